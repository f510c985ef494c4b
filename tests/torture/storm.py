"""Sixteen clients at one support, round after round: one row per person, counters that agree, no answer 5xx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Barrier
from time import monotonic

from bench.supports import Browser
from consult.core.db import database_engine
from tests.torture.clients import Line, Unanswered
from tests.torture.ground import Ground
from tests.torture.servers import served

CLIENTS = 16
_PATIENCE = 60.0
_SABOTAGED = (
    *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}", "--workers", "2"),
    *("--blocking-threads", "4", "--backlog", "1024", "--no-log", "tests.torture.sabotage:app"),
)


@dataclass(frozen=True)
class Round:
    """What sixteen clients do at the same moment: by whom, and which of them give instead of taking back."""

    name: str
    crowd: bool
    gives: tuple[bool, ...]
    standing: tuple[int, ...]  # how many supports may stand among these people afterwards


ROUNDS = (
    Round("one person gives, in sixteen windows", False, (True,) * CLIENTS, (1,)),
    Round("sixteen people give", True, (True,) * CLIENTS, (CLIENTS,)),
    Round("one person gives and takes back, at once", False, (True, False) * (CLIENTS // 2), (0, 1)),
    Round("one person takes back, in sixteen windows", False, (False,) * CLIENTS, (0,)),
    Round("sixteen people take back", True, (False,) * CLIENTS, (0,)),
)


@dataclass
class Storm:
    """What was found: requests by status, and every disagreement in words."""

    rounds: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    doubles: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One line for people."""
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        said = f"{self.rounds} rounds × {CLIENTS} clients: {answers}; {self.doubles} doubles; {self.seconds:.0f} s"
        return said if not self.problems else f"{said}; {len(self.problems)} problems: {self.problems[0]}"


def storm(ground: Ground, rounds: int, *, sabotage: bool = False, until: float | None = None) -> Storm:
    """So many rounds over HTTP; each is compared with the rows, the end with a recount.

    `sabotage` serves a copy of the product without lock and constraint: the storm must then find something.
    """
    found, began = Storm(), monotonic()
    one, *crowd = ground.people(CLIENTS + 1)
    ((one_id,),) = ground.rows("SELECT MAX(id) - :others FROM accounts_person", others=CLIENTS)
    if sabotage:
        remove_constraint(ground)
    with (
        served(ground.installation, _SABOTAGED if sabotage else ()) as server,
        _lines(server.port) as lines,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        for place in range(rounds):
            if until is not None and monotonic() > until:
                found.problems.append(f"time is over after {place} of {rounds} rounds")
                break
            kind = ROUNDS[place % len(ROUNDS)]
            people = crowd if kind.crowd else [one] * CLIENTS
            found.statuses.update(_at_once(pool, lines, ground, people, kind.gives))
            found.rounds += 1
            _compare(ground, kind, found, one_id)
    if drift := ground.drift():
        found.problems.append(f"the recount finds {drift}")
    for status in found.statuses:
        if status != 303:
            found.problems.append(f"{found.statuses[status]} answers were {status}")
    found.seconds = monotonic() - began
    return found


def remove_constraint(ground: Ground) -> None:
    """Let the table of supports hold the same one twice."""
    if database_engine().dialect.name == "sqlite":
        ground.execute(
            "PRAGMA defer_foreign_keys=ON",
            "CREATE TABLE unguarded AS SELECT * FROM proposals_support",
            "DROP TABLE proposals_support",
            "ALTER TABLE unguarded RENAME TO proposals_support",
        )
    else:
        ground.execute("ALTER TABLE proposals_support DROP CONSTRAINT pk_proposals_support")


@contextmanager
def _lines(port: int) -> Iterator[list[Line]]:
    opened = [Line(port) for _ in range(CLIENTS)]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()


def _at_once(
    pool: ThreadPoolExecutor, lines: list[Line], ground: Ground, people: list[Browser], gives: tuple[bool, ...]
) -> list[int]:
    gate = Barrier(CLIENTS)

    def act(place: int) -> int:
        path = f"{ground.base}/1/support" if gives[place] else f"{ground.base}/1/support/withdraw"
        person = people[place]
        gate.wait(_PATIENCE)
        try:
            return lines[place].post(path, {"csrf_token": person.csrf_token}, person.cookie).status
        except Unanswered:
            return 0

    return list(pool.map(act, range(CLIENTS), timeout=_PATIENCE * 2))


def _compare(ground: Ground, kind: Round, found: Storm, one_id: int) -> None:
    """The rows of this contribution, person by person, with the counters that readers see."""
    rows = [
        tuple(row) for row in ground.rows("SELECT person_id, COUNT(*) FROM proposals_support GROUP BY person_id")
    ]
    stored = sum(times for _person, times in rows)
    doubles = sum(times - 1 for _person, times in rows)
    found.doubles += doubles
    ((on_contribution, live, participants),) = ground.rows(
        "SELECT (SELECT supports FROM proposals_contribution), supports, participants FROM consultations_tally"
    )
    where = f"round {found.rounds}, {kind.name}"
    if doubles:
        found.problems.append(f"{where}: {doubles} supports are counted twice")
    if (on_contribution, live, participants) != (stored, stored, len(rows) + 1):
        found.problems.append(
            f"{where}: {stored} rows of {len(rows)} people, but {on_contribution} on the contribution, "
            f"{live} supports and {participants} participants in the figures"
        )
    of_one = dict(rows).get(one_id, 0)
    standing = stored - of_one if kind.crowd else of_one
    if standing not in kind.standing:
        found.problems.append(f"{where}: {standing} stand")
