"""The secrets of the days, in files and in Redis, and the memory of readers seen."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consult.audience import counting
from consult.audience.counting import FileSalts, RedisSalts, Salts, SeenReaders, build_salts
from consult.audience.errors import SaltUnavailable
from consult.settings import Settings

PARIS = "Europe/Paris"
NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@dataclass
class FakeRedis:
    """As much of a Redis client as the salts need."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    lives: dict[bytes, int] = field(default_factory=dict)
    broken: bool = False

    def _check(self) -> None:
        if self.broken:
            raise ConnectionError

    def get(self, key: str) -> bytes | None:
        self._check()
        return self.values.get(key.encode())

    def set(self, key: str, value: bytes, *, nx: bool, ex: int) -> None:
        self._check()
        assert nx
        if key.encode() not in self.values:
            self.values[key.encode()] = value
            self.lives[key.encode()] = ex

    def scan_iter(self, *, match: str) -> Iterator[bytes]:
        self._check()
        return iter([key for key in self.values if key.startswith(match.rstrip("*").encode())])

    def delete(self, key: bytes) -> None:
        del self.values[key]


@pytest.fixture(params=["files", "redis"])
def salts(request: pytest.FixtureRequest, tmp_path: Path) -> Salts:
    if request.param == "redis":
        return RedisSalts(FakeRedis(), ConnectionError)
    return FileSalts(tmp_path / "audience")


def test_a_day_has_one_secret(salts: Salts) -> None:
    first = salts.salt(TODAY, PARIS, NOW)
    assert len(first) == 32
    assert salts.salt(TODAY, PARIS, NOW) == first


def test_days_and_time_zones_have_secrets_of_their_own(salts: Salts) -> None:
    found = {
        salts.salt(TODAY, PARIS, NOW),
        salts.salt(TODAY + timedelta(days=1), PARIS, NOW),
        salts.salt(TODAY, "America/Guadeloupe", NOW),
    }
    assert len(found) == 3


def test_a_secret_is_destroyed_with_its_day(salts: Salts) -> None:
    yesterday = salts.salt(TODAY - timedelta(days=1), PARIS, NOW)
    today = salts.salt(TODAY, PARIS, NOW)
    salts.destroy_spent(NOW)
    salts.destroy_spent(NOW)
    assert salts.salt(TODAY, PARIS, NOW) == today
    assert salts.salt(TODAY - timedelta(days=1), PARIS, NOW) != yesterday


def test_many_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    def ask(_number: int) -> bytes:
        return FileSalts(tmp_path / "audience").salt(TODAY, PARIS, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(64)))) == 1
    assert len(list((tmp_path / "audience").iterdir())) == 1


def test_only_the_service_may_read_the_files(tmp_path: Path) -> None:
    FileSalts(tmp_path / "audience").salt(TODAY, PARIS, NOW)
    (path,) = (tmp_path / "audience").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_draft_left_by_a_crash_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "audience"
    folder.mkdir()
    (folder / f"{TODAY}_Europe~Paris.0123456789abcdef").write_bytes(b"half")
    (folder / "something else").write_bytes(b"")
    FileSalts(folder).destroy_spent(NOW)
    assert list(folder.iterdir()) == []


def test_nothing_to_destroy_is_nothing_to_do(tmp_path: Path) -> None:
    FileSalts(tmp_path / "never made").destroy_spent(NOW)


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "audience").write_text("a file where the folder should be")
    salts = FileSalts(tmp_path / "audience")
    with pytest.raises(SaltUnavailable):
        salts.salt(TODAY, PARIS, NOW)


@pytest.mark.parametrize(("now", "life"), [(NOW, 13 * 3600), (NOW + timedelta(days=9), 3600)])
def test_in_redis_a_secret_expires_an_hour_after_its_day(now: datetime, life: int) -> None:
    # At 11:00 UTC it is noon in Paris: twelve hours are left of the day.
    redis = FakeRedis()
    RedisSalts(redis, ConnectionError).salt(TODAY, PARIS, now)
    assert list(redis.lives.values()) == [life]


def test_a_redis_out_of_reach_is_said() -> None:
    salts = RedisSalts(FakeRedis(broken=True), ConnectionError)
    with pytest.raises(SaltUnavailable):
        salts.salt(TODAY, PARIS, NOW)
    with pytest.raises(SaltUnavailable):
        salts.destroy_spent(NOW)


def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    assert isinstance(build_salts(Settings(instance_path=tmp_path)), FileSalts)
    assert isinstance(build_salts(Settings(redis_url="redis://localhost:1/0")), RedisSalts)


def test_the_memory_of_readers_is_bounded() -> None:
    seen = SeenReaders(limit=3)
    for number in range(10):
        seen.add(str(number))
    assert "9" in seen
    assert "0" not in seen
    assert counting._MAX_SEEN >= 100_000
