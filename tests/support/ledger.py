"""The journal as tests treat it, which nobody else may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def journal_unlocked(connection: Connection) -> Iterator[None]:
    """Lift the triggers that keep entries from being changed, inside the block of an open transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
        return
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
    ).all()
    for trigger in found:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    yield
    for trigger in found:
        connection.exec_driver_sql(trigger.sql)
