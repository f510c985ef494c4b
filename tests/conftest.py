"""Fixtures of the whole suite: one application per engine, an empty database for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from consult.app import create_app
from consult.audience.counting import SEEN, SeenReaders
from consult.core import clock, migrate
from consult.core.db import Base, db, transaction
from consult.settings import Settings
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.installation import Demonstration, load_demonstration
from tests.support.ledger import journal_unlocked
from tests.support.postgresql import fresh_database, postgresql_server

ENGINES = ("sqlite", "postgresql")
NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server."""
    with postgresql_server() as address:
        yield address


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The demonstration as `make demo` loads it today; nothing runs on it: who changes it takes a copy."""
    return load_demonstration(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def applications() -> Iterator[dict[str, Flask]]:
    """Applications already built, by engine; their connections are closed at the end."""
    built: dict[str, Flask] = {}
    yield built
    for application in built.values():
        with application.app_context():
            db.engine.dispose()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test that touches the database runs on both engines."""
    return str(request.param)


@pytest.fixture
def app(
    engine_name: str,
    applications: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """The application of this engine, its database migrated and empty; the clock stands at `NOW`."""
    if engine_name not in applications:
        applications[engine_name] = _build(engine_name, tmp_path_factory.mktemp(engine_name), request)
    application = applications[engine_name]
    with application.app_context(), clock.frozen_at(NOW):
        yield application
        db.session.remove()
        _empty()
        # Ids are given anew in the next test, so readers known by a hash with an id in it would be missed.
        application.extensions[SEEN] = SeenReaders()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """An open write transaction, committed at the end of the test."""
    with transaction(write=True) as opened:
        yield opened


@pytest.fixture
def make(app: Flask) -> Factory:
    """Makes organisations, people, consultations and acts, through the commands."""
    return Factory(NOW)


@pytest.fixture
def client(app: Flask) -> AuditedClient:
    """A visitor's browser that audits every page it fetches."""
    return AuditedClient(app)


def _build(engine_name: str, folder: Path, request: pytest.FixtureRequest) -> Flask:
    url = ""
    if engine_name == "postgresql":
        url = fresh_database(request.getfixturevalue("postgresql"))
    application = create_app(
        Settings(
            database_url=url,
            instance_path=folder,
            secret_key="for tests only",
            base_url="http://localhost",
            # Tests are quicker than people: limits are counted and never reached, forms may come at once.
            limits=1_000,
            form_seconds=0,
            proof_of_work="off",
        )
    )
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = True
    with application.app_context():
        if engine_name == "sqlite" and os.environ.get("CONSULT_TEST_DURABLE") != "1":
            _forget_durability()
        migrate.upgrade(db.engine)
    return application


def _forget_durability() -> None:
    """Tests of logic need no fsync per commit; tests of durability start their own server."""

    @event.listens_for(db.engine, "connect")
    def fast(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def _empty() -> None:
    with db.engine.connect().execution_options(consult_write=True) as connection, connection.begin():
        tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
        with journal_unlocked(connection):
            _delete_everything(connection, tables)


def _delete_everything(connection: Connection, tables: list[str]) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in tables:
        connection.exec_driver_sql(f"DELETE FROM {table}")
