"""Transactions at the edge, the same on both engines."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.app import create_app
from consult.core import tasks
from consult.core.db import db, independent_transaction, is_sqlite, transaction
from consult.organisations.commands import create_organisation
from consult.organisations.models import Organisation
from consult.settings import Settings
from tests.conftest import NOW
from tests.support.postgresql import fresh_database


def _add(slug: str) -> None:
    with transaction(write=True) as session:
        create_organisation(session, slug=slug, name="Ville", time_zone="Europe/Paris", now=NOW)


def _slugs() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(Organisation.slug).order_by(Organisation.slug)))


def test_a_block_commits_at_its_end_and_rolls_back_on_any_error(app: Flask) -> None:
    _add("kept")
    with pytest.raises(KeyError), transaction(write=True) as session:
        create_organisation(session, slug="lost", name="Ville", time_zone="Europe/Paris", now=NOW)
        raise KeyError
    assert _slugs() == ["kept"]


def test_a_transaction_inside_another_is_a_mistake(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(RuntimeError), transaction():
            pass


def test_what_must_survive_a_refusal_does(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        with independent_transaction() as session:
            create_organisation(session, slug="kept", name="Ville", time_zone="Europe/Paris", now=NOW)
        raise KeyError
    assert _slugs() == ["kept"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_sqlite_is_durable_and_careful(app: Flask) -> None:
    with transaction() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) == 10_000


def test_two_writers_queue_instead_of_failing(app: Flask) -> None:
    errors: list[BaseException] = []

    def write(number: int) -> None:
        with app.app_context():
            try:
                with transaction(write=True) as session:
                    session.scalars(select(Organisation.slug)).all()
                    create_organisation(
                        session, slug=f"ville-{number}", name="Ville", time_zone="Europe/Paris", now=NOW
                    )
            except BaseException as error:  # noqa: BLE001 - reported by the assertion below
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(_slugs()) == 8


def test_workers_are_woken_after_the_commit_and_not_after_a_refusal(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake", woken.append)
    with transaction(write=True) as session:
        tasks.wake_after_commit(session, "one")
        tasks.wake_after_commit(session, "one")
        assert woken == []
    assert woken == ["one"]
    with pytest.raises(KeyError), transaction(write=True) as session:
        tasks.wake_after_commit(session, "two")
        raise KeyError
    _add("after")
    assert woken == ["one"]


def test_nobody_waits_for_a_lock_for_ever(app: Flask) -> None:
    with transaction() as session:
        if is_sqlite(session):
            pytest.skip("SQLite’s own timeout is set with each write")
        assert session.scalar(text("SHOW lock_timeout")) == "10s"


def test_what_is_fleeting_does_not_wait_for_the_disk_and_whatever_follows_does(
    tmp_path: Path, engine_name: str, request: pytest.FixtureRequest
) -> None:
    url = "" if engine_name == "sqlite" else fresh_database(request.getfixturevalue("postgresql"))
    app = create_app(Settings(database_url=url, instance_path=tmp_path, secret_key="for tests only"))
    setting, skips = ("PRAGMA synchronous", 1) if engine_name == "sqlite" else ("SHOW synchronous_commit", "off")
    with app.app_context():
        with transaction() as session:
            waits = session.scalar(text(setting))  # the server of the tests may not wait either
        assert engine_name != "sqlite" or waits == 2
        for fleeting, expected in ((False, waits), (True, skips), (True, skips), (False, waits)):
            with independent_transaction(fleeting=fleeting) as session:
                assert session.scalar(text(setting)) == expected
        with transaction(write=True) as session:
            assert session.scalar(text(setting)) == waits
        db.engine.dispose()
