"""An empty database for each test, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from consult.app import create_app
from consult.core.db import database_engine, db
from consult.settings import Settings
from tests.support.postgresql import fresh_database


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database, as CONSULT_DATABASE_URL takes it."""
    if engine_name == "postgresql":
        return fresh_database(request.getfixturevalue("postgresql"))
    return f"sqlite:///{tmp_path / 'consult.sqlite'}"


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """The application's engine on an empty database, inside an application context."""
    app = create_app(Settings(database_url=database_url, instance_path=tmp_path, secret_key="for tests only"))
    with app.app_context():
        yield database_engine()
        db.engine.dispose()
