"""`consult backup` and `consult restore` as an operator types them, on both engines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import Engine

from consult.app import create_app
from consult.core import migrate
from consult.core.db import database_engine, transaction
from consult.privacy import erasures
from consult.privacy.traces import to_erase_again
from consult.settings import Settings
from tests.conftest import NOW
from tests.migrations.rows import contents, fill
from tests.migrations.test_command import Operator
from tests.migrations.test_migrations import revisions


@pytest.fixture
def installed(operator: Operator, database_url: str) -> Operator:
    """An installation with an administrator, Claire, and Léa, who is nobody's."""
    operator.set("DATABASE_URL", database_url)
    operator.do("db", "upgrade")
    create(operator, "claire", "--administrator")
    create(operator, "lea")
    return operator


def create(operator: Operator, name: str, *options: str) -> None:
    operator.do("user", "create", "--email", f"{name}@example.org", "--name", name.title(), *options)


class Look:
    """What a database holds."""

    def __init__(self, url: str, folder: Path) -> None:
        self.app = create_app(Settings(database_url=url, instance_path=folder, secret_key="for tests only"))

    def people(self) -> dict[int, str | None]:
        with self.app.app_context():
            engine = database_engine()
            try:
                return {row["id"]: row["email"] for row in contents(engine)["accounts_person"]}
            finally:
                engine.dispose()

    def everything(self) -> object:
        with self.app.app_context():
            engine: Engine = database_engine()
            try:
                return contents(engine)
            finally:
                engine.dispose()


@pytest.fixture
def look(database_url: str, tmp_path: Path) -> Look:
    return Look(database_url, tmp_path)


def test_what_was_there_comes_back_and_the_secret_key_is_not_in_the_file(
    installed: Operator, look: Look, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    before = look.people()
    assert "secret key" in installed.do("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    with ZipFile(file) as packed:
        assert len(packed.namelist()) == 2
        told = json.loads(packed.read("manifest.json"))
        key = (tmp_path / "secret-key").read_bytes()
        assert all(key not in packed.read(name) for name in packed.namelist())
    assert told["revision"] == revisions()[-1]
    create(installed, "hugo")
    assert "--force" in installed.refusal("restore", str(file))
    assert len(look.people()) == 3
    installed.do("restore", str(file), "--force")
    assert look.people() == before
    installed.do("db", "check")
    assert not list(tmp_path.glob(".consult-backup-*"))


def test_who_was_erased_since_is_erased_again(installed: Operator, look: Look, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    installed.do("backup", str(file))
    assert "Erased: person 2" in installed.do("user", "erase", "--email", "Lea@example.org")
    create(installed, "lea")  # the same address again is somebody else, who was not erased
    assert "again: 1." in installed.do("restore", str(file), "--force")
    assert look.people() == {1: "claire@example.org", 2: None}


def test_a_number_that_was_given_again_is_not_erased(installed: Operator, look: Look, tmp_path: Path) -> None:
    file, later = tmp_path / "backup.zip", tmp_path / "later.zip"
    installed.do("backup", str(file))
    create(installed, "hugo")
    installed.do("user", "erase", "--email", "hugo@example.org")
    installed.do("restore", str(file), "--force")
    create(installed, "ines")  # gets the number that Hugo had, as the restored database counts on from there
    installed.do("backup", str(later))
    assert "again: 0." in installed.do("restore", str(later), "--force")
    assert "ines@example.org" in look.people().values()


def test_the_list_is_completed_from_the_database(installed: Operator, look: Look, tmp_path: Path) -> None:
    file, listed = tmp_path / "backup.zip", tmp_path / "erasures"
    installed.do("backup", str(file))
    installed.do("user", "erase", "--email", "lea@example.org")
    listed.unlink()  # as if the machine had stopped between the commit and the line
    installed.do("restore", str(file), "--force")
    assert look.people()[2] is None
    assert "lea" not in listed.read_text().lower()


def test_an_older_schema_is_brought_up(operator: Operator, database_url: str, tmp_path: Path, look: Look) -> None:
    operator.set("DATABASE_URL", database_url)
    operator.do("db", "upgrade")
    create(operator, "claire")
    file = tmp_path / "backup.zip"
    operator.do("backup", str(file))
    # The previous schema, in a backup of the previous version.
    operator.do("db", "downgrade", revisions()[-2])
    _replace_database(file, database_url, tmp_path)
    operator.do("db", "downgrade", "base")
    operator.do("restore", str(file))
    operator.do("db", "check")
    assert look.people() == {1: "claire@example.org"}


def _replace_database(file: Path, url: str, folder: Path) -> None:
    from consult.privacy import backups  # noqa: PLC0415

    file.unlink()
    backups.make_backup(url, file, version="0.0", revision=revisions()[-2], made_at=NOW)


def test_what_is_no_good_backup_changes_nothing(installed: Operator, look: Look, tmp_path: Path) -> None:
    good, file = tmp_path / "good.zip", tmp_path / "backup.zip"
    installed.do("backup", str(good))
    before = look.everything()
    for damage in ("cut", "changed", "not a zip", "no manifest", "other engine", "missing"):
        shutil.copy(good, file)
        _damage(file, damage)
        assert str(file) in installed.refusal("restore", str(file), "--force"), damage
        assert look.everything() == before, damage


def _damage(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    if damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "not a zip":
        file.write_bytes(b"nothing of the kind" * 100)
    elif damage == "missing":
        file.unlink()
    else:
        with ZipFile(file) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        name = next(part for part in parts if part != "manifest.json")
        if damage == "changed":
            parts[name] = parts[name][:-1] + bytes([parts[name][-1] ^ 1])
        elif damage == "no manifest":
            del parts["manifest.json"]
        else:
            told = json.loads(parts["manifest.json"])
            other = {"sqlite": ("postgresql", "database.dump"), "postgresql": ("sqlite", "database.sqlite")}
            told["engine"], told["file"] = other[told["engine"]]
            parts["manifest.json"] = json.dumps(told).encode()
            parts[told["file"]] = parts.pop(name)
        with ZipFile(file, "w", ZIP_DEFLATED) as packed:
            for part, content in parts.items():
                packed.writestr(part, content)


def test_a_backup_that_cannot_be_brought_up_changes_nothing(
    installed: Operator, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    installed.do("backup", str(file))
    create(installed, "hugo")
    before = look.everything()
    (tmp_path / "erasures").write_text("1 not a line of ours at all\n")
    assert "line 1" in installed.refusal("restore", str(file), "--force")
    monkeypatch.setattr(migrate, "upgrade", lambda _engine: (_ for _ in ()).throw(MemoryError))
    (tmp_path / "erasures").unlink()
    with pytest.raises(MemoryError):
        installed.run("restore", str(file), "--force")
    assert look.everything() == before


def test_a_file_is_never_overwritten_and_what_cannot_be_written_is_said(
    installed: Operator, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    file.write_text("precious")
    assert "exists already" in installed.refusal("backup", str(file))
    assert file.read_text() == "precious"
    assert "No such file" in installed.refusal("backup", str(tmp_path / "nowhere" / "backup.zip"))


def test_sessions_and_links_of_the_backup_do_not_come_back(
    installed: Operator, look: Look, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    installed.do("backup", str(file))  # holds the one-time links of both accounts
    installed.do("restore", str(file), "--force")
    held = look.everything()
    assert isinstance(held, dict)
    assert held["accounts_sign_in_challenge"] == []
    assert held["accounts_browser_session"] == []


def test_no_way_in_of_the_backup_comes_back(installed: Operator, look: Look, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    with look.app.app_context():
        fill(database_engine())  # an invitation and a change of address among everything else
        database_engine().dispose()
    before = look.everything()
    assert isinstance(before, dict)
    assert before["organisations_invitation"]
    assert before["accounts_address_change"]
    installed.do("backup", str(file))
    installed.do("restore", str(file), "--force")
    held = look.everything()
    assert isinstance(held, dict)
    assert held["organisations_invitation"] == []
    assert held["accounts_address_change"] == []
    assert held["organisations_membership"] == before["organisations_membership"]


def test_the_wish_to_withdraw_texts_survives_a_line_that_was_never_written(
    installed: Operator, tmp_path: Path
) -> None:
    listed = tmp_path / "erasures"
    installed.do("user", "erase", "--email", "lea@example.org", "--withdraw")
    listed.unlink()  # as if the machine had stopped between the commit and the line
    installed.do("backup", str(tmp_path / "backup.zip"))
    assert listed.read_text().endswith(" withdrawn\n")
    listed.write_text(listed.read_text().replace("withdrawn", "kept"))  # as an earlier version completed it
    installed.do("backup", str(tmp_path / "later.zip"))
    assert [line.split()[-1] for line in listed.read_text().splitlines()] == ["kept", "withdrawn"]
    installed.do("backup", str(tmp_path / "last.zip"))
    assert len(listed.read_text().splitlines()) == 2


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_of_two_lines_the_one_that_withdraws_wins(
    installed: Operator, look: Look, tmp_path: Path, order: tuple[bool, ...]
) -> None:
    with look.app.app_context():
        engine = database_engine()
        (created_at,) = (row["created_at"] for row in contents(engine)["accounts_person"] if row["id"] == 2)
        mark = erasures.fingerprint(2, created_at if created_at.tzinfo else created_at.replace(tzinfo=UTC))
        lines = [erasures.Erasure(2, mark, keep_texts, NOW) for keep_texts in order]
        with transaction() as session:
            (due,) = to_erase_again(session, lines)
        engine.dispose()
    assert due.keep_texts is False


def test_nobody_else_on_the_machine_reads_a_database(operator: Operator, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    operator.set("INSTANCE_PATH", str(folder))
    operator.do("db", "upgrade")
    create(operator, "claire")
    operator.do("backup", str(tmp_path / "backup.zip"))
    assert folder.stat().st_mode & 0o777 == 0o700
    operator.set("DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere' / 'restored.sqlite'}")
    (tmp_path / "elsewhere").mkdir()
    operator.do("restore", str(tmp_path / "backup.zip"))
    databases = [folder / "consult.sqlite", tmp_path / "elsewhere" / "restored.sqlite"]
    assert [path.stat().st_mode & 0o077 for path in databases] == [0, 0]
    assert not [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def test_the_server_s_processes_write_for_nobody_else(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import os, consult.wsgi; print(oct(os.umask(0)))"],
        env={**os.environ, "CONSULT_INSTANCE_PATH": str(tmp_path), "CONSULT_SECRET_KEY": "for tests only " * 3},
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
        umask=0o022,
        timeout=60,
    )
    assert found.stdout.strip() == "0o77"


def test_an_operator_is_told_why_an_account_is_not_erased(installed: Operator) -> None:
    assert "last administrator" in installed.refusal("user", "erase", "--email", "claire@example.org")
    assert "no account" in installed.refusal("user", "erase", "--email", "nobody@example.org")
    assert "complete e-mail address" in installed.refusal("user", "erase", "--email", "nobody")


def test_pg_dump_that_is_missing_is_said(
    installed: Operator, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url.startswith("sqlite"):
        return
    from consult.privacy import postgresql  # noqa: PLC0415

    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(postgresql, "_BINARIES", tmp_path)
    assert "postgresql-client" in installed.refusal("backup", str(tmp_path / "backup.zip"))
