"""The application again with other settings, on the database of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask

from consult.app import create_app
from consult.core.db import db
from consult.settings import Settings


@contextmanager
def variant_of(app: Flask, **changes: Any) -> Iterator[Flask]:
    """Yield an application that differs from `app` in these settings only; its connections end with the block."""
    settings: Settings = app.extensions["consult_settings"]
    other = create_app(replace(settings, database_url=settings.resolved_database_url, **changes))
    other.testing = True
    other.config["PROPAGATE_EXCEPTIONS"] = True
    try:
        yield other
    finally:
        with other.app_context():
            db.engine.dispose()
