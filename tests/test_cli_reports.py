"""`consult statistics`, `consult recount` and `consult synthesis`."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import update

from consult.cli import cli
from consult.consultations.models import Tally
from consult.core.db import transaction
from consult.core.errors import OperatorError
from consult.settings import Settings
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """The command line sends logs to its own standard error; give them back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def made(make: Factory) -> Made:
    """Two supports on one contribution, on 10 March 2026."""
    consultation = make.consultation()
    number = make.contribution(consultation)
    make.support(consultation, number)
    make.support(consultation, number)
    return consultation


def consult(app: Flask, *words: str, freeze: str = "2026-03-10T12:00:00+01:00") -> Result:
    settings: Settings = app.extensions["consult_settings"]
    environment = {
        "CONSULT_DATABASE_URL": settings.resolved_database_url,
        "CONSULT_INSTANCE_PATH": str(settings.instance_path),
        "CONSULT_SECRET_KEY": settings.secret_key,
        "CONSULT_BASE_URL": settings.base_url,
        "CONSULT_FREEZE_TIME": freeze,
        "CONSULT_LOG_LEVEL": "WARNING",
    }
    return CliRunner().invoke(cli, words, env=environment)


def drift(made: Made) -> None:
    with transaction(write=True) as session:
        session.execute(update(Tally).where(Tally.consultation_id == made.id).values(supports=5))


def test_the_figures_in_words(app: Flask, made: Made) -> None:
    result = consult(app, "statistics", made.slug)

    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0][:2] == [f"{made.slug}:", "open,"]
    assert lines[1] == ["days", "10", "of", "31"]
    assert ["participants", "3"] in lines
    assert ["supports", "2"] in lines
    assert ["visitors", "0", "(estimate)"] in lines


def test_the_figures_as_the_page_says_them(app: Flask, made: Made, client: AuditedClient) -> None:
    result = consult(app, "statistics", made.slug, "--json")

    page = client.get(f"/consultations/{made.slug}/statistics.json").get_data(as_text=True)
    assert result.stdout == page


def test_the_figures_of_an_earlier_day(app: Flask, made: Made) -> None:
    before = json.loads(consult(app, "statistics", made.slug, "--at", "2026-03-09", "--json").stdout)
    then = json.loads(consult(app, "statistics", made.slug, "--at", "2026-03-10", "--json").stdout)

    assert (before["days"], before["supports"], before["participants"]) == (9, 0, 0)
    assert (then["days"], then["supports"], then["participants"]) == (10, 2, 3)
    assert then["as_of"] == "2026-03-10T23:59:59+01:00"


def test_a_recount_that_agrees(app: Flask, made: Made) -> None:
    result = consult(app, "recount", made.slug)

    assert result.exit_code == 0, result.output
    assert ["supports", "2", "2", "2"] in [line.split() for line in result.stdout.splitlines()]
    assert result.stdout.splitlines()[-1] == "No drift."


def test_drift_is_an_exit_status_and_is_repaired_on_request(app: Flask, made: Made) -> None:
    drift(made)

    found = consult(app, "recount", made.slug)
    assert found.exit_code == 1
    assert "differs" in found.stdout
    assert found.stdout.splitlines()[-1] == "There is drift."

    repaired = consult(app, "recount", made.slug, "--repair")
    assert repaired.exit_code == 0
    assert repaired.stdout.splitlines()[-1] == "repaired: supports: 5 -> 2"

    assert consult(app, "recount", made.slug).exit_code == 0


def test_a_repair_without_drift_changes_nothing(app: Flask, made: Made) -> None:
    result = consult(app, "recount", made.slug, "--repair")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "No drift."


@pytest.mark.parametrize("command", [("statistics",), ("recount",), ("synthesis", "-o", "x.pdf")])
def test_an_unknown_consultation_is_named_in_a_line(app: Flask, command: tuple[str, ...]) -> None:
    name, *options = command
    result = consult(app, name, "nowhere", *options)
    assert isinstance(result.exception, OperatorError)
    assert str(result.exception) == "there is no consultation “nowhere” here"


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_synthesis_is_written_to_a_file(app: Flask, made: Made, tmp_path: Path) -> None:
    target = tmp_path / "synthese.pdf"

    result = consult(app, "synthesis", made.slug, "-o", str(target), "--lang", "en")

    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(b"%PDF-1.7")
    assert result.stdout.startswith(f"{target}: ")

    refused = consult(app, "synthesis", made.slug, "-o", str(tmp_path / "missing" / "x.pdf"))
    assert isinstance(refused.exception, OperatorError)
    assert "missing" in str(refused.exception)
