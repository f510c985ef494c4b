"""The list of the RGAA: complete, each claim with evidence that exists, and the site's statement made of it."""

from __future__ import annotations

import json
from pathlib import Path

import accessibility
import pytest

TEXT = (accessibility.ROOT / accessibility.SOURCE).read_text(encoding="utf-8")
ROW = "| 2.1 | Frames have titles | 4.1.2 | {status} | {evidence} |"


def faults(text: str) -> list[str]:
    return list(accessibility.faults(accessibility.ROOT, text))


def with_row(status: str, evidence: str) -> str:
    """The project's list with another row for criterion 2.1."""
    lines = [
        ROW.format(status=status, evidence=evidence) if line.startswith("| 2.1 |") else line
        for line in TEXT.splitlines()
    ]
    return "\n".join(lines)


def test_there_are_106_criteria() -> None:
    assert sum(accessibility.CRITERIA.values()) == 106
    assert len(accessibility.CRITERIA) == 13
    assert len(accessibility.read_assessment(TEXT).criteria) == 106


def test_the_list_of_the_project_can_be_believed() -> None:
    assert faults(TEXT) == []


def test_the_file_that_the_site_reads_is_what_the_list_says() -> None:
    written = (accessibility.ROOT / accessibility.TARGET).read_text(encoding="utf-8")
    assert written == accessibility.rendered(accessibility.read_assessment(TEXT))


@pytest.mark.parametrize(
    ("status", "evidence", "expected"),
    [
        ("met", "It is obvious to everybody.", "2.1: met, but neither a test nor a manual look shows it"),
        (
            "met",
            "`tests/site/test_views.py::test_nothing_of_the_kind`",
            "2.1: there is no test tests/site/test_views.py::test_nothing_of_the_kind",
        ),
        ("met", "`tests/nowhere.py::test_it`", "2.1: there is no test tests/nowhere.py::test_it"),
        ("met", "looked at on 2026-02-30: all pages", "2.1: 2026-02-30 is no day"),
        ("fine", "looked at on 2026-02-20: all pages", "2.1: unknown status 'fine'"),
        ("not applicable", "none", "2.1: says too little about the evidence, or the reason"),
        ("not met", "Frames of the kind have no title.", "2.1: not said in plain words"),
    ],
)
def test_a_claim_without_evidence_is_named(status: str, evidence: str, expected: str) -> None:
    assert any(fault.startswith(expected) for fault in faults(with_row(status, evidence)))


def test_a_look_or_a_test_is_evidence() -> None:
    assert faults(with_row("met", "looked at on 2026-11-22: no page has a frame")) == []
    assert faults(with_row("met", "`tests/ground/test_accessibility.py::test_there_are_106_criteria`")) == []


def test_a_missing_a_double_and_an_unknown_criterion_are_named() -> None:
    row = ROW.format(status="not applicable", evidence="There are no frames.")
    without = "\n".join(line for line in TEXT.splitlines() if not line.startswith("| 2.1 |"))
    assert faults(without) == ["2.1: missing"]
    assert "2.1: listed 2 times" in faults(f"{row}\n{TEXT}")
    assert "2.3: there is no such criterion" in faults(f"{row.replace('2.1', '2.3', 1)}\n{TEXT}")


def test_a_malformed_row_is_named() -> None:
    assert "malformed row: 2.1 | Frames have titles" in faults(f"| 2.1 | Frames have titles |\n{TEXT}")
    assert "2.1: not a success criterion of WCAG: 'four'" in faults(
        TEXT.replace("| 2.1 |", "| 2.1 | Frames | four | not applicable | There are no frames. |\n| 9.9 |", 1)
    )


def assessment(**counts: int) -> accessibility.Assessment:
    """An assessment with so many criteria of each status."""
    statuses = [status.replace("_", " ") for status, count in counts.items() for _ in range(count)]
    rows = tuple(accessibility.Criterion(str(place), "", "1.1.1", item, "") for place, item in enumerate(statuses))
    words = tuple(accessibility.Words(row.number, "en", "fr") for row in rows)
    return accessibility.Assessment("2026-11-22", rows, words)


@pytest.mark.parametrize(
    ("counts", "state", "rate", "rate_of_looked_at"),
    [
        ({"met": 60, "not_applicable": 46}, "total", 100, 100),
        ({"met": 59, "not_met": 1, "not_applicable": 46}, "partial", 98, 98),
        ({"met": 59, "not_yet_looked_at": 1, "not_applicable": 46}, "partial", 98, 100),
        ({"met": 30, "not_yet_looked_at": 30, "not_applicable": 46}, "partial", 50, 100),
        ({"met": 29, "not_met": 1, "not_yet_looked_at": 30, "not_applicable": 46}, "none", 48, 96),
    ],
)
def test_what_nobody_has_looked_at_is_not_claimed(
    counts: dict[str, int], state: str, rate: int, rate_of_looked_at: int
) -> None:
    found = accessibility.summary(assessment(**counts))
    assert (found["state"], found["rate"], found["rate_of_looked_at"]) == (state, rate, rate_of_looked_at)
    assert len(found["not_looked_at"]) == counts.get("not_yet_looked_at", 0)


def test_a_stale_file_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accessibility.main(["--check"]) == 0
    # A path that is absolute stays what it is when it is joined to the project's folder.
    monkeypatch.setattr(accessibility, "TARGET", tmp_path / "accessibility.json")
    assert accessibility.main(["--check"]) == 1
    assert "run `python scripts/accessibility.py`" in capsys.readouterr().out
    assert accessibility.main([]) == 0
    assert accessibility.main(["--check"]) == 0
    assert json.loads(accessibility.TARGET.read_text(encoding="utf-8"))["criteria"] == 106
