"""A disk that fails under SQLite: syncs that answer EIO, writes that find no room."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bench.supports import Browser
from tests.torture.clients import Line
from tests.torture.ground import Ground
from tests.torture.kills import PEOPLE_EACH, WRITERS
from tests.torture.servers import Server
from tests.torture.writers import Crowd

_SOURCE = Path(__file__).with_name("faults.c")
_LONGEST = 60.0
PERCENT = 30
_AWAY = 503


@dataclass
class Faults:
    """What acting on a failing disk came to."""

    acknowledged: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line for people."""
        refused = self.statuses[503]
        said = f"{self.acknowledged} acts acknowledged, {refused} answers 503"
        return f"{said}: nothing lost" if not self.problems else f"{said}: {self.problems[:5]}"


def compiler() -> str | None:
    """The C compiler of this machine, if it has one."""
    return shutil.which("cc") or shutil.which("gcc")


def build(folder: Path) -> Path:
    """Compile the failing disk into a folder."""
    library = folder / "faults.so"
    words = [str(compiler()), "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"]
    subprocess.run(words, check=True, timeout=60)
    return library


def failing_syncs(ground: Ground, library: Path, *, acts: int) -> Faults:
    """Act while three of ten syncs fail, then kill −9 and look for what was acknowledged."""
    found = Faults()
    crowd = Crowd(ground, writers=WRITERS, people_each=PEOPLE_EACH)
    server = Server(ground.installation, LD_PRELOAD=str(library), FAULT_FSYNC=str(PERCENT))
    try:
        server.wait_until_ready()
        _write_until(crowd, server.port, acts)
    finally:
        server.kill()
        crowd.stop()
    return _examined(ground, crowd, found)


def full_disk(ground: Ground, library: Path, *, acts: int) -> Faults:
    """Act, let the disk fill up meanwhile, make room again: acts go on in the same processes."""
    found = Faults()
    flag = ground.installation.folder / "full"
    (somebody,) = ground.people(1)
    crowd = Crowd(ground, writers=WRITERS, people_each=PEOPLE_EACH)
    server = Server(ground.installation, LD_PRELOAD=str(library), FAULT_FULL=str(flag))
    try:
        server.wait_until_ready()
        for _ in range(2):
            _write_until(crowd, server.port, acts)
            flag.touch()
            time.sleep(1.0)
            before = crowd.acknowledged
            found.problems += _unless_told(ground, somebody, server.port)
            time.sleep(1.0)
            if crowd.acknowledged != before:
                found.problems.append(f"{crowd.acknowledged - before} acts acknowledged on a full disk")
            flag.unlink()
        before = crowd.acknowledged
        _wait_for(crowd, before + acts)
        if crowd.acknowledged == before:
            found.problems.append("acts do not go on once there is room again")
    finally:
        server.kill()
        crowd.stop()
    return _examined(ground, crowd, found)


def _unless_told(ground: Ground, person: Browser, port: int) -> list[str]:
    """Whoever acts on a full disk reads a page that says so, with a heading and a sentence."""
    line = Line(port)
    answer = line.post(f"{ground.base}/1/support", {"csrf_token": person.csrf_token}, person.cookie)
    line.close()
    told = answer.status == _AWAY and b"<h1" in answer.body and "quelques minutes" in answer.body.decode()
    return [] if told else [f"an act on a full disk is answered {answer.status}: {answer.body[:200]!r}"]


def _write_until(crowd: Crowd, port: int, acts: int) -> None:
    enough = crowd.acknowledged + acts
    if not crowd.is_busy:
        crowd.start(port)
    _wait_for(crowd, enough)


def _wait_for(crowd: Crowd, enough: int) -> None:
    deadline = monotonic() + _LONGEST
    while crowd.acknowledged < enough and monotonic() < deadline and crowd.is_busy:
        time.sleep(0.01)


def _examined(ground: Ground, crowd: Crowd, found: Faults) -> Faults:
    found.problems += crowd.missing()[:20]
    found.problems += ground.faults()
    found.acknowledged, found.statuses = crowd.acknowledged, crowd.statuses
    if strange := {status: times for status, times in crowd.statuses.items() if status not in {303, 503}}:
        found.problems.append(f"answers: {strange}")
    return found
