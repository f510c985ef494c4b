"""The private PostgreSQL of the tests: it starts, gives separate databases and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support import postgresql

pytestmark = pytest.mark.postgresql


Connection = psycopg.Connection[tuple[object, ...]]


def connect(address: str) -> Connection:
    plain = make_url(address).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))


def databases_of_tests(address: str) -> list[tuple[object, ...]]:
    with connect(address) as connection:
        return connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'consult_test%'").fetchall()


def test_a_private_server_gives_separate_databases_and_disappears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgresql.VARIABLE, raising=False)
    with postgresql.postgresql_server() as address:
        first, second = postgresql.fresh_database(address), postgresql.fresh_database(address)
        with connect(first) as connection:
            connection.execute("CREATE TABLE note (text text)")
            connection.execute("INSERT INTO note VALUES ('né à Nîmes')")
        with connect(second) as connection:
            found = connection.execute("SELECT to_regclass('note')").fetchone()
            folder = connection.execute("SHOW data_directory").fetchone()
        copy = postgresql.fresh_database(address, template=make_url(first).database or "")
        with connect(copy) as connection:
            copied = connection.execute("SELECT text FROM note").fetchall()
    assert found == (None,)
    assert copied == [("né à Nîmes",)]
    assert folder is not None
    assert not Path(str(folder[0])).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        connect(address)


def test_the_server_stops_when_a_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgresql.VARIABLE, raising=False)
    with pytest.raises(ZeroDivisionError), postgresql.postgresql_server() as address:
        raise ZeroDivisionError
    with pytest.raises(psycopg.OperationalError):
        connect(address)


def test_a_configured_server_is_used_and_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgresql.VARIABLE, raising=False)
    with postgresql.postgresql_server() as running:
        monkeypatch.setenv(postgresql.VARIABLE, running.replace("+psycopg", ""))
        with postgresql.postgresql_server() as address:
            assert address == running
            assert len(databases_of_tests(postgresql.fresh_database(address))) == 1
        assert databases_of_tests(running) == []
