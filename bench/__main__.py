"""`make bench`: every figure of the contract beside its floor, one JSON object per line on standard output.

    python -m bench [--only NAME …] [--quick]

SIZE=S|M|L|XL is the size that is measured beside S (default M), ENGINE=sqlite|postgresql the database,
DATABASE=… a database that `make load` has filled with that size (it saves loading it again; nothing is written to
it but the day's one reader). How to read the figures: bench/README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from bench.clients import UnexpectedAnswer
from bench.filling import say
from bench.plan import QUICK, Plan
from bench.results import NAMES, Result
from bench.runs import ENGINES, run
from bench.serving import ServerFailed
from bench.sizes import SIZES
from bench.supports import SupportsLost
from consult.core.errors import OperatorError
from consult.core.logs import configure_logs


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0, or 2 with what went wrong on standard error."""
    options = _parser().parse_args(arguments)
    configure_logs("ERROR")
    plan = QUICK if options.quick else Plan()
    if options.only:
        plan = replace(plan, names=frozenset(options.only))
    sizes = list(dict.fromkeys(("S", options.size)))
    try:
        for result in run([SIZES[name] for name in sizes], options.engine, plan, filled=options.database):
            print(result.line(), flush=True)
            say(summary(result))
    except (OperatorError, ServerFailed, SupportsLost, UnexpectedAnswer) as error:
        say(f"bench: {error}")
        return 2
    return 0


def summary(result: Result) -> str:
    """The result for people who watch."""
    measured = f"{result.value:10.4g} {result.unit:10} floor {result.floor:10.4g}"
    return f"bench: {result.size:2} {result.name:18} {measured} ratio {result.ratio:.3g}"


def _parser() -> argparse.ArgumentParser:
    environment = os.environ
    parser = argparse.ArgumentParser(prog="make bench", description="Measure each figure against its floor.")
    parser.add_argument("--size", choices=SIZES, default=environment.get("SIZE") or "M")
    parser.add_argument("--engine", choices=ENGINES, default=environment.get("ENGINE") or "sqlite")
    parser.add_argument("--database", default=environment.get("DATABASE", ""), help="filled with --size already")
    parser.add_argument(
        "--only", choices=NAMES, action="append", help="measure this figure only (may be repeated)"
    )
    parser.add_argument("--quick", action="store_true", help="hardly anything, to see that it works")
    return parser


if __name__ == "__main__":
    sys.exit(main())
