"""Settings come from the environment and explain themselves when they are wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from consult.settings import SettingError, Settings, describe_settings, read_settings


def test_defaults_need_no_environment() -> None:
    assert read_settings({}) == Settings()


def test_values_are_read_with_their_types() -> None:
    settings = read_settings(
        {
            "CONSULT_FREEZE_TIME": "2019-08-29T12:00:00+02:00",
            "CONSULT_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "CONSULT_DEMONSTRATION": "1",
            "CONSULT_BASE_URL": "https://consult.example.org/",
        }
    )
    assert settings.freeze_time == datetime(2019, 8, 29, 12, tzinfo=ZoneInfo("Europe/Paris"))
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.demonstration
    assert settings.base_url == "https://consult.example.org"
    assert settings.serves_https


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSULT_FREEZE_TIME", "2019-08-29T12:00:00"),
        ("CONSULT_FREEZE_TIME", "tomorrow"),
        ("CONSULT_TRUSTED_PROXIES", "my-proxy"),
        ("CONSULT_DEMONSTRATION", "perhaps"),
        ("CONSULT_DEFAULT_LANGUAGE", "de"),
        ("CONSULT_BASE_URL", "consult.example.org"),
        ("CONSULT_BASE_URL", "https://exa mple.org"),
        ("CONSULT_BASE_URL", "https://example.org:port"),
        ("CONSULT_BASE_URL", "https://example.org/?a=b"),
        ("CONSULT_DATABASE_URL", "mysql://localhost/consult"),
        ("CONSULT_DATABASE_URL", "sqlite://"),
        ("CONSULT_DATABASE_URL", "sqlite:///:memory:"),
        ("CONSULT_DATABASE_URL", "postgresql+psycopg://u:p@host:port/consult"),
        ("CONSULT_DATABASE_URL", "junk"),
        ("CONSULT_REDIS_URL", "localhost:6379"),
        ("CONSULT_MAIL_URL", "http://localhost"),
        ("CONSULT_MAIL_URL", "smtp://localhost:port"),
        ("CONSULT_MAIL_FROM", "the town hall"),
        ("CONSULT_MAIL_FROM", "Ville <mairie@example.org>\nBcc: all@example.org"),
        ("CONSULT_LOG_LEVEL", "LOUD"),
        ("CONSULT_LEGAL_EMAIL", "the town hall"),
        ("CONSULT_MAINTENANCE", "soon"),
        ("CONSULT_DATABSE_URL", "sqlite:///consult.sqlite"),
        ("CONSULT_MAILURL", "smtp://localhost"),
        ("consult_mail_url", "smtp://localhost"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(instance_path=tmp_path / "instance")
    key = settings.resolved_secret_key()
    assert key == settings.resolved_secret_key()
    assert len(key) >= 43
    assert (tmp_path / "instance" / "secret-key").stat().st_mode & 0o077 == 0


def test_processes_that_start_together_have_one_secret_key(tmp_path: Path) -> None:
    settings = Settings(instance_path=tmp_path / "instance")
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _number: settings.resolved_secret_key(), range(64)))
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret-key"]


def test_a_folder_that_cannot_hold_the_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingError, match="CONSULT_INSTANCE_PATH"):
        Settings(instance_path=file).resolved_secret_key()


def test_an_empty_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("\n")
    with pytest.raises(SettingError, match="CONSULT_SECRET_KEY"):
        Settings(instance_path=tmp_path).resolved_secret_key()


def test_other_programs_variables_are_left_alone() -> None:
    assert read_settings({"CONSULT_TEST_DURABLE": "1", "CONSULTING": "x", "CONSUL_HTTP_ADDR": "x"}) == Settings()
    assert read_settings({"CONSULT_LOG_LEVEL": "debug"}).log_level == "DEBUG"


def test_the_list_of_settings_shows_no_secret() -> None:
    settings = Settings(secret_key="hush", database_url="postgresql+psycopg://u:hush@localhost/consult")
    rows = describe_settings(settings)
    assert all(name.startswith("CONSULT_") and doc for name, _kind, _value, doc in rows)
    assert "hush" not in str(rows)
