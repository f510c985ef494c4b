"""Acts that wait for a lock, counted as they ask for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from consult.core.db import database_engine

PATIENCE = 8.0


@contextmanager
def counted_waits() -> Iterator[list[str]]:
    """What asks for the lock of an act, as it asks: `BEGIN IMMEDIATE`, or the row `FOR UPDATE`."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "BEGIN IMMEDIATE" or "FOR UPDATE OF" in statement:
            found.append(statement)

    engine = database_engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def wait_for(found: list[str], count: int) -> None:
    """Return once so many have asked."""
    deadline = time.monotonic() + PATIENCE
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} wait for the lock"
        time.sleep(0.01)
