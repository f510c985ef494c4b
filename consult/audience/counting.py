"""What stands between a page being read and a row: the secrets of the day, and who was seen already.

A salt belongs to one civil day of one time zone. It is kept outside the database, is shared by the processes
of an installation, and is destroyed when its day is over; without it the hashes of that day say nothing.
"""

from __future__ import annotations

import os
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from consult.audience import rules
from consult.audience.errors import SaltUnavailable
from consult.core.clock import end_of_day
from consult.settings import Settings

SALTS = "consult_salts"
SEEN = "consult_seen_readers"
_BYTES = 32
_MAX_SEEN = 100_000
_KEY = "consult:audience:salt:"
# A salt in Redis dies by itself if no task comes to destroy it.
_GRACE = timedelta(hours=1)
_LONGEST_LIFE = timedelta(hours=26)


class Salts(Protocol):
    """Where the secrets of the days are kept."""

    def salt(self, day: date, time_zone: str, now: datetime) -> bytes:
        """The secret of a day, made on first use. Raises `SaltUnavailable`."""

    def destroy_spent(self, now: datetime) -> None:
        """Destroy the secrets of all days that are over at `now`. Raises `SaltUnavailable`."""


class FileSalts:
    """Secrets in files that only the service's account can read; for the processes of one machine.

    They are read each time (some 20 µs) and not kept in memory: once destroyed they are gone everywhere.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def salt(self, day: date, time_zone: str, now: datetime) -> bytes:
        """The secret of a day, made on first use. Raises `SaltUnavailable`."""
        path = self.folder / _name(day, time_zone)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return self._make(path)
        except OSError as error:
            raise SaltUnavailable from error

    def destroy_spent(self, now: datetime) -> None:
        """Destroy the secrets of all days that are over at `now`. Raises `SaltUnavailable`."""
        try:
            for path in self.folder.iterdir() if self.folder.is_dir() else ():
                found = _day_of(path.name)
                if found is None or rules.is_spent(*found, now):
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise SaltUnavailable from error

    def _make(self, path: Path) -> bytes:
        """Write a new secret and give it its name in one step, so that no process reads half of one."""
        draft = self.folder / f"{path.name}.{secrets.token_hex(8)}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first: its secret is everybody's
            finally:
                draft.unlink(missing_ok=True)
            return path.read_bytes()
        except OSError as error:
            raise SaltUnavailable from error


class RedisSalts:
    """Secrets in Redis, for the processes of several machines; each expires soon after its day.

    `client` is a `redis.Redis`; the library is optional and known to `redis_salts` alone.
    """

    def __init__(self, client: Any, error: type[Exception]) -> None:
        self.client = client
        self.error = error

    def salt(self, day: date, time_zone: str, now: datetime) -> bytes:
        """The secret of a day, made on first use. Raises `SaltUnavailable`."""
        key = _KEY + _name(day, time_zone)
        left = end_of_day(day, time_zone) - now + _GRACE
        seconds = int(min(max(left, _GRACE), _LONGEST_LIFE).total_seconds())
        try:
            found = self.client.get(key)
            if found is None:
                self.client.set(key, secrets.token_bytes(_BYTES), nx=True, ex=seconds)
                found = self.client.get(key)
        except self.error as error:
            raise SaltUnavailable from error
        if not isinstance(found, bytes):
            raise SaltUnavailable
        return found

    def destroy_spent(self, now: datetime) -> None:
        """Destroy the secrets of all days that are over at `now`. Raises `SaltUnavailable`."""
        try:
            for key in list(self.client.scan_iter(match=_KEY + "*")):
                found = _day_of(key.decode().removeprefix(_KEY))
                if found is None or rules.is_spent(*found, now):
                    self.client.delete(key)
        except self.error as error:
            raise SaltUnavailable from error


def build_salts(settings: Settings) -> Salts:
    """The store for these settings: Redis when configured, else files in the instance folder (one machine)."""
    if not settings.redis_url:
        return FileSalts(settings.instance_path.resolve() / "audience")
    import redis  # noqa: PLC0415 - an optional dependency, needed by several machines only

    return RedisSalts(redis.Redis.from_url(settings.redis_url, socket_timeout=2), redis.RedisError)


class SeenReaders:
    """The hashes that this process knows to be stored: a returning reader costs no statement.

    Bounded: when it is full it starts over, and the next page of each reader meets the row that is there.
    """

    def __init__(self, limit: int = _MAX_SEEN) -> None:
        self.limit = limit
        self._hashes: set[str] = set()

    def __contains__(self, reader_hash: str) -> bool:
        return reader_hash in self._hashes

    def add(self, reader_hash: str) -> None:
        """Remember a reader."""
        if len(self._hashes) >= self.limit:
            self._hashes.clear()
        self._hashes.add(reader_hash)


def _name(day: date, time_zone: str) -> str:
    return f"{day.isoformat()}_{time_zone.replace('/', '~')}"


def _day_of(name: str) -> tuple[date, str] | None:
    """The day and time zone that a secret is named after; None for what is none (a draft left behind)."""
    day, _, zone = name.partition("_")
    if "." in zone:
        return None
    try:
        return date.fromisoformat(day), zone.replace("~", "/")
    except ValueError:
        return None
