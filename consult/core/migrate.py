"""Migrations: Alembic, with its scripts inside the package so that an installed wheel can upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine
from sqlalchemy.schema import SchemaItem

from consult.core import paths
from consult.core.db import Base
from consult.core.errors import OperatorError

# The full-text index keeps shadow tables of its own, which no model describes.
_UNMODELLED = "proposals_search"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def is_modelled(
    _item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None
) -> bool:
    """Alembic's `include_object`: leaves the full-text index out of comparisons."""
    return not (kind in {"table", "index"} and (name or "").startswith(_UNMODELLED))


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`; raises `OperatorError` when there is none of that name."""
    with _known_revision():
        command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision` (`base` empties it); raises `OperatorError` when there is none."""
    with _known_revision():
        command.downgrade(_config(engine), revision)


@contextmanager
def _known_revision() -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise OperatorError(str(error)) from error


def pending(engine: Engine) -> bool:
    """True when the database is not at the newest revision."""
    head = ScriptDirectory.from_config(_config(engine)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head


def current(engine: Engine) -> str:
    """The revision that the database is at; empty when it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def check(engine: Engine) -> None:
    """Raises `OperatorError` when the migrated schema and the models differ."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_modelled, "compare_type": True}
        )
        differences = compare_metadata(context, Base.metadata)
    if differences:
        listed = "; ".join(str(difference) for difference in differences[:5])
        raise OperatorError(f"migrations and models differ: {listed}")
