"""What every command that needs the application shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from consult.app import create_app
from consult.core import clock, migrate
from consult.core.db import database_engine
from consult.core.errors import OperatorError
from consult.core.logs import configure_logs
from consult.settings import read_settings


def with_app(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command inside the application, its clock frozen when the settings say so."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        settings = read_settings()
        configure_logs(settings.log_level)
        app = create_app(settings)
        with app.app_context():
            clock.pin(settings.freeze_time)
            try:
                command(*arguments, **options)
            finally:
                database_engine().dispose()

    return run


def require_newest_schema() -> None:
    """Raises `OperatorError` unless the database is at the newest migration."""
    if migrate.pending(database_engine()):
        raise OperatorError("the database is not at the newest migration: run `consult db upgrade`")


def with_newest_schema(command: Callable[..., None] | None) -> Callable[..., None]:
    """The body of a command that a feature brings, run once the schema is known to be the newest."""

    def run(*arguments: Any, **options: Any) -> None:
        require_newest_schema()
        if command is not None:
            command(*arguments, **options)

    return run
