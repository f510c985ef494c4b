"""Fail unless the data map (``consult/privacy/data_map.toml``) says of every column what it is to a person.

Prints a line for each column that is not classified or no longer exists, and for each that says something of a
person but not what an erasure does to it.
"""

from __future__ import annotations

import sys

import consult.wiring  # noqa: F401 - every table is known
from consult.core.db import Base
from consult.privacy.rules import SOURCE, data_map, faults


def main() -> int:
    """Print the faults; returns the exit status."""
    found = list(faults(data_map(), Base.metadata))
    for fault in found:
        print(fault)
    if found:
        print(f"{len(found)} faults in {SOURCE.name}; its head says how to classify a column")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
