"""Everything that can be wrong with `consultation.toml`, and the one line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.packages import MANIFEST, edited, read, refused, write_package

TOML = "consultation.toml, line"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "format = 2", f"{TOML} 1, column format: expected 1, the only format there is, found 2"),
        (
            "format = 1",
            "format = true",
            f"{TOML} 1, column format: expected 1, the only format there is, found true",
        ),
        ("format = 1\n", "", f"{TOML} 1, column format: expected format = 1, found no such key"),
        ("format = 1", "format =", f"{TOML} 1: expected TOML: Invalid value"),
        ("format = 1", "format = 1\nformat = 1", f"{TOML} 2: expected TOML: Cannot overwrite a value"),
        ("format = 1", "format = " + "9" * 5_000, "consultation.toml: expected TOML: Exceeds the limit"),
        ("format = 1", "x = " + "[" * 5_000, "consultation.toml: expected TOML: "),
        ('slug = "halle"', 'slug = "La Halle"', f"{TOML} 2, column slug: expected lower-case letters and digits"),
        ('slug = "halle"', "slug = 5", f"{TOML} 2, column slug: expected a text, found 5"),
        ('slug = "halle"', 'slug = ""', f"{TOML} 2, column slug: expected a text, found nothing"),
        (
            'slug = "halle"',
            f'slug = "{"a" * 81}"',
            f"{TOML} 2, column slug: expected at most 80 characters, found 81",
        ),
        ('"Quelle place pour la halle ?"', "['a']", f"{TOML} 3, column title: expected a text, found a list"),
        (
            '"Quelle place pour la halle ?"',
            '"\\u0000"',
            f'{TOML} 3, column title: expected text without control characters or heaps of accents, found "\\x00"',
        ),
        ('language = "fr"', 'language = "de"', f'{TOML} 5, column language: expected one of fr, en, found "de"'),
        ("2018-02-23", "2018-02-30", f"{TOML} 6: expected TOML: Invalid date or datetime"),
        (
            "2018-02-23",
            '"2018-02-30"',
            f'{TOML} 6, column opens_on: expected a date such as 2019-03-01, found "2018-02-30"',
        ),
        (
            "2018-02-23",
            "2018-02-23T00:00:00Z",
            f"{TOML} 6, column opens_on: expected a date such as 2019-03-01, found",
        ),
        (
            "2018-02-23",
            "0218-02-23",
            f"{TOML} 6, column opens_on: expected a day from 1900-01-01 to 2199-12-31, found",
        ),
        (
            "2019-08-31",
            "2018-02-22",
            f"{TOML} 7, column closes_on: expected 2018-02-23 or later, the",
        ),
        ('slug = "val"', 'slug = "Val"', f"{TOML} 10, column organisation.slug: expected lower-case letters"),
        ('"Europe/Paris"', '"Paris"', f"{TOML} 12, column organisation.time_zone: expected a time zone such as"),
        (
            'name = "Val-des-Tilleuls"\n',
            "",
            f"{TOML} 9, column organisation.name: expected a text, found no such key",
        ),
        (
            "[organisation]",
            "[organization]",
            f"{TOML} 1, column organisation: expected a table [organisation], found",
        ),
        (
            "decides",
            "decide",
            f"{TOML} 15, column commitment.decide: this key is unknown: expected one of decides, ",
        ),
        ("number = 2", "number = 1", f"{TOML} 24, column questions[2].number: expected each number once, found 1"),
        (
            "number = 2",
            "number = 3",
            f"{TOML} 20, column questions[1].number: expected a whole number from 1 to 2,",
        ),
        (
            "number = 2",
            'number = "2"',
            f"{TOML} 20, column questions[1].number: expected a whole number from 1 to 2,",
        ),
        (
            "number = 2\n",
            "",
            f"{TOML} 19, column questions[1].number: expected a whole number from 1 to 2, found no",
        ),
        ('role = "Directrice"', "rôle = 1", f"{TOML} 29: expected TOML: "),
        ('role = "Directrice"', "roles = 1", f"{TOML} 29, column testimonies[1].roles: this key is unknown: "),
        (
            'quote = "Je n’y vais plus."',
            "",
            f"{TOML} 34, column testimonies[2].quote: expected a text, found no such key",
        ),
        (
            'consent = "Accord écrit du 2 mars."',
            "consent = false",
            f"{TOML} 32, column testimonies[1].consent: expected",
        ),
        (
            "decided_on = 2019-10-01",
            "decided_on = 2018-02-22",
            f"{TOML} 40, column outcome.decided_on: expected 2018-02-23",
        ),
        ("decided_on = 2019-10-01", 'decided = ""', f"{TOML} 40, column outcome.decided: this key is unknown"),
        (
            'summary = "2 idées retenues"\n',
            "",
            f"{TOML} 38, column outcome.summary: expected a text, found no such key",
        ),
    ],
)
def test_consultation_toml(tmp_path: Path, old: str, new: str, problem: str) -> None:
    changes = edited("consultation.toml", old, new)
    assert refused(write_package(tmp_path / "package", changes))[0].startswith(problem)


def test_consultation_toml_may_be_written_in_other_ways(tmp_path: Path) -> None:
    text = MANIFEST.replace("2018-02-23", '"2018-02-23"').replace("2019-08-31", '"2019-08-31"')
    text = text.replace('consent = "Accord écrit du 2 mars."', "consent = true")
    text = text.replace('decides = "Le conseil municipal."', 'decides = """\n[questions]\nslug = 1\n"""')
    text = "\N{ZERO WIDTH NO-BREAK SPACE}" + text.replace("\n", "\r\n")
    package = read(write_package(tmp_path / "package", {"consultation.toml": text}))
    assert package.text.testimonies[0].consent == "Accord consigné par la collectivité."
    assert package.text.decides == "[questions]\nslug = 1"
    # What stands inside a text over several lines is no key: the lines of the keys behind it are still right.
    wrong = text.replace("number = 2", "number = 0")
    problems = refused(write_package(tmp_path / "package", {"consultation.toml": wrong}))
    assert problems[0].startswith("consultation.toml, line 23, column questions[1].number: ")
