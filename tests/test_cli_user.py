"""`consult user create`, from the command line to the browser."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from consult.cli import cli
from consult.core.errors import OperatorError
from consult.settings import Settings
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """The command line sends logs to its own standard error; give them back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


def create(app: Flask, *arguments: str) -> Result:
    settings: Settings = app.extensions["consult_settings"]
    environment = {
        "CONSULT_DATABASE_URL": settings.resolved_database_url,
        "CONSULT_INSTANCE_PATH": str(settings.instance_path),
        "CONSULT_SECRET_KEY": settings.secret_key,
        "CONSULT_BASE_URL": settings.base_url,
        "CONSULT_DEMONSTRATION": "1" if settings.demonstration else "0",
    }
    return CliRunner().invoke(cli, ["user", "create", *arguments], env=environment)


def test_the_printed_link_signs_the_first_administrator_in(app: Flask, client: AuditedClient) -> None:
    result = create(app, "--email", "camille@example.org", "--name", "Camille D.")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "Account created: Camille D. <camille@example.org>."
    assert "first account is its administrator" in lines[1]
    assert lines[-1].startswith("http://localhost/sign-in/link/")
    path = urlsplit(lines[-1]).path
    assert "camille@example.org" in client.get(path).text
    answer = client.send(path)
    assert (answer.status_code, answer.location) == (303, "/sign-in/second-factor?next=/manage")
    assert client.get(path).status_code == 410
    answer = client.get(str(answer.location))
    assert answer.location == "/sign-in/second-factor/new?next=/manage"
    assert client.get("/manage").status_code == 302
    assert client.get("/account").status_code == 302


def test_in_a_demonstration_the_printed_link_is_both_factors(app: Flask) -> None:
    with variant_of(app, demonstration=True) as demonstration:
        result = create(demonstration, "--email", "camille@example.org", "--name", "Camille D.")
        path = urlsplit(result.stdout.splitlines()[-1]).path
        browser = AuditedClient(demonstration)
        assert browser.send(path).location == "/manage"
        assert browser.get("/manage").status_code == 200


def test_a_link_printed_in_a_demonstration_is_one_factor_once_it_is_none_any_more(
    app: Flask, client: AuditedClient
) -> None:
    with variant_of(app, demonstration=True) as demonstration:
        result = create(demonstration, "--email", "camille@example.org", "--name", "Camille D.")
    answer = client.send(urlsplit(result.stdout.splitlines()[-1]).path)
    assert answer.location == "/sign-in/second-factor?next=/manage"


def test_a_manager_and_an_account_that_is_there_already(app: Flask, make: Factory) -> None:
    make.organisation("Val-des-Tilleuls")
    create(app, "--email", "camille@example.org", "--name", "Camille")
    manager = create(app, "--email", "dominique@example.org", "--name", "Dominique")
    assert "It manages the consultations of Val-des-Tilleuls." in manager.stdout
    again = create(app, "--email", "dominique@example.org", "--name", "Dominique")
    assert "has an account already" in again.stdout
    assert again.stdout.splitlines()[-1] != manager.stdout.splitlines()[-1]


def test_without_an_organisation_it_says_so(app: Flask) -> None:
    create(app, "--email", "camille@example.org", "--name", "Camille")
    assert "belongs to no team" in create(app, "--email", "d@example.org", "--name", "Dominique").stdout


def test_several_organisations_have_to_be_told_apart(app: Flask, make: Factory) -> None:
    create(app, "--email", "camille@example.org", "--name", "Camille")
    make.organisation()
    make.organisation()
    result = create(app, "--email", "d@example.org", "--name", "Dominique")
    assert isinstance(result.exception, OperatorError)
    assert "organisation-1, organisation-2" in str(result.exception)


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    environment = {**os.environ, "CONSULT_INSTANCE_PATH": str(tmp_path), "CONSULT_DATABASE_URL": ""}

    def consult(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "consult", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert consult("db", "upgrade").returncode == 0
    done = consult("user", "create", "--email", "camille", "--name", "Camille")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("consult: --email: ")
    assert done.stderr.count("\n") == 1
