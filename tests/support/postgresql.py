"""A real PostgreSQL for the tests: the one that CONSULT_TEST_POSTGRES_URL names, else a private one.

A session fixture holds `postgresql_server()`; who needs a database of its own takes a `fresh_database()` on
it. The private server lives in a temporary folder, listens on 127.0.0.1 only, trusts who connects there,
forgoes durability, and is stopped at the end whatever happened.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

VARIABLE = "CONSULT_TEST_POSTGRES_URL"
_DRIVER = "postgresql+psycopg"
_USER = "consult"
_BINARIES = Path("/usr/lib/postgresql")
# Durability is not what these tests are about; a lost machine loses them anyway.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
_numbers = count(1)
_created: list[str] = []


class PostgresqlMissing(Exception):
    """No server can be had; the message says what to install or set."""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the address of a server on which databases may be created.

    A private server ends with the block; on a configured one, the databases that were created go.
    """
    configured = os.environ.get(VARIABLE)
    if configured:
        address = _text(make_url(configured).set(drivername=_DRIVER))
        with _databases_dropped_at_the_end(address):
            yield address
        return
    folder = Path(tempfile.mkdtemp(prefix="consult-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        with _running_cluster(newest_binaries(), folder / "data") as port:
            yield _text(URL.create(_DRIVER, username=_USER, host="127.0.0.1", port=port, database="postgres"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(address: str, *, template: str = "template0") -> str:
    """Create a database on the server and return its address, which CONSULT_DATABASE_URL takes.

    It is empty, or a copy of the database `template`, to which nobody may be connected.
    """
    name = f"consult_test_{os.getpid()}_{next(_numbers)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
    _execute(address, create.format(sql.Identifier(name), sql.Identifier(template)))
    _created.append(name)
    return _text(make_url(address).set(database=name))


@contextmanager
def _databases_dropped_at_the_end(address: str) -> Iterator[None]:
    try:
        yield
    finally:
        while _created:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            _execute(address, drop.format(sql.Identifier(_created.pop())))


def _text(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _execute(address: str, statement: sql.Composed) -> None:
    with psycopg.connect(_text(make_url(address).set(drivername="postgresql")), autocommit=True) as connection:
        connection.execute(statement)


def newest_binaries() -> Path:
    """The folder of initdb and pg_ctl of the newest version installed."""
    versions = [path.parent for path in _BINARIES.glob("*/bin/initdb")]
    if not versions:
        raise PostgresqlMissing(f"install Debian's package postgresql, or name a server with {VARIABLE}")
    return max(versions, key=lambda path: [int(part) for part in path.parent.name.split(".")])


@contextmanager
def _running_cluster(binaries: Path, data: Path) -> Iterator[int]:
    """Create a cluster in `data`, run it, yield its port and stop it."""
    initialise: list[str | Path] = [binaries / "initdb", "--pgdata", data, "--username", _USER, "--no-sync"]
    as_database_user([*initialise, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"])
    port = _free_port()
    options = " ".join(f"-c {name}='{value}'" for name, value in {**_OPTIONS, "port": port}.items())
    control: list[str | Path] = [binaries / "pg_ctl", "--pgdata", data, "--wait", "--timeout", "60"]
    try:
        as_database_user([*control, "--log", data / "server.log", "--options", options, "start"])
        yield port
    finally:
        as_database_user([*control, "--mode", "immediate", "stop"], check=False)


def as_database_user(command: Sequence[str | Path], *, check: bool = True) -> None:
    """Run a command as `postgres` when we are root, which PostgreSQL refuses to be run by.

    Raises `PostgresqlMissing` with what the command said when it fails and `check` is set.
    """
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *words]
    # The server inherits these files: a pipe would stay open, and this call with it, until the server ends.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False)
        if check and done.returncode != 0:
            said.seek(0)
            raise PostgresqlMissing(said.read().decode(errors="replace"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
