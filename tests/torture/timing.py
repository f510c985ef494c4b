"""`make timing`: can somebody tell by the time of an answer whether an address has an account?

    python -m tests.torture.timing [--pairs n]

For each way to sign in, pairs of requests for a known and an unknown address, in random order, each from a browser
and a network of its own. AUC is how often the known one of two takes longer: 0.5 says nothing, 0.55 is the limit.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import insert

from bench.flood import visitors
from consult.accounts.models import Person
from consult.core import clock
from consult.core.db import transaction
from consult.core.logs import configure_logs
from tests.torture.clients import Line
from tests.torture.ground import Ground, prepared
from tests.torture.servers import served

LIMIT = 0.55
_WARM_UP = 10
# Requests say themselves whom they come from, as behind a proxy: each from a network of its own.
_PROXY = {"TRUSTED_PROXIES": "127.0.0.0/8"}


@dataclass(frozen=True)
class Way:
    """A way to sign in: its address and the fields besides the e-mail address."""

    name: str
    path: str
    form: dict[str, str]
    has_password: bool = False


PATHS = (
    Way("mail", "/sign-in", {}),
    Way("password, account has one", "/sign-in/password", {"password": "wrong horse battery"}, True),
    Way("password, account has none", "/sign-in/password", {"password": "wrong horse battery"}),
)


@dataclass(frozen=True)
class Timing:
    """What was measured, in milliseconds."""

    name: str
    known: Sequence[float]
    unknown: Sequence[float]
    answers: frozenset[tuple[int, str]]

    @property
    def auc(self) -> float:
        """How well the time tells them apart, whichever takes longer."""
        found = area(self.known, self.unknown)
        return max(found, 1 - found)

    @property
    def holds(self) -> bool:
        """Whether nobody can tell."""
        return self.auc <= LIMIT and len(self.answers) == 1

    def line(self) -> str:
        """One line for people."""
        times = f"medians {median(self.known):.2f} and {median(self.unknown):.2f} ms"
        answers = " and ".join(f"{status} {location}".strip() for status, location in sorted(self.answers))
        verdict = "ok    " if self.holds else "FAILED"
        return f"{verdict}  {self.name}: AUC {self.auc:.3f} over {len(self.known)} pairs, {times}, {answers}"


def area(longer: Sequence[float], shorter: Sequence[float]) -> float:
    """The probability that one of `longer` is above one of `shorter`, ties counting half (Mann-Whitney)."""
    ordered = sorted(shorter)
    above = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in longer)
    return above / (2 * len(longer) * len(shorter))


def measure(ground: Ground, port: int, way: Way, pairs: int) -> Timing:
    """Ask for known and unknown addresses in turn, on one connection."""
    count = pairs + _WARM_UP
    browsers = iter(visitors(ground.app, 2 * count))
    known = accounts(count, with_password=way.has_password)
    times: dict[bool, list[float]] = {True: [], False: []}
    answers: set[tuple[int, str]] = set()
    chance, line = Random(way.name), Line(port)
    for place, email in enumerate(known):
        asked = [(True, email), (False, f"{secrets.token_hex(8)}@example.org")]
        chance.shuffle(asked)
        for is_known, address in asked:
            browser = next(browsers)
            began = perf_counter()
            answer = line.post(
                way.path,
                {"csrf_token": browser.csrf_token, "email": address, **way.form},
                browser.cookie,
                client=f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}",
            )
            if place >= _WARM_UP:
                times[is_known].append((perf_counter() - began) * 1000)
                answers.add((answer.status, answer.location))
    line.close()
    return Timing(way.name, times[True], times[False], frozenset(answers))


def accounts(count: int, *, with_password: bool) -> list[str]:
    """So many addresses that have an account."""
    emails = [f"{secrets.token_hex(8)}@example.org" for _ in range(count)]
    password = {"password_hash": _hash()} if with_password else {}
    with transaction(write=True) as database:
        database.execute(
            insert(Person),
            [
                {"email": email, "display_name": "Somebody", "created_at": clock.real_now(), **password}
                for email in emails
            ],
        )
    return emails


def _hash() -> str:
    from consult.accounts.passwords import hash_password  # noqa: PLC0415 - only this way to sign in needs it

    return hash_password("correct horse battery staple")


def timings(folder: Path, pairs: int) -> Iterator[Timing]:
    """Every way to sign in that there is, on a server of its own."""
    with prepared(folder) as ground, served(ground.installation.with_settings(**_PROXY)) as server:
        rules = {rule.rule for rule in ground.app.url_map.iter_rules()}
        for way in PATHS:
            if way.path in rules:
                yield measure(ground, server.port, way, pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when nothing can be told."""
    parser = argparse.ArgumentParser(prog="make timing")
    parser.add_argument("--pairs", type=int, default=500)
    options = parser.parse_args(arguments)
    configure_logs("ERROR")
    held = True
    with tempfile.TemporaryDirectory(prefix="consult-timing-") as folder:
        for timing in timings(Path(folder) / "instance", options.pairs):
            print(timing.line(), flush=True)
            held = held and timing.holds
    print(f"timing: {'passed, nobody can tell' if held else f'FAILED, the limit is {LIMIT}'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
