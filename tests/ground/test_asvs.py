"""The list of ASVS 5.0: complete, and each claim with evidence that exists."""

from __future__ import annotations

import asvs
import pytest

TEXT = (asvs.ROOT / asvs.SOURCE).read_text(encoding="utf-8")
HERE = "`tests/ground/test_asvs.py::test_there_are_253_requirements_of_levels_1_and_2`"


def faults(text: str) -> list[str]:
    return list(asvs.faults(asvs.ROOT, text))


def with_row(row: str) -> str:
    """The project's list with another row for requirement 1.2.4."""
    return "\n".join(row if line.startswith("| 1.2.4 |") else line for line in TEXT.splitlines())


def test_there_are_253_requirements_of_levels_1_and_2() -> None:
    levels = list(asvs.wanted().values())
    assert (levels.count("1"), levels.count("2"), len(levels)) == (70, 183, 253)
    assert len(asvs.read_requirements(TEXT)) == 253


def test_the_list_of_the_project_can_be_believed() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("", "1.2.4: missing"),
        (f"| 1.2.4 | 2 | Queries are parameterised | met | {HERE} |", "1.2.4: is of level 1"),
        ("| 1.2.4 | 1 | Queries are parameterised | fine | Everybody knows. |", "1.2.4: unknown status 'fine'"),
        ("| 1.2.4 | 1 | Queries are parameterised | met | Everybody knows. |", "1.2.4: met, but neither a test"),
        ("| 1.2.4 | 1 | Queries are parameterised | not met | no |", "1.2.4: says too little"),
        (
            "| 1.2.4 | 1 | Queries are parameterised | met | `tests/ground/test_asvs.py::test_nothing` |",
            "1.2.4: there is no test tests/ground/test_asvs.py::test_nothing",
        ),
        (
            "| 1.2.4 | 1 | Queries are parameterised | met | `docs/nothing.md` says so |",
            "1.2.4: there is no page docs/nothing.md",
        ),
    ],
)
def test_a_claim_without_evidence_is_named(row: str, expected: str) -> None:
    assert any(fault.startswith(expected) for fault in faults(with_row(row)))


def test_a_double_and_an_unknown_requirement_are_named() -> None:
    row = f"| 1.2.4 | 1 | Queries are parameterised | met | {HERE} |"
    assert "1.2.4: listed 2 times" in faults(f"{row}\n{TEXT}")
    assert "1.2.11: is no requirement of levels 1 and 2" in faults(f"{row.replace('1.2.4', '1.2.11')}\n{TEXT}")
