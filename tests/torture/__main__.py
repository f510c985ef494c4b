"""`make torture ROUNDS=n`: storms, kill −9, a failing disk. The last line is the verdict; 1 when anything failed.

    python -m tests.torture [--rounds n] [--engine sqlite|postgresql|both] [--only storm|kill|disk] [--minutes m]

n rounds of sixteen clients and n kills (at most 300) on each engine. SABOTAGE=1 runs the storm alone, on a copy
without lock and constraint, and succeeds when the storm finds what that breaks.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

from consult.core.logs import configure_logs
from tests.support.postgresql import fresh_database
from tests.torture import faults
from tests.torture.cluster import Cluster, durable_cluster
from tests.torture.ground import Ground, prepared
from tests.torture.kills import kill_cycles
from tests.torture.storm import storm

_MOST_KILLS = 300
_ACTS = 50_000
_CONTRIBUTIONS = 30
_PARTS = ("storm", "kill", "disk")


class Torture:
    """One run: says each result as it comes, and knows at the end whether all was well."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.until = monotonic() + options.minutes * 60
        self.failures = 0
        self._grounds = 0

    def run(self) -> int:
        """Every part that was asked for, on every engine; the number of those that failed."""
        engines = ("sqlite", "postgresql") if self.options.engine == "both" else (self.options.engine,)
        for engine in engines:
            if self.options.sabotage:
                self._sabotage(engine)
                continue
            if "storm" in self.options.parts:
                self._storm(engine)
            if "kill" in self.options.parts:
                self._kill(engine)
        if "disk" in self.options.parts and "sqlite" in engines and not self.options.sabotage:
            self._disk()
        return self.failures

    def _storm(self, engine: str) -> None:
        with self._ground(engine) as (ground, _cluster):
            found = storm(ground, self.options.rounds, until=self.until)
        self._say(f"storm on {engine}", found.line(), ok=not found.problems)

    def _sabotage(self, engine: str) -> None:
        with self._ground(engine) as (ground, _cluster):
            found = storm(ground, min(self.options.rounds, 50), sabotage=True, until=self.until)
        self._say(f"storm on {engine} without lock and constraint", found.line(), ok=found.doubles > 0)

    def _kill(self, engine: str) -> None:
        cycles = min(self.options.rounds, _MOST_KILLS)
        with self._ground(engine, contributions=_CONTRIBUTIONS) as (ground, cluster):
            found = kill_cycles(
                ground, cycles, acts=-(-_ACTS // _MOST_KILLS), cluster=cluster, until=self.until, tell=_tell
            )
            for words in (("recount", ground.made.slug), ("journal", "check", ground.made.slug)):
                done = ground.installation.run(*words)  # as an operator asks, in a process of its own
                if done.returncode:
                    found.problems.append(f"consult {' '.join(words)}: {done.stdout}{done.stderr}")
        self._say(f"kill −9 on {engine}", found.line(), ok=not found.problems)

    def _disk(self) -> None:
        if faults.compiler() is None:
            self._say("failing disk", "left out: there is no C compiler here", ok=True)
            return
        library = faults.build(self.folder)
        acts = self.options.rounds * 2
        for name, trial in (("30 % failing fsyncs", faults.failing_syncs), ("full disk", faults.full_disk)):
            with self._ground("sqlite", contributions=_CONTRIBUTIONS) as (ground, _cluster):
                found = trial(ground, library, acts=acts)
            self._say(name, found.line(), ok=not found.problems)

    @contextmanager
    def _ground(self, engine: str, *, contributions: int = 1) -> Iterator[tuple[Ground, Cluster | None]]:
        self._grounds += 1
        with ExitStack() as stack:
            cluster = stack.enter_context(durable_cluster()) if engine == "postgresql" else None
            url = fresh_database(cluster.address) if cluster else ""
            folder = self.folder / str(self._grounds)
            yield stack.enter_context(prepared(folder, url, contributions=contributions)), cluster

    def _say(self, name: str, words: str, *, ok: bool) -> None:
        self.failures += not ok
        print(f"{'ok    ' if ok else 'FAILED'}  {name}: {words}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 when everything held."""
    options = _options(arguments)
    configure_logs("ERROR")
    # Whoever ends a long run ends its servers as well: SIGTERM leaves through every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("torture: FAILED, it was ended before its verdict"))
    with tempfile.TemporaryDirectory(prefix="consult-torture-") as folder:
        failures = Torture(options, Path(folder)).run()
    if failures:
        print(f"torture: FAILED, {failures} of the above")
        return 1
    held = "the storm finds what is broken" if options.sabotage else "nothing lost, nothing counted twice"
    print(f"torture: passed, {held}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    environment = os.environ
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--rounds", type=int, default=int(environment.get("ROUNDS") or 50))
    parser.add_argument(
        "--engine", choices=("sqlite", "postgresql", "both"), default=environment.get("ENGINE") or "both"
    )
    parser.add_argument("--only", dest="parts", choices=_PARTS, action="append")
    parser.add_argument("--minutes", type=float, default=90.0, help="fail when it takes longer")
    parser.add_argument("--sabotage", action="store_true", default=environment.get("SABOTAGE") == "1")
    options = parser.parse_args(arguments)
    options.parts = options.parts or _PARTS
    return options


def _tell(words: str) -> None:
    print(f"torture: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
