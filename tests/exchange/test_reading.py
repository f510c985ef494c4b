"""Files that cannot be read, errors in several files at once, and where each of them is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.core.errors import OperatorError
from consult.exchange.errors import PackageRefused
from consult.proposals.rules import ContributionText, load_contribution
from tests.exchange.packages import (
    COMMENTS,
    CONTRIBUTIONS,
    SUPPORTS,
    Changes,
    after,
    comment,
    contribution,
    edited,
    read,
    refused,
    support,
    write_package,
)

INSTANT = "expected a date and time such as 2019-03-01T18:30:00+01:00, found"
C = "contributions.csv, record 8, line 10"
COLUMNS = "expected the columns number, question, title, body, author, created_at, channel, status"


def test_the_package_of_these_tests_is_right(tmp_path: Path) -> None:
    package = read(write_package(tmp_path / "package"))
    assert len(package.acts.contributions) == 7


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            edited("contributions.csv", "channel,status", "channel"),
            f"contributions.csv, line 1, column status: {COLUMNS}, found none of this name",
        ),
        (
            edited("contributions.csv", "channel,status", "channel,status,e-mail"),
            f"contributions.csv, line 1, column e-mail: {COLUMNS}, found an unknown one",
        ),
        (
            edited("contributions.csv", "channel,status", "channel,status,status"),
            f"contributions.csv, line 1, column status: {COLUMNS}, found one twice",
        ),
        (
            {"contributions.csv": CONTRIBUTIONS.replace(",", ";")},
            f"contributions.csv, line 1: {COLUMNS} separated by commas, found semicolons",
        ),
        (
            {"contributions.csv": ""},
            f"contributions.csv, line 1, column number: {COLUMNS}, found none of this name",
        ),
        (
            after("supports.csv", "1,z"),
            "supports.csv, record 6, line 7: expected 3 values, found 2",
        ),
        (
            after("supports.csv", "1,z,2018-06-01T10:00:00+02:00,"),
            "supports.csv, record 6, line 7: expected 3 values, found 4",
        ),
        (
            {"supports.csv": SUPPORTS + '1,"z"y,2018-06-01T10:00:00+02:00\n'},
            (
                "supports.csv, line 7: expected comma-separated values, quotation marks inside them doubled, "
                "found: ',' expected after '\"'"
            ),
        ),
        (
            {"supports.csv": SUPPORTS + '1,"z,2018-06-01T10:00:00+02:00\n'},
            "supports.csv, line 7: expected the end of a value: a quotation mark in this record is never closed",
        ),
        (
            {"supports.csv": SUPPORTS + '1,"z,2018-06-01T10:00:00+02:00\n' + "x\n" * 70_000},
            "supports.csv, line 7: expected the end of a value: a quotation mark in this record is never closed",
        ),
        (
            {"supports.csv": SUPPORTS.encode() + "1,Éric,2018-06-01T10:00:00+02:00\n".encode("latin-1")},
            "supports.csv, line 7: expected UTF-8 text, found the byte 0xc9 at place 3 of the line",
        ),
        (
            {"introduction.md": b"Une ligne\nl'\xe9t\xe9\n"},
            "introduction.md, line 2: expected UTF-8 text, found the byte 0xe9 at place 3 of the line",
        ),
        ({"about.md": None}, "about.md: expected this file in the package, found none"),
        ({"introduction.md": None}, "introduction.md: expected this file in the package, found none"),
        ({"about.md": "x\n" * 100_001}, "about.md: expected at most 200000 characters, found 200002"),
        (
            {"about.md": "bon\nmau\x00vais\n"},
            (
                "about.md, line 2: expected text without control characters or heaps of accents, "
                r'found "mau\x00vais"'
            ),
        ),
        ({"consultation.toml": None}, "consultation.toml: expected this file in the package, found none"),
    ],
)
def test_files(tmp_path: Path, changes: Changes, problem: str) -> None:
    assert refused(write_package(tmp_path / "package", changes)) == [problem]


def test_a_record_is_named_by_the_line_where_it_starts(tmp_path: Path) -> None:
    text = CONTRIBUTIONS.replace("2019-09-04T10:00:00+02:00", "2019-02-30")
    text = text.replace("Il faut des bancs.", '"Il faut\n\n\ndes ""bancs""."')
    assert refused(write_package(tmp_path / "package", {"contributions.csv": text})) == [
        f'contributions.csv, record 4, line 9, column created_at: {INSTANT} "2019-02-30"'
    ]
    lines = text.replace("\n", "\r\n").replace("3,2,Du papier", "\r\n3,2,Du papier")
    assert refused(write_package(tmp_path / "package", {"contributions.csv": lines})) == [
        f'contributions.csv, record 4, line 10, column created_at: {INSTANT} "2019-02-30"'
    ]


def test_errors_of_all_files_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    changes = {
        **edited("consultation.toml", 'summary = "Dites', 'sumary = "Dites'),
        **contribution(number="x", title="", created_at="2018-06-01"),
        **comment(stance="x"),
        **support(contribution="6"),
        **after("visits.csv", "2018-03-02,x"),
    }
    problems = refused(write_package(tmp_path / "package", changes))
    assert [problem.split(":")[0] for problem in problems] == [
        "consultation.toml, line 1, column summary",
        "consultation.toml, line 4, column sumary",
        f"{C}, column number",
        f"{C}, column title",
        f"{C}, column created_at",
        "comments.csv, record 5, line 6, column stance",
        "supports.csv, record 6, line 7, column contribution",
        "visits.csv, record 4, line 5, column visitors",
    ]


def test_what_refers_to_a_wrong_record_is_not_called_wrong_itself(tmp_path: Path) -> None:
    changes: Changes = {
        "contributions.csv": CONTRIBUTIONS.replace("1,1,Garder le marché", "1,1,"),
        "comments.csv": COMMENTS.replace("1,3,,for", "1,3,,pour"),
    }
    problems = refused(write_package(tmp_path / "package", changes))
    assert [problem.split(":")[0] for problem in problems] == [
        "contributions.csv, record 1, line 2, column title",
        "comments.csv, record 2, line 3, column stance",
    ]


def test_what_refers_to_an_unreadable_table_is_not_called_wrong_itself(tmp_path: Path) -> None:
    changes: Changes = {"contributions.csv": "numero\n1\n"}
    assert len(refused(write_package(tmp_path / "package", changes))) == 1


def test_without_dates_or_a_clock_the_rest_is_still_checked(tmp_path: Path) -> None:
    changes = {
        **edited("consultation.toml", "opens_on = 2018-02-23", 'opens_on = "bientôt"'),
        **contribution(created_at="1999-01-01T00:00:00Z", number="x"),
    }
    assert [problem.split(":")[0] for problem in refused(write_package(tmp_path / "package", changes))] == [
        "consultation.toml, line 6, column opens_on",
        f"{C}, column number",
    ]


def test_twenty_errors_are_enough(tmp_path: Path) -> None:
    lines = "\n".join("x,y,z" for _ in range(1_000))
    with pytest.raises(PackageRefused) as refusal:
        read(write_package(tmp_path / "package", after("supports.csv", lines)))
    assert len(refusal.value.problems) == 20
    assert not refusal.value.complete


def test_markdown_that_no_parser_can_follow_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(title: str, body: str) -> ContributionText:
        if body == "Un texte.":
            raise RecursionError
        return load_contribution(title, body)

    monkeypatch.setattr("consult.exchange.reading.load_contribution", render)
    problems = refused(write_package(tmp_path / "package", contribution()))
    assert problems == [f"{C}, column body: expected Markdown that is nested less deeply"]


def test_no_package_at_all(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="there is no such folder or file"):
        read(tmp_path / "nothing")
    (tmp_path / "note.txt").write_text("bonjour")
    with pytest.raises(OperatorError, match="neither a folder nor a zip file"):
        read(tmp_path / "note.txt")
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path / "empty") == [
        f"{name}: expected this file in the package, found none"
        for name in ("introduction.md", "about.md", "consultation.toml")
    ]
