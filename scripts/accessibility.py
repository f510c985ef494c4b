"""Read ``docs/accessibility/rgaa.md``, refuse what is not shown, and write what the site's statement says of it.

* ``python scripts/accessibility.py``: write ``consult/site/accessibility.json`` and print the counts;
* ``python scripts/accessibility.py --check``: write nothing; exit 1 when the list has faults or the file is stale.

A criterion is met only with evidence: tests that exist (``tests/file.py::name``), or a manual look with its date.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("docs/accessibility/rgaa.md")
TARGET = Path("consult/site/accessibility.json")
# How many criteria each of the 13 topics of RGAA 4.1 has: 106 in all.
CRITERIA = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
MET, NOT_MET, NOT_LOOKED_AT, NOT_APPLICABLE = "met", "not met", "not yet looked at", "not applicable"
STATUSES = (MET, NOT_MET, NOT_LOOKED_AT, NOT_APPLICABLE)
OPEN = (NOT_MET, NOT_LOOKED_AT)
COLUMNS = 5
# From half of the applicable criteria on, the RGAA calls a site partially conforming.
PARTIAL = 0.5

_TABLE_ROW = re.compile(r"^\|(.+)\|$")
_NUMBER = re.compile(r"^(\d{1,2})\.(\d{1,2})$")
_WCAG = re.compile(r"^\d\.\d\.\d{1,2}(, \d\.\d\.\d{1,2})*$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_LOOK = re.compile(r"\blooked at on (\d{4}-\d{2}-\d{2})\b")
_DAY = re.compile(r"^Assessed on (\d{4}-\d{2}-\d{2})\b", re.MULTILINE)
_PLAIN = "## In plain words"

Number = tuple[int, int]


@dataclass(frozen=True)
class Criterion:
    """A row of the list."""

    number: str
    asks: str
    wcag: str
    status: str
    evidence: str


@dataclass(frozen=True)
class Words:
    """What a criterion that is not met, or not looked at, means for a reader, in both languages."""

    number: str
    en: str
    fr: str


@dataclass(frozen=True)
class Assessment:
    """The whole list."""

    day: str
    criteria: tuple[Criterion, ...]
    words: tuple[Words, ...]


def read_assessment(text: str) -> Assessment:
    """Parse the list; malformed rows are kept out here and named by `faults`."""
    listed, _, plain = text.partition(_PLAIN)
    day = _DAY.search(text)
    return Assessment(
        day=day[1] if day else "",
        criteria=tuple(Criterion(*cells) for cells in _rows(listed) if len(cells) == COLUMNS),
        words=tuple(Words(*cells) for cells in _rows(plain) if len(cells) == len(Words.__annotations__)),
    )


def _rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of every table, heads and rules left out."""
    for line in text.splitlines():
        row = _TABLE_ROW.match(line.strip())
        if row is None:
            continue
        cells = [cell.strip() for cell in row[1].split("|")]
        if cells[0] != "criterion" and not set(cells[0]) <= set("-: "):
            yield cells


def faults(root: Path, text: str) -> Iterator[str]:
    """Yield one line per reason why the list cannot be believed."""
    assessment = read_assessment(text)
    listed, _, plain = text.partition(_PLAIN)
    yield from (f"malformed row: {' | '.join(cells)[:80]}" for cells in _rows(listed) if len(cells) != COLUMNS)
    yield from (f"malformed words: {' | '.join(cells)[:80]}" for cells in _rows(plain) if len(cells) != 3)
    if not assessment.day or not _is_day(assessment.day):
        yield "no day: write a line “Assessed on YYYY-MM-DD …”"
    yield from _faults_of_numbers(assessment)
    for criterion in assessment.criteria:
        yield from (f"{criterion.number}: {fault}" for fault in _faults_of(root, criterion))
    yield from _faults_of_words(assessment)


def _faults_of_numbers(assessment: Assessment) -> Iterator[str]:
    wanted = [f"{topic}.{place}" for topic, count in CRITERIA.items() for place in range(1, count + 1)]
    found = Counter(criterion.number for criterion in assessment.criteria)
    yield from (f"{number}: missing" for number in wanted if number not in found)
    yield from (f"{number}: there is no such criterion" for number in found if number not in wanted)
    yield from (f"{number}: listed {times} times" for number, times in found.items() if times > 1)


def _faults_of(root: Path, criterion: Criterion) -> Iterator[str]:
    if not criterion.asks:
        yield "does not say what it asks"
    if not _WCAG.match(criterion.wcag):
        yield f"not a success criterion of WCAG: {criterion.wcag!r}"
    if criterion.status not in STATUSES:
        yield f"unknown status {criterion.status!r}: write one of {', '.join(STATUSES)}"
    tests, looks = _TEST.findall(criterion.evidence), _LOOK.findall(criterion.evidence)
    for file, name in tests:
        if name not in tests_of(root / file):
            yield f"there is no test {file}::{name}"
    yield from (f"{day} is no day" for day in looks if not _is_day(day))
    if criterion.status == MET and not (tests or looks):
        yield "met, but neither a test nor a manual look shows it"
    if len(criterion.evidence) < 12:
        yield "says too little about the evidence, or the reason"


def _faults_of_words(assessment: Assessment) -> Iterator[str]:
    wanted = {criterion.number for criterion in assessment.criteria if criterion.status in OPEN}
    found = Counter(words.number for words in assessment.words)
    yield from (f"{number}: not said in plain words" for number in sorted(wanted - set(found), key=_order))
    yield from (f"{number}: needs no plain words" for number in sorted(set(found) - wanted, key=_order))
    yield from (f"{number}: said {times} times in plain words" for number, times in found.items() if times > 1)
    for words in assessment.words:
        if not words.en or not words.fr:
            yield f"{words.number}: not said in both languages"


@cache
def tests_of(path: Path) -> frozenset[str]:
    """The names of the test functions of a file; none when there is no such file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _order(number: str) -> Number:
    match = _NUMBER.match(number)
    return (int(match[1]), int(match[2])) if match else (99, 0)


def summary(assessment: Assessment) -> dict[str, Any]:
    """What the statement says: the counts, the state, and every criterion that is not shown to be met.

    `rate` is what the law asks for, the part of the applicable criteria that are met: one that nobody has looked
    at counts as if it were not. `rate_of_looked_at` leaves those out.
    """
    counts = Counter(criterion.status for criterion in assessment.criteria)
    applicable = counts[MET] + counts[NOT_MET] + counts[NOT_LOOKED_AT]
    words = {item.number: item for item in assessment.words}

    def told(status: str) -> list[dict[str, str]]:
        return [
            {**asdict(words[criterion.number]), "wcag": criterion.wcag}
            for criterion in assessment.criteria
            if criterion.status == status
        ]

    return {
        "standard": "RGAA 4.1",
        "assessed_on": assessment.day,
        "state": _state(counts, applicable),
        "criteria": len(assessment.criteria),
        "met": counts[MET],
        "not_applicable": counts[NOT_APPLICABLE],
        "rate": _percent(counts[MET], applicable),
        "rate_of_looked_at": _percent(counts[MET], counts[MET] + counts[NOT_MET]),
        "not_met": told(NOT_MET),
        "not_looked_at": told(NOT_LOOKED_AT),
    }


def _state(counts: Counter[str], applicable: int) -> str:
    """Total, partial or none; total is claimed only when every applicable criterion was looked at and is met."""
    if counts[MET] == applicable:
        return "total"
    return "partial" if counts[MET] >= PARTIAL * applicable else "none"


def _percent(part: int, whole: int) -> int:
    """Rounded down: 99.9 % is not all."""
    return part * 100 // whole if whole else 0


def rendered(assessment: Assessment) -> str:
    """The data file."""
    return json.dumps(summary(assessment), ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check. Returns the exit status."""
    text = (ROOT / SOURCE).read_text(encoding="utf-8")
    found = list(faults(ROOT, text))
    if not found:
        data = rendered(read_assessment(text))
        target = ROOT / TARGET
        if "--check" not in arguments:
            target.write_text(data, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != data:
            found.append(f"{TARGET} is not what {SOURCE} says: run `python scripts/accessibility.py`")
        told = json.loads(data)
        print(
            f"{told['met']} met, {len(told['not_met'])} not met, {len(told['not_looked_at'])} not yet looked at, "
            f"{told['not_applicable']} not applicable: {told['state']}, {told['rate']} %"
        )
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
