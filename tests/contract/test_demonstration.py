"""The demonstration as `make demo` leaves it, and every place that shows its figures after people have acted."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.core.clock import civil_date, real_now
from tests.contract.web import Visitor
from tests.support.installation import Demonstration, Served, load_demonstration
from tests.support.postgresql import fresh_database

SLUG = "gouvernance-ville-intelligente"
HERE = f"/consultations/{SLUG}"
KEYS = (
    *("slug", "as_of", "state", "days", "days_total", "participants", "contributions", "supports", "comments"),
    *("visitors", "ledger_head"),
)
FIGURES = ("days", "participants", "contributions", "supports", "comments", "visitors")
LOADED = {"participants": 37, "contributions": 10, "supports": 48, "comments": 28, "visitors": 745}
COLUMNS = "number,question,title,body,author,created_at,channel,status,supports,comments,answer_status,answer,url"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(
    request: pytest.FixtureRequest, demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Demonstration:
    """A demonstration that the tests of this file may change, on each engine."""
    folder = tmp_path_factory.mktemp("contract")
    if request.param == "postgresql":
        return load_demonstration(folder, DATABASE_URL=fresh_database(request.getfixturevalue("postgresql")))
    return Demonstration(demonstration.installation.copy(folder / "instance"), demonstration.day)


@pytest.fixture(scope="module")
def server(loaded: Demonstration) -> Iterator[Served]:
    with loaded.installation.serve() as served:
        yield served


def figures_of_the_page(html: str) -> dict[str, int]:
    tiles = re.findall(r'data-figure="(\w+)".*?class="figures__value">([^<]+)<', html, re.DOTALL)
    return {name: int(re.sub(r"\D", "", value)) for name, value in tiles}


def figures_of_the_csv(content: bytes) -> dict[str, int]:
    rows = [row for row in csv.DictReader(io.StringIO(content.decode())) if row["status"] == "published"]
    sums = {name: sum(int(row[name]) for row in rows) for name in ("supports", "comments")}
    return {"contributions": len(rows), **sums}


def figures_of_the_pdf(path: Path) -> dict[str, int]:
    """The numbers of the table on the page of the figures, in their order."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    section = done.stdout.partition("What it counts")[2].partition("An act counts")[0]
    numbers = re.findall(r"^(\d[\d,]*)(?=\s)", section, re.MULTILINE)
    return dict(zip(FIGURES, (int(number.replace(",", "")) for number in numbers), strict=True))


def figures_of_the_recount(text: str) -> dict[str, int]:
    """The column of what was counted anew from the rows."""
    assert "No drift." in text
    return {name: int(re.search(rf"^{name} +\d+ +(\d+)", text, re.MULTILINE)[1]) for name in FIGURES}  # type: ignore[index]


def test_the_loaded_demonstration_shows_the_figures_of_the_model_page(
    loaded: Demonstration, server: Served
) -> None:
    found = Visitor(server.url).figures(SLUG)
    gone_by = (civil_date(real_now(), "Europe/Paris") - loaded.day).days
    assert tuple(found) == KEYS
    assert (found["slug"], found["state"]) == (SLUG, "open")
    assert re.fullmatch(r"[0-9a-f]{64}", str(found["ledger_head"]))
    assert (found["days"], found["days_total"]) == (553 + gone_by, 555)
    assert {name: found[name] for name in LOADED} == LOADED
    assert all(type(found[name]) is int for name in (*FIGURES, "days_total"))


def test_the_synthesis_is_there_from_the_start(server: Served) -> None:
    answer = Visitor(server.url).get(f"{HERE}/synthesis.pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_a_reader_gets_no_cookie_and_every_page_its_policy(server: Served) -> None:
    reader = Visitor(server.url, "Reader")
    for path in ("/", "/en/", HERE, f"{HERE}/about", f"{HERE}/testimonies", f"{HERE}/contributions", "/nowhere"):
        answer = reader.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert answer.headers["Set-Cookie"] is None
    assert not list(reader.cookies)


def test_after_people_have_acted_every_place_shows_the_same_figures(
    loaded: Demonstration, server: Served, tmp_path: Path
) -> None:
    installation = loaded.installation
    before = Visitor(server.url).figures(SLUG)
    claire, paul = Visitor(server.url, "Claire"), Visitor(server.url, "Paul")
    new = f"{HERE}/contributions/new"
    claire.send(new, question="1", title="Des tables au marché")
    claire.send(f"{new}/text", body="Deux samedis par mois, une table au marché.")
    claire.sign_in()
    published = claire.send(f"{new}/preview")
    assert re.fullmatch(rf"{HERE}/contributions/13", published.path)
    paul.sign_in()
    paul.send(f"{published.path}/support", page=published.path)
    paul.send(f"{published.path}/comments", page=published.path, stance="for", body="J’y serais.")

    expected = {name: before[name] for name in FIGURES}
    for name, step in (("participants", 2), ("contributions", 1), ("supports", 1), ("comments", 1)):
        expected[name] += step
    after = paul.figures(SLUG)
    # Two more people have read on this day.
    expected["visitors"] = before["visitors"] + 2
    assert {name: after[name] for name in FIGURES} == expected

    for path in (HERE, f"{HERE}/statistics", f"/en{HERE}"):
        assert figures_of_the_page(paul.get(path).text) == expected
    table = paul.get(f"{HERE}/contributions.csv")
    assert table.text.splitlines()[0] == COLUMNS
    assert figures_of_the_csv(table.content) == {
        name: expected[name] for name in ("contributions", "supports", "comments")
    }
    printed = json.loads(installation.do("statistics", SLUG, "--json"))
    assert {name: printed[name] for name in FIGURES} == expected
    assert figures_of_the_recount(installation.do("recount", SLUG)) == expected
    edition = tmp_path / "synthesis.pdf"
    installation.do("synthesis", SLUG, "-o", edition, "--lang", "en")
    assert figures_of_the_pdf(edition) == expected
