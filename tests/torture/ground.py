"""Where the torture happens: an instance folder of its own, an open consultation, people who are signed in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from bench.supports import Browser, sign_in_many
from consult.app import create_app
from consult.core import clock, migrate
from consult.core.clock import civil_date
from consult.core.db import database_engine
from consult.ledger.tasks import check_journal
from consult.reports.tasks import find_drift
from consult.settings import Settings
from tests.support.factories import Factory, Made
from tests.support.installation import Installation

_PATIENCE = 20.0
_SECRET = "for torture only, never for people"


@dataclass(frozen=True)
class Ground:
    """An installation as its operator has it, and the same application here, to look into its database."""

    installation: Installation
    app: Flask
    made: Made
    contributions: int

    @property
    def base(self) -> str:
        """The address below which everything is done."""
        return f"/consultations/{self.made.slug}/contributions"

    def people(self, count: int) -> list[Browser]:
        """So many people who are signed in and have done nothing yet, in the order of their ids."""
        return sign_in_many(self.app, count)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database itself says, on a connection that is closed again."""
        with database_engine().connect() as connection:
            return list(connection.execute(text(statement), values))

    def execute(self, *statements: str) -> None:
        """Change the database behind the product's back."""
        with database_engine().connect().execution_options(consult_write=True) as connection, connection.begin():
            for statement in statements:
                connection.execute(text(statement))

    def settle(self) -> None:
        """Wait for what PostgreSQL still does for clients that were killed: a commit under way is finished."""
        if database_engine().dialect.name == "sqlite":
            return
        deadline = time.monotonic() + _PATIENCE
        busy = (
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        while self.rows(busy)[0][0]:
            assert time.monotonic() < deadline, "PostgreSQL still works for the dead"
            time.sleep(0.02)

    def ledger_fault(self) -> str:
        """What checking the journal finds (chain, commitments, sums beside the figures); "" when nothing."""
        found = check_journal(self.made.slug, now=clock.real_now())
        return "" if found.agrees else str(found.problem)

    def drift(self) -> str:
        """What a recount finds wrong; "" when nothing."""
        found = find_drift(self.made.slug, now=clock.real_now())
        return "" if found.agrees else str(found)

    def damage(self) -> str:
        """What SQLite finds wrong with its own file; "" when nothing (PostgreSQL has no such question).

        On a connection of its own: the full-text index of one that has read before is checked as it was then.
        """
        engine = database_engine()
        if engine.dialect.name != "sqlite":
            return ""
        engine.dispose()
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        broken = self.rows("PRAGMA foreign_key_check")
        return "" if found == ["ok"] and not broken else f"{found[:3]} {broken[:3]}"

    def faults(self) -> list[str]:
        """Everything that disagrees: the file, the figures, the journal."""
        asked = {
            "the database is damaged": self.damage(),
            "the recount finds": self.drift(),
            "the journal does not verify": self.ledger_fault(),
        }
        return [f"{what}: {answer}" for what, answer in asked.items() if answer]

    def leave(self) -> None:
        """Hold no connection: the next process to open the database is the first one, and recovers it."""
        database_engine().dispose()


@contextmanager
def prepared(folder: Path, database_url: str = "", *, contributions: int = 1) -> Iterator[Ground]:
    """Migrate a database, open a consultation in it with so many contributions of one author."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(database_url=database_url, instance_path=folder, secret_key=_SECRET)
    installation = Installation(
        folder,
        {
            "DATABASE_URL": settings.resolved_database_url,
            "SECRET_KEY": _SECRET,
            "LOG_LEVEL": "ERROR",
            "LIMITS": "0",  # nobody acts as often as these people do
        },
    )
    app = create_app(settings)
    now = clock.real_now()
    with app.app_context(), clock.frozen_at(now):
        migrate.upgrade(database_engine())
        make = Factory(now)
        today = civil_date(now, "Europe/Paris")
        made = make.consultation(
            opens_on=today - timedelta(days=10), closes_on=today + timedelta(days=30), slug="torture"
        )
        author = make.person()
        for _ in range(contributions):
            make.contribution(made, author)
        try:
            yield Ground(installation, app, made, contributions)
        finally:
            database_engine().dispose()
