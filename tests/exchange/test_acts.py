"""Everything that can be wrong with a record, and the one line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.packages import after, comment, contribution, read, refused, support, write_package

INSTANT = "expected a date and time such as 2019-03-01T18:30:00+01:00, found"
C = "contributions.csv, record 8, line 10"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"number": "0"}, 'column number: expected a whole number from 1 to 1000000000, found "0"'),
        ({"number": "-1"}, 'column number: expected a whole number from 1 to 1000000000, found "-1"'),
        ({"number": "1.5"}, 'column number: expected a whole number from 1 to 1000000000, found "1.5"'),
        ({"number": "1_0"}, 'column number: expected a whole number from 1 to 1000000000, found "1_0"'),
        ({"number": "١٠"}, 'column number: expected a whole number from 1 to 1000000000, found "١٠"'),
        ({"number": ""}, "column number: expected a whole number from 1 to 1000000000, found nothing"),
        (
            {"number": "9" * 70},
            f'column number: expected a whole number from 1 to 1000000000, found "{"9" * 60}…"',
        ),
        ({"number": "7"}, 'column number: expected each number once in the package, found "7"'),
        (
            {"question": "3"},
            'column question: expected the number of a question in consultation.toml, or nothing, found "3"',
        ),
        ({"question": "un"}, 'column question: expected a whole number from 1 to 1000000000, found "un"'),
        ({"title": " "}, 'column title: expected a text, found " "'),
        ({"title": "\u200f"}, 'column title: expected a text, found "\\u200f"'),
        ({"title": "x" * 301}, "column title: expected at most 300 characters, found 301"),
        ({"title": "a\x1b[31mb"}, r'found "a\x1b[31mb"'),
        ({"body": ""}, "column body: expected a text, found nothing"),
        ({"body": "a\x00b"}, "column body: expected text without control characters or heaps of accents, found"),
        ({"body": "a" + "\u0301" * 40}, "column body: expected text without control characters or heaps"),
        ({"body": "x" * 50_001}, "column body: expected at most 50000 characters, found 50001"),
        ({"author": ""}, "column author: expected the key of its author, found nothing"),
        ({"author": "\u200f"}, 'column author: expected the key of its author, found "\\u200f"'),
        ({"author": "a@b.fr"}, "column author: expected a key that is no e-mail address"),
        ({"author": "x" * 121}, "column author: expected at most 120 characters, found 121"),
        ({"author": "a\x07"}, r'found "a\x07"'),
        ({"channel": "post"}, 'column channel: expected one of web, paper, meeting, found "post"'),
        ({"channel": ""}, "column channel: expected one of web, paper, meeting, found nothing"),
        ({"status": "draft"}, 'column status: expected one of published, withdrawn, hidden, found "draft"'),
        ({"created_at": "2019-02-30"}, f'column created_at: {INSTANT} "2019-02-30"'),
        ({"created_at": "2018-06-01T10:00:00"}, f'column created_at: {INSTANT} "2018-06-01T10:00:00"'),
        ({"created_at": "2019-02-30T10:00:00Z"}, f'column created_at: {INSTANT} "2019-02-30T10:00:00Z"'),
        ({"created_at": "2018-06-01T24:00:00Z"}, f'column created_at: {INSTANT} "2018-06-01T24:00:00Z"'),
        ({"created_at": "0001-01-01T00:00+14:00"}, f'column created_at: {INSTANT} "0001-01-01T00:00+14:00"'),
        ({"created_at": "2018-06-01T10:00:00+02:00[Europe/Paris]"}, f"column created_at: {INSTANT}"),
        ({"created_at": "1er juin 2018"}, f'column created_at: {INSTANT} "1er juin 2018"'),
        ({"created_at": ""}, f"column created_at: {INSTANT} nothing"),
        (
            {"created_at": "2018-02-22T23:59:59+01:00"},
            (
                "column created_at: expected 2018-02-23T00:00:00+01:00 (the opening) or later, "
                'found "2018-02-22T23:59:59+01:00"'
            ),
        ),
        (
            {"created_at": "2018-02-22T23:59:59+01:00", "channel": "paper"},
            "column created_at: expected 2018-02-23T00:00:00+01:00 (the opening) or later, ",
        ),
        (
            {"created_at": "2019-08-31T22:00:00Z"},
            (
                "column created_at: expected an instant before 2019-09-01T00:00:00+02:00 (the closing), "
                'found "2019-08-31T22:00:00Z"'
            ),
        ),
    ],
)
def test_contributions(tmp_path: Path, cells: dict[str, str], problem: str) -> None:
    problems = refused(write_package(tmp_path / "package", contribution(**cells)))
    assert len(problems) == 1
    assert problems[0].startswith(f"{C}, column ")
    assert problem in problems[0]


@pytest.mark.parametrize(
    "cells",
    [
        {"created_at": "2018-02-23T00:00:00+01:00"},
        {"created_at": "2019-08-31T21:59:59.999999Z"},
        {"created_at": "2018-06-01 10:00+0200"},
        {"created_at": "2020-01-01T10:00:00Z", "channel": "meeting", "author": ""},
        {"question": "", "number": " 10 "},
        {"title": "x" * 300, "body": "x" * 50_000, "author": "x" * 120},
    ],
)
def test_contributions_at_the_edge_are_right(tmp_path: Path, cells: dict[str, str]) -> None:
    assert len(read(write_package(tmp_path / "package", contribution(**cells))).acts.contributions) == 8


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            {"contribution": "6"},
            'column contribution: expected the number of a contribution of this package, found "6"',
        ),
        ({"number": "12"}, 'column number: expected each number once in the package, found "12"'),
        (
            {"parent": "99", "stance": "neutral"},
            'column parent: expected the number of a comment of this package, found "99"',
        ),
        ({"parent": "4"}, "expected the number of a comment on contribution 1, found"),
        ({"parent": "12"}, 'column parent: expected the number of a comment that is no reply itself, found "12"'),
        ({"parent": "20"}, "expected the number of a comment that is no reply itself"),
        ({"parent": "x"}, "column parent: expected a whole number"),
        ({"stance": "pour"}, 'column stance: expected one of for, against, neutral, found "pour"'),
        ({"body": ""}, "column body: expected a text, found nothing"),
        ({"body": "x" * 10_001}, "column body: expected at most 10000 characters, found 10001"),
        ({"author": ""}, "column author: expected the key of its author, found nothing"),
        ({"created_at": "2018-06-01"}, f'column created_at: {INSTANT} "2018-06-01"'),
        (
            {"created_at": "2018-03-01T18:29:59+01:00"},
            (
                "column created_at: expected 2018-03-01T18:30:00+01:00 or later, when contribution 1 was made, "
                'found "2018-03-01T18:29:59+01:00"'
            ),
        ),
        (
            {"created_at": "2018-03-02T08:59:59+01:00", "parent": "3"},
            (
                "column created_at: expected 2018-03-02T09:00:00+01:00 or later, when comment 3 was made, "
                'found "2018-03-02T08:59:59+01:00"'
            ),
        ),
        ({"created_at": "2019-09-01T00:00:00+02:00"}, "expected an instant before 2019-09-01T00:00:00+02:00"),
    ],
)
def test_comments(tmp_path: Path, cells: dict[str, str], problem: str) -> None:
    problems = refused(write_package(tmp_path / "package", comment(**cells)))
    assert len(problems) == 1
    assert problems[0].startswith("comments.csv, record 5, line 6, column ")
    assert problem in problems[0]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            {"contribution": "6"},
            'column contribution: expected the number of a contribution of this package, found "6"',
        ),
        ({"contribution": ""}, "column contribution: expected a whole number from 1 to 1000000000, found nothing"),
        ({"author": ""}, "column author: expected the key of its author, found nothing"),
        ({"author": "b"}, 'column author: expected each person once for contribution 1, found "b"'),
        (
            {"author": "Zoé"},
            'column author: expected somebody else than the author of contribution 1, found "Zoé"',
        ),
        ({"created_at": "hier"}, f'column created_at: {INSTANT} "hier"'),
        ({"created_at": "2018-03-01T18:29:00+01:00"}, "or later, when contribution 1 was made"),
        ({"created_at": "2019-09-01T00:00:00+02:00"}, "(the closing)"),
    ],
)
def test_supports(tmp_path: Path, cells: dict[str, str], problem: str) -> None:
    problems = refused(write_package(tmp_path / "package", support(**cells)))
    assert len(problems) == 1
    assert problems[0].startswith("supports.csv, record 6, line 7, column ")
    assert problem in problems[0]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2018-02-22,1", "column date: expected a day of the consultation, from 2018-02-23 to 2019-08-31, found"),
        ("2019-09-01,1", "column date: expected a day of the consultation, from 2018-02-23 to 2019-08-31, found"),
        ("2018-03-01,1", 'column date: expected each day once, found "2018-03-01"'),
        ("01/03/2018,1", 'column date: expected a date such as 2019-03-01, found "01/03/2018"'),
        ("20180302,1", 'column date: expected a date such as 2019-03-01, found "20180302"'),
        ("2018-03-32,1", 'column date: expected a date such as 2019-03-01, found "2018-03-32"'),
        ("2018-03-02,-1", 'column visitors: expected a whole number from 0 to 100000000, found "-1"'),
        ("2018-03-02,", "column visitors: expected a whole number from 0 to 100000000, found nothing"),
        ("2018-03-02,9999999999", "column visitors: expected a whole number from 0 to 100000000, found"),
    ],
)
def test_visits(tmp_path: Path, line: str, problem: str) -> None:
    problems = refused(write_package(tmp_path / "package", after("visits.csv", line)))
    assert len(problems) == 1
    assert problems[0].startswith("visits.csv, record 4, line 5, column ")
    assert problem in problems[0]


def test_visitors_that_no_counter_could_hold(tmp_path: Path) -> None:
    lines = "\n".join(f"2018-04-{day:02d},100000000" for day in range(1, 22))
    problems = refused(write_package(tmp_path / "package", after("visits.csv", lines)))
    assert problems == ['visits.csv: expected at most 2000000000 visitors in all, found "2100000745"']
