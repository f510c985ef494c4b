"""Read ``docs/security/asvs.md`` and refuse what is not shown: ``python scripts/asvs.py`` exits 1 on faults.

A requirement is met only with evidence that exists: tests (``tests/file.py::name``) or pages of the documentation.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from accessibility import tests_of

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("docs/security/asvs.md")
MET, NOT_MET, MANUAL, NOT_APPLICABLE = "met", "not met", "manual, not done", "not applicable"
STATUSES = (MET, NOT_MET, MANUAL, NOT_APPLICABLE)
# The sections of OWASP ASVS 5.0.0: the level of each requirement in order (those of level 3 come after).
# fmt: off
SECTIONS = {
    "1.1": "22", "1.2": "111112222", "1.3": "11222222222", "1.4": "222", "1.5": "12",
    "2.1": "122", "2.2": "112", "2.3": "1222", "2.4": "2",
    "3.2": "11", "3.3": "1222", "3.4": "112222", "3.5": "11122", "3.7": "22",
    "4.1": "122", "4.2": "2", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112", "5.3": "11", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "1122", "6.4": "1122", "6.5": "22222", "6.6": "222", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22",
    "8.1": "12", "8.2": "112", "8.3": "1", "8.4": "2",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "22", "10.3": "2222", "10.4": "11111222222", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "22", "11.2": "222", "11.3": "112", "11.4": "1222", "11.5": "2", "11.6": "2",
    "12.1": "122", "12.2": "11", "12.3": "2222",
    "13.1": "2", "13.2": "22222", "13.3": "22", "13.4": "12222",
    "14.1": "22", "14.2": "1222", "14.3": "122",
    "15.1": "122", "15.2": "122", "15.3": "1222222",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "222",
    "17.1": "2", "17.2": "2222", "17.3": "22",
}
# fmt: on
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \|(.+)\|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_PAGE = re.compile(r"`((?:docs|requirements)/[\w./-]+)`")
_SHORTEST = 12


@dataclass(frozen=True)
class Requirement:
    """A row of the list."""

    number: str
    level: str
    asks: str
    status: str
    evidence: str


def wanted() -> dict[str, str]:
    """The level of each requirement of levels 1 and 2: 253 in all."""
    return {
        f"{section}.{place}": level
        for section, levels in SECTIONS.items()
        for place, level in enumerate(levels, 1)
    }


def read_requirements(text: str) -> tuple[Requirement, ...]:
    """The rows of every table; a row that has not five cells is told by `faults` as missing."""
    found = []
    for line in text.splitlines():
        row = _ROW.match(line)
        cells = [cell.strip() for cell in row[2].split("|")] if row else []
        if row and len(cells) == 4:
            found.append(Requirement(row[1], *cells))
    return tuple(found)


def faults(root: Path, text: str) -> Iterator[str]:
    """Yield one line per reason why the list cannot be believed."""
    rows, levels = read_requirements(text), wanted()
    found = Counter(row.number for row in rows)
    yield from (f"{number}: missing" for number in levels if number not in found)
    yield from (f"{number}: listed {times} times" for number, times in found.items() if times > 1)
    for row in rows:
        yield from (f"{row.number}: {fault}" for fault in _faults_of(root, row, levels))


def _faults_of(root: Path, row: Requirement, levels: dict[str, str]) -> Iterator[str]:
    if row.number not in levels:
        yield "is no requirement of levels 1 and 2"
    elif row.level != levels[row.number]:
        yield f"is of level {levels[row.number]}"
    if row.status not in STATUSES:
        yield f"unknown status {row.status!r}: write one of {', '.join(STATUSES)}"
    tests, pages = _TEST.findall(row.evidence), _PAGE.findall(row.evidence)
    yield from (f"there is no test {file}::{name}" for file, name in tests if name not in tests_of(root / file))
    yield from (f"there is no page {page}" for page in pages if not (root / page).is_file())
    if row.status == MET and not (tests or pages):
        yield "met, but neither a test nor a page shows it"
    if len(row.asks) < _SHORTEST or len(row.evidence) < _SHORTEST:
        yield "says too little"


def summary(text: str) -> str:
    """How many requirements have which status, in one line."""
    counts = Counter(row.status for row in read_requirements(text))
    return ", ".join(f"{counts[status]} {status}" for status in STATUSES)


def main() -> int:
    """Check; returns the exit status."""
    text = (ROOT / SOURCE).read_text(encoding="utf-8")
    found = list(faults(ROOT, text))
    print(summary(text))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
