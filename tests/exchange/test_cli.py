"""The commands as an operator types them: exit codes, what goes to which stream, no traceback."""

from __future__ import annotations

import contextvars
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from consult import cli, console
from consult.app import create_app
from consult.core.db import database_engine
from tests.exchange.packages import edited, write_package


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs `consult` in this process, on the database of a test."""

    def __init__(self, url: str, instance: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._environment = {
            "CONSULT_DATABASE_URL": url,
            "CONSULT_INSTANCE_PATH": str(instance),
            "CONSULT_BASE_URL": "https://consult.example",
        }

    def __call__(self, *arguments: str | Path, **environment: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        applications: list[Flask] = []

        def remember(*arguments: Any) -> Flask:
            applications.append(create_app(*arguments))
            return applications[-1]

        with self._patch.context() as patch:
            for name in os.environ:
                if name.startswith("CONSULT_"):
                    patch.delenv(name)
            for name, value in {**self._environment, **environment}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["consult", *map(str, arguments)])
            patch.setattr(console, "create_app", remember)
            patch.setattr(console, "configure_logs", lambda _: None)
            with redirect_stdout(out), redirect_stderr(err):
                # A context of its own: the command's clock and application are gone when it is over.
                code = contextvars.copy_context().run(_main)
        for application in applications:
            with application.app_context():
                database_engine().dispose()
        return Done(code, out.getvalue(), err.getvalue())


def _main() -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def consult(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    url = database_engine().url.render_as_string(hide_password=False)
    return Shell(url, tmp_path / "instance", monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    (tmp_path / "empty").mkdir()
    return Shell("", tmp_path / "empty", monkeypatch)


def test_import_says_what_it_did_and_where_it_is(consult: Shell, tmp_path: Path) -> None:
    package = write_package(tmp_path / "package")
    done = consult("import", package)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        'Imported "Quelle place pour la halle ?": 7 contributions, 4 comments, 5 supports, 10 people.',
        "https://consult.example/consultations/halle",
    ]
    again = consult("import", package)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == (
        "consult: consultation.toml, line 2, column slug: a consultation has the address halle here already\n"
    )


def test_import_prints_one_line_per_error(consult: Shell, tmp_path: Path) -> None:
    changes = edited("contributions.csv", "2018-03-26T00:30:00+02:00", "2018-02-30")
    changes |= edited("visits.csv", "2018-03-01,733", "2018-03-01,beaucoup")
    package = write_package(tmp_path / "package", changes)
    done = consult("import", package)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        (
            "contributions.csv, record 2, line 4, column created_at: expected a date and time such as "
            '2019-03-01T18:30:00+01:00, found "2018-02-30"'
        ),
        (
            "visits.csv, record 3, line 4, column visitors: expected a whole number from 0 to 100000000, "
            'found "beaucoup"'
        ),
        f"consult: {package}: nothing was imported (2 errors)",
    ]
    assert consult("demo", "status").returncode == 0, "nothing was stored"


def test_import_for_an_unknown_organisation(consult: Shell, tmp_path: Path) -> None:
    done = consult("import", write_package(tmp_path / "package"), "--organisation", "nulle-part")
    assert done.returncode == 2
    assert done.stderr.startswith('consult: there is no organisation "nulle-part" here')
    assert done.stderr.count("\n") == 1


def test_import_of_nothing(consult: Shell, tmp_path: Path) -> None:
    done = consult("import", tmp_path / "nothing")
    assert (done.returncode, done.stderr) == (
        2,
        f"consult: {tmp_path / 'nothing'}: there is no such folder or file\n",
    )


def test_import_under_a_frozen_clock(consult: Shell, tmp_path: Path) -> None:
    package = write_package(tmp_path / "package")
    done = consult("import", package, CONSULT_FREEZE_TIME="2019-08-01T12:00:00+02:00")
    assert done.returncode == 0
    assert done.stderr.startswith("note: 2 contributions, comments and supports are dated after now (2019-08-01")


def test_commands_on_a_database_that_was_never_migrated(empty: Shell, tmp_path: Path) -> None:
    for command in (("import", write_package(tmp_path / "package")), ("demo", "status"), ("demo", "finish")):
        done = empty(*command)
        assert done.returncode == 2
        assert done.stderr == ("consult: the database is not at the newest migration: run `consult db upgrade`\n")


def test_demo_status_tells_by_its_exit_code_whether_to_load(consult: Shell, tmp_path: Path) -> None:
    before = consult("demo", "status")
    assert (before.returncode, before.stdout) == (0, "The database holds no consultation yet.\n")
    consult("import", write_package(tmp_path / "package"))
    after = consult("demo", "status")
    assert (after.returncode, after.stdout, after.stderr) == (1, "Consultations here: 1.\n", "")


def test_demo_sign_in_may_be_asked_again_and_again(consult: Shell, tmp_path: Path) -> None:
    assert consult("demo", "sign-in").stdout.startswith("No consultation here is a demonstration")
    consult("import", "--demonstration", write_package(tmp_path / "package"))
    links = set()
    for _ in range(2):
        done = consult("demo", "sign-in")
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0] == "The demonstration: https://consult.example/"
        assert "equipe@demonstration.example" in lines[1]
        assert lines[2].startswith("https://consult.example/sign-in/link/")
        assert lines[4] == "https://consult.example/mailbox"
        links.add(lines[2])
    assert len(links) == 2
