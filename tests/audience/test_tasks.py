"""The end of a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from consult.audience import queries, tasks
from consult.audience.models import AudienceDay, Sighting
from consult.core import clock
from consult.core.db import transaction
from consult.core.tasks import queue
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

AFTER_MIDNIGHT = datetime(2026, 3, 10, 23, 0, 1, tzinfo=UTC)


def salt_files(app: Flask) -> list[Path]:
    folder = Path(app.instance_path) / "audience"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def sealed_days() -> int:
    with transaction() as session:
        return (
            session.scalar(select(func.count()).select_from(AudienceDay).where(AudienceDay.sealed_at.is_not(None)))
            or 0
        )


def sightings() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Sighting)) or 0


@pytest.fixture(autouse=True)
def no_salts(app: Flask) -> None:
    """The instance folder serves the whole suite: what other tests left of other days goes."""
    for path in salt_files(app):
        path.unlink()


@pytest.fixture
def read(make: Factory, client: AuditedClient) -> None:
    """Somebody reads a consultation."""
    client.get(f"/consultations/{make.consultation().slug}")


def test_during_the_day_everything_stays(app: Flask, read: None) -> None:
    tasks.seal_days()
    assert sealed_days() == 0
    assert sightings() == 1
    assert [path.name for path in salt_files(app)] == ["2026-03-10_Europe~Paris"]


def test_after_midnight_the_day_is_sealed_and_its_secret_destroyed(app: Flask, read: None) -> None:
    with clock.frozen_at(AFTER_MIDNIGHT):
        tasks.seal_days()
        tasks.seal_days()
    assert sealed_days() == 1
    assert sightings() == 0
    assert salt_files(app) == []


def test_the_secret_goes_even_when_the_database_is_out_of_reach(
    app: Flask, read: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_arguments: object, **_options: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "days_to_seal", unreachable)
    with clock.frozen_at(AFTER_MIDNIGHT), pytest.raises(OperationalError):
        tasks.seal_days()
    assert salt_files(app) == []


def test_what_a_run_left_behind_the_next_one_finds(app: Flask, read: None) -> None:
    with clock.frozen_at(NOW + timedelta(days=30)):
        tasks.seal_days()
    assert sealed_days() == 1
    assert sightings() == 0


def test_the_worker_knows_the_task(app: Flask) -> None:
    queue().run(tasks.SEAL_DAYS)
