"""kill −9 while people write, over and over: nothing acknowledged is lost, nothing disagrees afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from tests.torture.cluster import Cluster
from tests.torture.ground import Ground
from tests.torture.servers import Server
from tests.torture.writers import Crowd

WRITERS, PEOPLE_EACH = 8, 25
_LONGEST_CYCLE = 30.0
# Every so many cycles everything is counted again, not only what was acknowledged.
_THOROUGH = 10
# Every so many cycles PostgreSQL itself is killed and the web processes are left alone.
_DATABASE = 3


@dataclass
class Kills:
    """What the cycles found."""

    cycles: int = 0
    database_kills: int = 0
    acknowledged: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    checks: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """One line for people."""
        of_database = f" ({self.database_kills} of the database server)" if self.database_kills else ""
        said = (
            f"{self.cycles} kills −9{of_database}, {self.acknowledged} acts acknowledged, "
            f"{self.checks} complete checks, {self.seconds:.0f} s"
        )
        return f"{said}: nothing lost" if not self.problems else f"{said}: {self.problems[:5]}"


def kill_cycles(
    ground: Ground,
    cycles: int,
    *,
    acts: int,
    cluster: Cluster | None = None,
    until: float | None = None,
    tell: Callable[[str], None] = lambda _words: None,
) -> Kills:
    """So many cycles in which about `acts` acts are acknowledged before everything is killed under load."""
    found, began, chance = Kills(), monotonic(), Random("kill")
    crowd = Crowd(ground, writers=WRITERS, people_each=PEOPLE_EACH)
    server: Server | None = None
    try:
        for cycle in range(1, cycles + 1):
            if until is not None and monotonic() > until:
                found.problems.append(f"time is over after {found.cycles} of {cycles} cycles")
                break
            server = server or Server(ground.installation)
            _check(ground, crowd, found, thorough=cycle % _THOROUGH == 0)  # while it starts: nobody writes yet
            server.wait_until_ready()
            _write(crowd, server.port, acts, chance)
            found.cycles += 1
            if cluster is not None and cycle % _DATABASE == 0:
                found.database_kills += 1
                cluster.kill()
                crowd.stop()
                cluster.start()
                server.wait_until_ready()
            else:
                server.kill()
                server = None
                crowd.stop()
            if found.problems:
                break
            if cycle % _THOROUGH == 0:
                tell(f"{cycle} of {cycles} kills, {crowd.acknowledged} acts acknowledged")
    finally:
        if server is not None:
            server.kill()
        crowd.stop()
    _check(ground, crowd, found, thorough=True)
    found.acknowledged, found.statuses = crowd.acknowledged, crowd.statuses
    for status, times in crowd.statuses.items():
        if status not in {303, 503}:
            found.problems.append(f"{times} answers were {status}")
    found.seconds = monotonic() - began
    return found


def _write(crowd: Crowd, port: int, acts: int, chance: Random) -> None:
    """Until enough is acknowledged, and a little longer, so that the kill falls anywhere in an act."""
    enough, deadline = crowd.acknowledged + acts, monotonic() + _LONGEST_CYCLE
    crowd.start(port)
    while crowd.acknowledged < enough and monotonic() < deadline and crowd.is_busy:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.05))


def _check(ground: Ground, crowd: Crowd, found: Kills, *, thorough: bool) -> None:
    ground.settle()
    found.problems += crowd.missing()[:20]
    if thorough:
        found.checks += 1
        found.problems += ground.faults()
    ground.leave()
