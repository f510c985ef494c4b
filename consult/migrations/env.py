"""Runs revisions on the engine that `consult.core.migrate` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, Engine

from consult.core.db import Base
from consult.core.migrate import is_modelled

engine: Engine = context.config.attributes["engine"]


@contextmanager
def rows_kept(connection: Connection) -> Iterator[None]:
    """On SQLite a column changes by rebuilding its table, and dropping the old one would take along, or stumble
    over, the rows that refer to it: references are not enforced inside the block, but checked at its end.

    SQLite ignores the switch inside a transaction, hence the driver's connection, on which none has begun.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Raises `RuntimeError`, which undoes the revision, when a row refers to what is not there."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")


with engine.connect() as connection, rows_kept(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_modelled,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        check_references(connection)
