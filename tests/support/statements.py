"""Counts the SQL statements of a block, so that a test can hold a page to a constant number of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from consult.core.db import database_engine

# Beginning and ending a transaction, and settings of the connection, are not questions asked of the data.
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET LOCAL")


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Collect the statements that the current application's engine runs inside the block."""
    statements: list[str] = []

    def record(
        _connection: object, _cursor: object, statement: str, _parameters: object, _context: object, _many: bool
    ) -> None:
        if not statement.lstrip().upper().startswith(_FRAME):
            statements.append(statement)

    engine = database_engine()
    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)
