"""The only place that asks what time it is.

`now()` is the time of the consultation's world: it is pinned to the instant a request was received (an act
counts by that instant, however long it then waits for a lock) and can be frozen for rehearsals. Security
(sessions, codes, throttles) reads `real_now()`, which nothing freezes but a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_pinned: ContextVar[datetime | None] = ContextVar("consult_pinned_now", default=None)


def real_now() -> datetime:
    """The true instant, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The instant acts are dated with, aware, in UTC: the pinned or frozen one, else the true one."""
    pinned = _pinned.get()
    return real_now() if pinned is None else pinned


def pin(moment: datetime | None) -> None:
    """Pin `now()` to `moment` for the current context (a request or a task); None lets it run again."""
    _pinned.set(None if moment is None else moment.astimezone(UTC))


def is_held() -> bool:
    """True while `now()` is pinned or frozen in this context."""
    return _pinned.get() is not None


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold `now()` at `moment` (aware) inside the block."""
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)


def civil_date(moment: datetime, time_zone: str) -> date:
    """The calendar date of an aware instant in an IANA time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first instant of a civil day in a time zone, in UTC (the day may last 23 or 25 hours)."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def end_of_day(day: date, time_zone: str) -> datetime:
    """The first instant that no longer belongs to a civil day, in UTC."""
    return start_of_day(day + timedelta(days=1), time_zone)
