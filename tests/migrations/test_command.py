"""`consult db …` as an operator runs it: what goes wrong is one line, exit code 2, no traceback."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.cli import main
from tests.support.installation import Installation

UNREACHABLE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
NEEDS_THE_TABLES = (
    ("db", "check"),
    ("import", "."),
    ("user", "create", "--email", "claire@example.org", "--name", "Claire"),
)


class Operator:
    """Types commands; they run inside this process, which spares the seconds of starting another."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        for name in [name for name in os.environ if name.startswith("CONSULT_")]:
            monkeypatch.delenv(name)
        self.set("INSTANCE_PATH", str(folder))
        self.set("LOG_LEVEL", "WARNING")

    def set(self, name: str, value: str) -> None:
        """Set a setting."""
        self.monkeypatch.setenv(f"CONSULT_{name}", value)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output and error output of `consult` with these words."""
        self.monkeypatch.setattr(sys, "argv", ["consult", *words])
        before = os.umask(0o022)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            os.umask(before)
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    def do(self, *words: str) -> str:
        """Run a command that must succeed; its output."""
        code, out, err = self.run(*words)
        assert code == 0, err
        return out

    def refusal(self, *words: str) -> str:
        """Run a command that must refuse; the one line it says."""
        code, out, err = self.run(*words)
        assert (code, out) == (2, ""), err
        (line,) = err.splitlines()
        assert line.startswith("consult: ")
        return line


@pytest.fixture
def operator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Operator]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Operator(monkeypatch, capsys, tmp_path)
    root.handlers, root.level = handlers, level


def test_the_commands_go_up_agree_go_down_and_up_again(operator: Operator, database_url: str) -> None:
    operator.set("DATABASE_URL", database_url)
    operator.do("db", "upgrade")
    assert "agree" in operator.do("db", "check")
    operator.do("db", "downgrade", "base")
    assert "consult db upgrade" in operator.refusal("db", "check")
    operator.do("db", "upgrade")
    operator.do("db", "check")
    assert "nonsense" in operator.refusal("db", "upgrade", "nonsense")


@pytest.mark.parametrize("words", NEEDS_THE_TABLES, ids=" ".join)
def test_a_database_without_its_tables_is_refused_with_what_to_do(
    operator: Operator, database_url: str, words: tuple[str, ...]
) -> None:
    operator.set("DATABASE_URL", database_url)
    assert "consult db upgrade" in operator.refusal(*words)


@pytest.mark.parametrize("words", [("db", "upgrade"), ("serve",), *NEEDS_THE_TABLES], ids=" ".join)
def test_an_unreachable_server_is_said_in_one_line(operator: Operator, words: tuple[str, ...]) -> None:
    operator.set("DATABASE_URL", UNREACHABLE)
    assert "cannot be reached" in operator.refusal(*words)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/consult.sqlite", "cannot be reached"),
        ("sqlite:///{folder}/notes.txt", "not a database"),
        ("consult.sqlite", "CONSULT_DATABASE_URL"),
        ("mysql://localhost/consult", "CONSULT_DATABASE_URL"),
    ],
)
def test_an_address_that_leads_to_no_database_is_said_in_one_line(
    operator: Operator, tmp_path: Path, url: str, said: str
) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough to be taken for one. " * 20)
    operator.set("DATABASE_URL", url.format(folder=tmp_path))
    assert said in operator.refusal("db", "upgrade")


def test_a_server_without_its_tables_says_so_and_leaves_nothing_running(tmp_path: Path) -> None:
    done = Installation(tmp_path).run("serve")
    assert done.returncode == 2
    assert done.stderr == "consult: the database is not at the newest migration: run `consult db upgrade`\n"
