"""Counting acts: in windows, in whatever store, and without one."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from limits import parse
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from consult.core import clock
from consult.core.db import db, transaction
from consult.core.errors import OperatorError
from consult.core.limits import DatabaseStorage, LimitCount, Limiter, build_storage, purge_counts
from tests.support.installation import free_port

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
REDIS = shutil.which("redis-server")
WHO = [("person 7", "2 per minute; 3 per hour")]


def new_limiter(**options: float) -> Limiter:
    return Limiter(DatabaseStorage(), key=b"for tests only", **options)


def rows() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(LimitCount)) or 0


def test_what_is_within_a_limit_passes_and_the_next_one_waits_for_the_window(app: Flask) -> None:
    limiter = new_limiter()
    assert [limiter.hit("comment", WHO, NOW) for _ in range(2)] == [0, 0]
    assert 60 <= limiter.hit("comment", WHO, NOW) <= 61
    assert 30 <= limiter.hit("comment", WHO, NOW + timedelta(seconds=30)) <= 3600


def test_the_longest_wait_counts_and_every_window_ends(app: Flask) -> None:
    limiter = new_limiter()
    for _ in range(3):
        limiter.hit("comment", WHO, NOW)
    later = NOW + timedelta(minutes=2)
    assert 3400 < limiter.hit("comment", WHO, later) <= 3481
    assert limiter.hit("comment", WHO, NOW + timedelta(minutes=61)) == 0


def test_acts_and_people_are_counted_apart(app: Flask) -> None:
    limiter = new_limiter()
    for _ in range(2):
        limiter.hit("comment", WHO, NOW)
    assert limiter.hit("support", WHO, NOW) == 0
    assert limiter.hit("comment", [("person 8", WHO[0][1])], NOW) == 0
    assert limiter.hit("comment", WHO, NOW) > 0


def test_counts_survive_a_restart_and_are_shared_by_processes(app: Flask) -> None:
    for limiter in (new_limiter(), new_limiter()):
        assert limiter.hit("comment", WHO, NOW) == 0
    assert new_limiter().hit("comment", WHO, NOW) > 0


def test_nothing_at_rest_names_anybody(app: Flask) -> None:
    new_limiter().hit("comment", [("address 203.0.113.9", "5 per minute"), ("person 7", "5 per minute")], NOW)
    with transaction() as session:
        stored = " ".join(session.scalars(select(LimitCount.key_hash)))
    assert "203.0.113.9" not in stored
    assert "person" not in stored
    assert all(len(key) == 64 for key in stored.split())
    assert Limiter(DatabaseStorage(), key=b"another key").hit("comment", WHO, NOW) == 0


@pytest.mark.parametrize(("factor", "passes"), [(0.5, 1), (1, 2), (3, 6), (0.001, 1)])
def test_a_factor_widens_or_narrows_every_limit(app: Flask, factor: float, passes: int) -> None:
    limiter = new_limiter(factor=factor)
    waits = [limiter.hit("comment", [("person 7", "2 per minute")], NOW) for _ in range(passes + 1)]
    assert waits[:-1] == [0] * passes
    assert waits[-1] > 0


def test_a_factor_of_nothing_counts_nothing(app: Flask) -> None:
    limiter = new_limiter(factor=0)
    assert [limiter.hit("comment", WHO, NOW) for _ in range(9)] == [0] * 9
    assert rows() == 0


def test_counts_of_many_at_once_are_exact(app: Flask) -> None:
    limiter, start, passed = new_limiter(), threading.Barrier(8), []

    def act() -> None:
        with app.app_context():
            start.wait()
            passed.extend(
                limiter.hit("comment", [("a", "10 per hour"), ("b", "99 per hour")], NOW) == 0 for _ in range(4)
            )
            db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 10
    assert len(passed) == 32


def test_what_is_over_is_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    new_limiter().hit("comment", WHO, NOW)
    monkeypatch.setattr(clock, "real_now", lambda: NOW + timedelta(minutes=2))
    purge_counts()
    assert rows() == 1
    monkeypatch.setattr(clock, "real_now", lambda: NOW + timedelta(hours=2))
    purge_counts()
    assert rows() == 0


def test_the_table_is_a_store_as_the_library_knows_them(app: Flask) -> None:
    storage = DatabaseStorage()
    strategy, item = FixedWindowRateLimiter(storage), parse("2 per minute")
    assert [strategy.hit(item, "somebody") for _ in range(3)] == [True, True, False]
    assert not strategy.test(item, "somebody")
    assert 0 < strategy.get_window_stats(item, "somebody").reset_time - clock.real_now().timestamp() <= 60
    strategy.clear(item, "somebody")
    assert strategy.test(item, "somebody")
    assert storage.get_expiry("unknown") <= clock.real_now().timestamp()
    strategy.hit(item, "somebody")
    assert storage.check()
    assert storage.reset() == 1


class _Away(DatabaseStorage):
    """A store that fails as long as it is told to."""

    STORAGE_SCHEME = None
    away = True
    asked = 0

    def add(self, groups, now):  # type: ignore[no-untyped-def]
        self.asked += 1
        if self.away:
            raise OperationalError("", {}, Exception("gone"))
        return super().add(groups, now)


def test_without_its_store_the_memory_counts_and_the_log_says_so_once(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    storage = _Away()
    limiter = Limiter(storage, key=b"for tests only")
    with caplog.at_level(logging.WARNING):
        waits = [limiter.hit("comment", WHO, NOW) for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert storage.asked == 1  # it is left alone for a while
    assert [record.message for record in caplog.records] == ["limits.store_away"]
    storage.away = False
    assert limiter.hit("comment", WHO, NOW + timedelta(seconds=30)) == 0
    assert rows() == 2


def test_what_is_not_stored_writes_nothing(app: Flask) -> None:
    limiter = new_limiter()
    assert [
        limiter.hit("search", [("address", "1 per minute")], clock.real_now(), stored=False) > 0 for _ in "12"
    ] == [
        False,
        True,
    ]
    assert rows() == 0


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A real Redis, for this test alone."""
    if REDIS is None:
        pytest.skip("there is no redis-server on this machine")
    port = free_port()
    with (tmp_path / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with closing(socket.socket()) as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    pytest.fail("redis-server does not answer")


@pytest.mark.parametrize("store", ["database", "redis", "memory"])
def test_who_is_refused_uses_nothing_up_that_others_share(
    app: Flask, request: pytest.FixtureRequest, store: str
) -> None:
    url = ""
    if store == "redis":
        pytest.importorskip("redis")
        url = request.getfixturevalue("redis")
    limiter = Limiter(build_storage(url), key=b"for tests only")

    def act(person: int, address: int) -> bool:
        counted = [
            (f"person {person}", "2 per minute" if person else ""),
            (f"address {address}", "4 per minute"),
            ("network", "6 per minute"),
        ]
        return limiter.hit("comment", counted, clock.real_now(), stored=store != "memory") == 0

    assert [act(1, 1) for _ in range(9)] == [True] * 2 + [False] * 7
    assert [act(2, 1) for _ in range(9)] == [True] * 2 + [False] * 7
    assert [act(0, 1) for _ in range(9)] == [False] * 9
    assert [act(3, 2), act(4, 2), act(5, 2)] == [True, True, False]
    if store == "redis":
        limiter.storage.storage.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=False)
def test_redis_counts_where_it_is_configured(app: Flask, redis: str, engine_name: str) -> None:
    pytest.importorskip("redis")
    storage = build_storage(redis)
    assert isinstance(storage, RedisStorage)
    for limiter in (Limiter(storage, key=b"for tests only"), Limiter(build_storage(redis), key=b"for tests only")):
        assert limiter.hit("comment", WHO, clock.real_now()) == 0
    assert 0 < Limiter(storage, key=b"for tests only").hit("comment", WHO, clock.real_now()) <= 61
    keys = storage.storage.keys("*")
    assert len(keys) == 2
    assert all(key.startswith(b"consult:limits:") and b"person" not in key for key in keys)
    assert all(0 < storage.storage.ttl(key) <= 3600 for key in keys)
    assert rows() == 0
    storage.storage.close()


def test_a_redis_that_went_away_is_not_missed(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("redis")
    limiter = Limiter(build_storage(f"redis://127.0.0.1:{free_port()}/0"), key=b"for tests only")
    with caplog.at_level(logging.WARNING):
        waits = [limiter.hit("comment", WHO, clock.real_now()) for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert [record.message for record in caplog.records] == ["limits.store_away"]


def test_an_address_that_no_redis_has_is_told_at_the_start() -> None:
    pytest.importorskip("redis")
    with pytest.raises(OperatorError, match="CONSULT_REDIS_URL"):
        build_storage("redis://127.0.0.1:6379/x?socket_timeout=never")
