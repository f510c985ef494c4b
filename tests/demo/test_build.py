"""The demonstration, built as `make demo` builds it and recounted from its files alone."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo"
OPEN = "10-gouvernance-ville-intelligente"
ANNOUNCED = "20-place-de-la-halle"
CLOSED = "30-horaires-des-mediatheques"
PARIS = ZoneInfo("Europe/Paris")
TODAYS = [
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 12, 31),
    date(2026, 3, 28),
    date(2026, 3, 29),  # clocks go forward in Paris
    date(2026, 3, 30),
    date(2026, 10, 25),  # clocks go back
    date(2026, 10, 26),
    date(2026, 11, 22),
    date(2028, 2, 29),
]

Rows = list[dict[str, str]]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DEMO / "build.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "consultation.toml").read_text(encoding="utf-8"))


def rows(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def at(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["created_at"])


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, date]:
    output = tmp_path_factory.mktemp("packages")
    result = run("--output", output, "--today", request.param.isoformat())
    assert result.returncode == 0, result.stderr
    return output, request.param


def recount(folder: Path, today: date) -> tuple[int, int, int, int, int]:
    """Days, participants, contributions, supports, visitors: from the definitions, in as few lines as possible."""
    table = settings(folder)
    days = (min(today, table["closes_on"]) - table["opens_on"]).days + 1
    contributions = {row["number"]: row for row in rows(folder, "contributions") if row["status"] == "published"}
    supports = {
        (row["contribution"], row["author"])
        for row in rows(folder, "supports")
        if row["contribution"] in contributions
    }
    people = {row["author"] for row in contributions.values()} | {author for _, author in supports}
    people |= {row["author"] for row in rows(folder, "comments") if row["contribution"] in contributions}
    visitors = sum(int(row["visitors"]) for row in rows(folder, "visits"))
    return days, len(people - {""}), len(contributions), len(supports), visitors


def test_the_open_one_shows_the_five_figures(built: tuple[Path, date]) -> None:
    output, today = built
    assert recount(output / OPEN, today) == (553, 37, 10, 48, 745)
    table = settings(output / OPEN)
    assert (table["closes_on"] - table["opens_on"]).days + 1 == 555
    assert table["opens_on"] <= today <= table["closes_on"]


def test_the_closed_one_has_ended_with_an_outcome(built: tuple[Path, date]) -> None:
    output, today = built
    table = settings(output / CLOSED)
    assert recount(output / CLOSED, today) == (56, 20, 8, 25, 386)
    assert table["closes_on"] < table["outcome"]["decided_on"] < today
    assert " ".join(table["outcome"]["summary"].split()).startswith("4 idées retenues, 2 en partie")


def test_the_announced_one_has_texts_and_no_act(built: tuple[Path, date]) -> None:
    output, today = built
    table = settings(output / ANNOUNCED)
    assert table["opens_on"] == today + timedelta(days=12)
    assert (table["closes_on"] - table["opens_on"]).days + 1 == 42
    assert {path.name for path in (output / ANNOUNCED).iterdir()} == {
        "consultation.toml",
        "introduction.md",
        "about.md",
    }


def test_the_three_share_one_organisation_marked_as_a_demonstration(built: tuple[Path, date]) -> None:
    output, _ = built
    organisations = [settings(output / name)["organisation"] for name in (OPEN, ANNOUNCED, CLOSED)]
    assert organisations[0] == organisations[1] == organisations[2]
    assert organisations[0]["name"].endswith("(démonstration)")
    for name in (OPEN, ANNOUNCED, CLOSED):
        assert "démonstration" in (output / name / "introduction.md").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("name", [OPEN, CLOSED])
def test_every_act_is_dated_inside_the_consultation_and_before_today(built: tuple[Path, date], name: str) -> None:
    output, today = built
    folder = output / name
    table = settings(folder)
    for row in [*rows(folder, "contributions"), *rows(folder, "comments"), *rows(folder, "supports")]:
        moment = at(row)
        assert moment.utcoffset() == moment.astimezone(PARIS).utcoffset(), "the offset is the one of that day"
        assert table["opens_on"] <= moment.astimezone(PARIS).date() <= table["closes_on"]
        assert moment.astimezone(PARIS).date() < today
    days = [date.fromisoformat(row["date"]) for row in rows(folder, "visits")]
    assert days == sorted(set(days))
    assert table["opens_on"] <= days[0]
    assert days[-1] <= min(table["closes_on"], today - timedelta(days=1))
    assert all(int(row["visitors"]) > 0 for row in rows(folder, "visits"))


@pytest.mark.parametrize("name", [OPEN, CLOSED])
def test_acts_follow_what_they_answer(built: tuple[Path, date], name: str) -> None:
    folder = built[0] / name
    contributions = {row["number"]: row for row in rows(folder, "contributions")}
    supports = rows(folder, "supports")
    assert len({(row["contribution"], row["author"]) for row in supports}) == len(supports)
    for row in supports:
        target = contributions[row["contribution"]]
        assert (target["status"], target["author"] == row["author"]) == ("published", False)
        assert at(target) < at(row)
    comments = {row["number"]: row for row in rows(folder, "comments")}
    for row in comments.values():
        assert at(contributions[row["contribution"]]) < at(row)
        if row["parent"]:
            parent = comments[row["parent"]]
            assert (parent["contribution"], parent["parent"]) == (row["contribution"], "")
            assert at(parent) < at(row)
            assert row["stance"] == "neutral"


def test_both_offsets_of_paris_occur(built: tuple[Path, date]) -> None:
    offsets = {row["created_at"][-6:] for row in rows(built[0] / OPEN, "supports")}
    assert offsets == {"+01:00", "+02:00"}


def test_who_acts_on_the_web_is_among_the_visitors_of_that_day(built: tuple[Path, date]) -> None:
    folder = built[0] / OPEN
    readers = {row["date"]: int(row["visitors"]) for row in rows(folder, "visits")}
    acts = [row for row in rows(folder, "contributions") if row["channel"] == "web"]
    people: dict[str, set[str]] = {}
    for row in [*acts, *rows(folder, "comments"), *rows(folder, "supports")]:
        people.setdefault(row["created_at"][:10], set()).add(row["author"])
    assert all(readers[day] >= len(authors) for day, authors in people.items())


def test_two_builds_of_a_day_are_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("--output", tmp_path / name, "--today", "2026-11-22").returncode == 0
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 17
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_without_a_day_it_is_dated_from_the_real_one(tmp_path: Path) -> None:
    before = datetime.now(PARIS).date()  # noqa: TID251 - the script reads the real clock, so must its test
    assert run("--output", tmp_path).returncode == 0
    after = datetime.now(PARIS).date()  # noqa: TID251 - it may be midnight
    assert settings(tmp_path / OPEN)["closes_on"] - timedelta(days=2) in {before, after}


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        path = source / OPEN / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (edit("supports.csv", "1,Mireille T.,4", "1,Claire M.,4"), "is for their own"),
        (edit("supports.csv", "1,Mireille T.,4", "1,Antoine C.,4"), "is given twice"),
        (edit("supports.csv", "1,Mireille T.,4", "1,Mireille T.,2"), "comes before it"),
        (edit("supports.csv", "1,Mireille T.,4", "11,Mireille T.,550"), "has no published contribution"),
        (edit("supports.csv", "1,Mireille T.,4", "1,Mireille T.,552"), "line 2: day 552 is not an ended day"),
        (edit("supports.csv", "09:12:40", "midi"), "line 2: expected contribution,author,day,time"),
        (edit("supports.csv", "09:12:40", "02:30:00"), "line 2: 02:30:00 is not between 06:00 and midnight"),
        (edit("comments.toml", "parent = 2", "parent = 1\nstanse = 2"), "“stanse” is unknown"),
        (edit("comments.toml", "parent = 2", "parent = 4"), "comment 3 replies to no comment"),
        (edit("comments.toml", 'stance = "for"', 'stance = "yes"'), "“yes” is none of for, against, neutral"),
        (edit("comments.toml", "number = 2\n", "number = 3\n"), "the comments are not numbered"),
        (edit("comments.toml", "day = 551", "day = 3"), "the comments are not in the order of their dates"),
        (edit("activity.toml", "participants = 37", "participants = 38"), "it shows"),
        (edit("activity.toml", "visitors = 745", "visitors = 12"), "fewer are announced"),
        (
            edit("consultation.toml", 'opens_on = "day -552"', 'opens_on = "soon"'),
            "“opens_on” is missing or is no",
        ),
        (edit("consultation.toml", "format = 1", "format ="), "consultation.toml: "),
        (lambda source: (source / OPEN / "about.md").unlink(), "about.md cannot be read"),
        (lambda source: (source / "organisation.toml").write_text("[organisation]\n"), "“time_zone” is missing"),
    ],
)
def test_an_inconsistent_source_is_refused_in_one_sentence(
    tmp_path: Path, change: Callable[[Path], None], sentence: str
) -> None:
    source = tmp_path / "source"
    shutil.copytree(DEMO, source)
    change(source)
    result = run("--source", source, "--output", tmp_path / "output", "--today", "2026-11-22")
    assert result.returncode == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "output").exists()


PROSE = sorted([*DEMO.rglob("*.md"), *DEMO.rglob("comments.toml"), *DEMO.rglob("consultation.toml")])


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(DEMO)))
def test_the_typography_is_french(path: Path) -> None:
    text = (
        re.sub(r"^#.*", "", path.read_text(encoding="utf-8"))
        if path.suffix == ".toml"
        else path.read_text("utf-8")
    )
    assert "'" not in text
    assert "..." not in text
    assert not re.search(r"(?<=[\wé»)*’]) [;:!?»%€]", text), "a no-break space comes before ; : ! ? » % €"
    assert not re.search('[^\\s\u202f\u00a0"+;:!?][;!?»]', text), "… and is never left out"
    assert not re.search("«(?!\u202f)", text)


def test_testimonies_and_contributions_have_their_length(built: tuple[Path, date]) -> None:
    output, _ = built
    testimonies = settings(output / OPEN)["testimonies"]
    assert len(testimonies) == 4
    for testimony in testimonies:
        assert 60 <= len(testimony["quote"].split()) <= 150
        assert testimony["consent"]
    for row in rows(output / OPEN, "contributions"):
        if row["status"] == "published":
            assert 80 <= len(row["body"].split()) <= 300
    assert {row["question"] for row in rows(output / OPEN, "contributions")} == {"1", "2"}
