"""One picture of the data for what takes several statements."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.core.db import is_sqlite


def hold_snapshot(session: Session) -> None:
    """Make every statement of this transaction see the same data; call it before the first one.

    A read transaction of SQLite (WAL) does so by itself, PostgreSQL's default does not.
    """
    if not is_sqlite(session):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
