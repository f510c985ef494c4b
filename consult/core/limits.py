"""Counting acts against limits: in Redis, in a small table, or in the memory of this process.

The windows are those of the library `limits` (fixed: one begins with its first act), and so are its stores for
Redis and for memory; the table is a store of ours, which survives a restart and is shared by the processes of one
machine. What is counted is known by keyed hashes only, and forgotten when its window is over.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage, Storage
from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.core import clock
from consult.core.db import Base, UtcDateTime, independent_transaction, transaction, upsert
from consult.core.errors import OperatorError

log = logging.getLogger(__name__)
PURGE = "purge_limits"
# Seconds to wait for a busy store before the memory of this process stands in, and until the store is asked again.
_PATIENCE, _PAUSE = 1.0, 10


class LimitCount(Base):
    """How often something was done in the window that is open; the hash tells neither who nor what."""

    __tablename__ = "core_limit_count"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    acts: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Window:
    """One count to be added to: its hashed key, how many it allows and for how many seconds."""

    key: str
    allowed: int
    seconds: int


@dataclass(frozen=True)
class Count:
    """What a window holds after an act was added to it, and when it is over."""

    acts: int
    expires_at: datetime


# The windows of an act, for each whom it is counted for; and what those that were counted hold.
Groups = Sequence[Sequence[Window]]
Counted = list[tuple[Window, Count]]


class DatabaseStorage(Storage):
    """The store of `limits` in the application's database; `add` counts an act in one transaction."""

    STORAGE_SCHEME = ["consult"]  # noqa: RUF012 - as the library declares it

    @property
    def base_exceptions(self) -> type[Exception]:
        """What tells that the store cannot be reached."""
        return SQLAlchemyError

    def add(self, groups: Groups, now: datetime) -> Counted:
        """Count one act in the windows of each group until one refuses it; a window that is over begins anew."""
        with independent_transaction(patience=_PATIENCE, fleeting=True) as session:
            count = _counter(session, now)
            return _until_refused(groups, lambda window: count(window.key, window.seconds, 1))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to one window; returns what it holds now."""
        with independent_transaction(patience=_PATIENCE) as session:
            return _counter(session, clock.real_now())(key, expiry, amount).acts

    def get(self, key: str) -> int:
        """What a window holds."""
        found = self._find(key)
        return found.acts if found else 0

    def get_expiry(self, key: str) -> float:
        """When a window is over, in seconds since 1970; now for one that is not open."""
        found = self._find(key)
        return (found.expires_at if found else clock.real_now()).timestamp()

    def check(self) -> bool:
        """True when the store can be reached."""
        try:
            self._find("")
        except self.base_exceptions:
            return False
        return True

    def reset(self) -> int:
        """Forget every count; returns how many there were."""
        with independent_transaction() as session:
            return len(session.execute(delete(LimitCount).returning(LimitCount.key_hash)).all())

    def clear(self, key: str) -> None:
        """Forget one count."""
        with independent_transaction(patience=_PATIENCE) as session:
            session.execute(delete(LimitCount).where(LimitCount.key_hash == key))

    def _find(self, key: str) -> Count | None:
        with independent_transaction(write=False) as session:
            row = session.execute(
                select(LimitCount.acts, LimitCount.expires_at).where(
                    LimitCount.key_hash == key, LimitCount.expires_at > clock.real_now()
                )
            ).one_or_none()
        return Count(row.acts, row.expires_at) if row else None


def _counter(session: Session, now: datetime) -> Callable[[str, int, int], Count]:
    """What adds to one window, given its key, its seconds and how much."""
    statement = upsert(session, LimitCount)
    fresh, over = statement.excluded, LimitCount.expires_at <= bindparam("now", type_=UtcDateTime())
    # One row at a time: of several rows the statement would be put together anew for each act.
    counting = statement.on_conflict_do_update(
        index_elements=[LimitCount.key_hash],
        set_={
            "acts": case((over, fresh.acts), else_=LimitCount.acts + fresh.acts),
            "expires_at": case((over, fresh.expires_at), else_=LimitCount.expires_at),
        },
    ).returning(LimitCount.acts, LimitCount.expires_at)

    def count(key: str, seconds: int, amount: int) -> Count:
        row = {"key_hash": key, "acts": amount, "expires_at": now + timedelta(seconds=seconds), "now": now}
        counted = session.connection().execute(counting, row).one()
        return Count(counted.acts, counted.expires_at)

    return count


def _until_refused(groups: Groups, count: Callable[[Window], Count]) -> Counted:
    """Count group after group, and none of those behind the first that refuses the act."""
    found: Counted = []
    for group in groups:
        # Always in the same order: two acts of one client wait for each other instead of locking each other out.
        found += [(window, count(window)) for window in sorted(group, key=lambda window: window.key)]
        if any(map(_is_refused, found)):
            break
    return found


def _is_refused(counted: tuple[Window, Count]) -> bool:
    window, count = counted
    return count.acts > window.allowed


class Limiter:
    """Counts acts and says how long to wait when there were too many.

    A store that cannot be reached is logged once and left alone for a while; the memory of this process counts
    meanwhile, so that an act never fails for its limit's sake.
    """

    def __init__(self, storage: Storage, *, key: bytes, factor: float = 1) -> None:
        self.storage = storage
        self.memory = MemoryStorage()
        self.factor = factor
        self._key = key
        self._lock = threading.Lock()
        self._away_until: datetime | None = None

    def hit(self, name: str, counted: Iterable[tuple[str, str]], now: datetime, *, stored: bool = True) -> int:
        """Count an act called `name`; the seconds to wait when it is one too many, else 0.

        `counted` says for whom and how much: pairs of what is counted (a person, an address) and its limits as
        `limits` writes them ("5 per 10 minutes; 30 per day"), from narrow to wide: what one refuses does not count
        for those after it, which others share. Without `stored` only this process counts.
        """
        if not self.factor:
            return 0
        groups = [group for what, text in counted if (group := self._windows(name, what, text))]
        if not groups:
            return 0
        found = self._add(groups, now) if stored else _add_each(self.memory, groups)
        waits = [(pair[1].expires_at - now).total_seconds() for pair in found if _is_refused(pair)]
        return max(int(max(waits)) + 1, 1) if waits else 0

    def _windows(self, name: str, what: str, text: str) -> list[Window]:
        return [
            Window(
                self._hash(f"{name}\n{what}\n{item}"), max(int(item.amount * self.factor), 1), item.get_expiry()
            )
            for item in _items(text)
        ]

    def _hash(self, text: str) -> str:
        return hmac.new(self._key, f"limit {text}".encode(), sha256).hexdigest()

    def _add(self, groups: Groups, now: datetime) -> Counted:
        if self._away_until is None or now >= self._away_until:
            try:
                if isinstance(self.storage, DatabaseStorage):
                    found = self.storage.add(groups, now)
                else:
                    found = _add_each(self.storage, groups)
            except self.storage.base_exceptions as error:
                self._note_away(error, now)
            else:
                self._note_back()
                return found
        return _add_each(self.memory, groups)

    def _note_away(self, error: Exception, now: datetime) -> None:
        with self._lock:
            if self._away_until is None:
                log.warning("limits.store_away", extra={"error": type(error).__name__})
            self._away_until = now + timedelta(seconds=_PAUSE)

    def _note_back(self) -> None:
        if self._away_until is not None:
            with self._lock:
                self._away_until = None
            log.warning("limits.store_back")


def _add_each(storage: Storage, groups: Groups) -> Counted:
    def count(window: Window) -> Count:
        acts, until = storage.incr(window.key, window.seconds), storage.get_expiry(window.key)
        return Count(acts, datetime.fromtimestamp(until, tz=clock.real_now().tzinfo))

    return _until_refused(groups, count)


_PARSED: dict[str, tuple[RateLimitItem, ...]] = {}


def _items(text: str) -> tuple[RateLimitItem, ...]:
    """The windows of a limit as it is written, read once."""
    if text not in _PARSED:
        _PARSED[text] = tuple(parse_many(text)) if text else ()
    return _PARSED[text]


def build_storage(redis_url: str) -> Storage:
    """Redis when configured, else the database."""
    if not redis_url:
        return DatabaseStorage()
    url = redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
    options: dict[str, Any] = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    try:
        return RedisStorage(url, key_prefix="consult:limits", **options)
    except Exception as error:
        raise OperatorError(f"CONSULT_REDIS_URL: {error}") from error


def purge_counts() -> None:
    """Forget the counts whose windows are over (a task)."""
    with transaction(write=True) as session:
        session.execute(delete(LimitCount).where(LimitCount.expires_at <= clock.real_now()))
