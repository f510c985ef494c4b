"""Generated consultations: exact figures, the product's rules, the same rows every time."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from bench.filling import database_url, fill
from bench.packages import write_package
from bench.sizes import SIZES, Size
from bench.words import author_key
from consult.consultations.queries import consultation_id
from consult.core import clock
from consult.core.db import transaction
from consult.reports.queries.recount import recount
from consult.reports.rules import FIGURES

TODAY = date(2026, 3, 10)
SMALL = Size("small", 60, 90, 400, 80, 1_234, 30, 40, 20)


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(params=[SMALL, SIZES["S"]], ids=lambda size: size.name)
def size(request: pytest.FixtureRequest) -> Size:
    found: Size = request.param
    return found


def test_the_rows_add_up_to_the_size(size: Size, tmp_path: Path) -> None:
    folder = write_package(tmp_path, size, today=TODAY)
    acts = {name: read(folder, name) for name in ("contributions", "comments", "supports")}
    assert {name: len(rows) for name, rows in acts.items()} == {
        "contributions": size.contributions,
        "comments": size.comments,
        "supports": size.supports,
    }
    people = {row["author"] for rows in acts.values() for row in rows}
    assert people == {author_key(person) for person in range(size.participants)}
    visits = read(folder, "visits")
    assert len(visits) == size.days
    assert sum(int(row["visitors"]) for row in visits) == size.visitors


def test_the_rows_keep_the_rules(size: Size, tmp_path: Path) -> None:
    folder = write_package(tmp_path, size, today=TODAY)
    contributions = {row["number"]: row for row in read(folder, "contributions")}
    supports = read(folder, "supports")
    given = Counter((row["contribution"], row["author"]) for row in supports)
    assert max(given.values()) == 1
    for row in supports:
        assert row["author"] != contributions[row["contribution"]]["author"]
        assert row["created_at"] >= contributions[row["contribution"]]["created_at"]
    comments = {row["number"]: row for row in read(folder, "comments")}
    for row in comments.values():
        assert row["created_at"] >= contributions[row["contribution"]]["created_at"]
        if row["parent"]:
            parent = comments[row["parent"]]
            assert not parent["parent"]
            assert parent["contribution"] == row["contribution"]
            assert row["created_at"] >= parent["created_at"]
    last = max(datetime.fromisoformat(row["created_at"]) for row in supports)
    assert clock.civil_date(last, "Europe/Paris") < TODAY


def test_the_same_size_is_the_same_package(tmp_path: Path) -> None:
    first, second = (write_package(tmp_path / name, SMALL, today=TODAY) for name in ("first", "second"))
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", SIZES)
def test_every_size_leaves_everybody_something_to_do(name: str) -> None:
    size = SIZES[name]
    assert size.authors <= size.contributions
    assert size.supports >= size.participants - size.authors
    assert size.days < size.days_total


def test_a_loaded_size_shows_its_figures_and_a_recount_agrees(app: Flask, size: Size, tmp_path: Path) -> None:
    said: list[str] = []
    shown = fill(size, tmp_path, tell=said.append)
    assert {name: getattr(shown, name) for name in FIGURES} == {name: getattr(size, name) for name in FIGURES}
    assert (shown.days, shown.days_total) == (size.days + 1, size.days_total)
    with transaction() as session:
        counted = recount(session, consultation_id(session, size.slug), now=clock.now())
    assert counted.agrees


def test_loading_a_size_again_keeps_what_is_there(app: Flask, tmp_path: Path) -> None:
    said: list[str] = []
    first = fill(SMALL, tmp_path, tell=said.append)
    assert fill(SMALL, tmp_path, tell=said.append) == first
    assert said == ["taille-small is there already: it is kept"]


def test_a_database_is_an_address_or_a_file(tmp_path: Path) -> None:
    assert database_url("postgresql+psycopg://host/name") == "postgresql+psycopg://host/name"
    assert database_url(str(tmp_path / "x.sqlite")) == f"sqlite:///{tmp_path}/x.sqlite"
