"""`consult maintenance` as an operator types it: no database needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consult.cli import cli
from consult.core import maintenance
from consult.settings import Settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONSULT_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("CONSULT_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["maintenance", *words])


def test_on_status_off(folder: Path) -> None:
    assert run("status").output == "The site is open.\n"
    closed = run("on", "--minutes", "45")
    assert closed.exit_code == 0
    assert "consult maintenance off" in closed.output
    found = maintenance.current(Settings(instance_path=folder))
    assert found is not None
    assert found.until is not None
    status = run("status")
    assert status.exit_code == 1
    assert "closed for maintenance since 20" in status.output
    assert run("off").exit_code == 0
    assert run("status").exit_code == 0


@pytest.mark.parametrize("minutes", ["0", "-5", "soon", "99999999999"])
def test_a_length_that_makes_no_sense_is_refused(folder: Path, minutes: str) -> None:
    assert run("on", "--minutes", minutes).exit_code == 2
    assert run("status").exit_code == 0
