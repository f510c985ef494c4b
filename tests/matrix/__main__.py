"""`python -m tests.matrix lighthouse|audit|screenshots`."""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = ("lighthouse", "audit", "screenshots")

if __name__ == "__main__":
    if sys.argv[1:2] == [] or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python -m tests.matrix {'|'.join(COMMANDS)}")
    sys.exit(import_module(f"tests.matrix.{sys.argv[1]}").main())
