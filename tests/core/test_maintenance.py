"""The file that closes the site, whatever becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consult.core import maintenance
from consult.core.errors import OperatorError
from consult.core.maintenance import Maintenance
from consult.settings import Settings

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance_path=tmp_path / "instance")


def test_it_is_open_until_somebody_closes_it(settings: Settings) -> None:
    assert maintenance.current(settings) is None
    maintenance.begin(settings, now=NOON, minutes=30)
    assert maintenance.current(settings) == Maintenance(NOON, NOON + timedelta(minutes=30))
    maintenance.end(settings)
    maintenance.end(settings)
    assert maintenance.current(settings) is None


def test_closing_again_changes_the_expected_end_only(settings: Settings) -> None:
    maintenance.begin(settings, now=NOON)
    assert maintenance.current(settings) == Maintenance(NOON, None)
    later = NOON + timedelta(hours=1)
    assert maintenance.begin(settings, now=later, minutes=10) == Maintenance(NOON, later + timedelta(minutes=10))


def test_the_setting_closes_it_too_and_is_not_undone_by_the_command(tmp_path: Path) -> None:
    closed = Settings(instance_path=tmp_path, maintenance=True)
    assert maintenance.current(closed) == Maintenance()
    with pytest.raises(OperatorError, match="CONSULT_MAINTENANCE"):
        maintenance.end(closed)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"since": 3}', b'{"since": "soon"}', b'"text"', b"null"]
)
def test_a_file_that_says_nothing_closes_it_all_the_same(settings: Settings, content: bytes) -> None:
    settings.instance_path.mkdir()
    (settings.instance_path / "maintenance").write_bytes(content)
    assert maintenance.current(settings) == Maintenance()
    maintenance.end(settings)
    assert maintenance.current(settings) is None


def test_a_folder_of_that_name_closes_it_and_is_said(settings: Settings) -> None:
    (settings.instance_path / "maintenance").mkdir(parents=True)
    assert maintenance.current(settings) == Maintenance()
    with pytest.raises(OperatorError, match="maintenance"):
        maintenance.end(settings)
    with pytest.raises(OperatorError, match="maintenance"):
        maintenance.begin(settings, now=NOON)


@pytest.mark.parametrize(
    ("minutes", "after", "seconds"),
    [(None, 0, 600), (None, 500, 600), (30, 0, 1800), (30, 20, 600), (30, 30, 60), (30, 90, 60)],
)
def test_when_to_ask_again(minutes: int | None, after: int, seconds: int) -> None:
    until = None if minutes is None else NOON + timedelta(minutes=minutes)
    assert Maintenance(NOON, until).retry_after(NOON + timedelta(minutes=after)) == seconds
