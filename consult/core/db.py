"""The database: one declarative base, two engines (SQLite, PostgreSQL), transactions opened at the edge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pysqlite3
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, MetaData, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from consult.core import tasks
from consult.core.errors import OperatorError

# Older libraries can corrupt a database in WAL mode (the WAL-reset bug, fixed in 3.51.3).
MINIMUM_SQLITE = (3, 51, 3)
_WRITE = "consult_write"
_PATIENCE = "consult_patience"
_FLEETING = "consult_fleeting"
# Seconds.
_LOCK_WAIT = 10.0
_CONNECT_WAIT = 5


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps it without offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every model's base; relationships are declared `lazy="raise_on_sql"`."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime()})


db = SQLAlchemy(metadata=Base.metadata)


def enum_type(enumeration: type[StrEnum], name: str) -> Enum:
    """A portable column type for a string enumeration: text with a CHECK constraint called `name`."""
    return Enum(
        enumeration,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def configure_database(app: Flask, url: str) -> None:
    """Attach the database to the application and prepare its engine.

    Raises `OperatorError` when the SQLite library is too old to be trusted.
    """
    # The values of a statement that fails may name people: they are no part of the error, which is logged.
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": _CONNECT_WAIT},
        "hide_parameters": True,
    }
    if "connect_timeout=" in url:
        del options["connect_args"]  # the operator's own
    if url.startswith("sqlite"):
        if pysqlite3.sqlite_version_info < MINIMUM_SQLITE:
            raise OperatorError(f"SQLite {pysqlite3.sqlite_version} is too old: 3.51.3 or newer is needed")
        options = {"module": pysqlite3, "connect_args": {"timeout": 10}, "hide_parameters": True}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite` alone
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten, not only forgotten
        "temp_store=MEMORY",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # As on SQLite: who waits that long for a lock is told so, and does not hold a thread of the server for ever.
    connection.execute(f"SET lock_timeout = {int(_LOCK_WAIT * 1000)}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred "read, then write" fails under concurrency; IMMEDIATE makes two writers queue.
    options = connection.get_execution_options()
    write = options.get(_WRITE, False)
    if write:
        milliseconds = int(options.get(_PATIENCE, _LOCK_WAIT) * 1000)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        _wait_for_the_disk(connection, fleeting=options.get(_FLEETING, False))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _wait_for_the_disk(connection: Connection, *, fleeting: bool) -> None:
    """Before BEGIN: whether its commit waits for the disk, as every one does that is not `fleeting`."""
    kept = connection.info.get(_FLEETING)
    if fleeting and kept is None:
        found = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        connection.info[_FLEETING] = found
        connection.exec_driver_sql(f"PRAGMA synchronous={min(int(found or 0), 1)}")
    elif not fleeting and kept is not None:
        connection.exec_driver_sql(f"PRAGMA synchronous={int(kept)}")
        del connection.info[_FLEETING]


@contextmanager
def transaction(*, write: bool = False) -> Iterator[Session]:
    """The one transaction of a request, task or command line: commits at the end, rolls back on any error.

    Opened at the edge only (views, tasks, CLI). After the commit the workers that the block's rows are
    meant for (`tasks.wake_after_commit`) are woken.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("a transaction is already open: it belongs to the edge, not to a command")
    yield from _run(session, write)


@contextmanager
def independent_transaction(
    *, write: bool = True, patience: float = _LOCK_WAIT, fleeting: bool = False
) -> Iterator[Session]:
    """A transaction of its own, for what must survive a refusal (throttles, sessions, failed sign-ins).

    Never open one inside a write transaction: on SQLite the two would wait for each other. Who would rather
    do without than wait gives a shorter `patience`: seconds to wait for a lock before an `OperationalError`. What
    is `fleeting` may be gone after a power cut (counts of minutes): its commit does not wait for the disk.
    """
    session = Session(db.engine)
    yield from _run(session, write, patience, fleeting=fleeting)


def _run(
    session: Session, write: bool, patience: float = _LOCK_WAIT, *, fleeting: bool = False
) -> Iterator[Session]:
    try:
        if write:
            session.connection(execution_options={_WRITE: True, _PATIENCE: patience, _FLEETING: fleeting})
            if fleeting and not is_sqlite(session):
                session.execute(text("SET LOCAL synchronous_commit = off"))
            if patience < _LOCK_WAIT and not is_sqlite(session):
                session.execute(text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        tasks.take_wake_ups(session)
        raise
    finally:
        session.close()
    for name in tasks.take_wake_ups(session):
        tasks.wake(name)


def upsert(session: Session, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the session's engine that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return sqlite.insert(model) if is_sqlite(session) else postgresql.insert(model)


def one_at_a_time(session: Session, name: str) -> None:
    """Make write transactions that name the same thing wait for each other until they end.

    For limits that no row stands for ("five mails an hour to an address"). SQLite has a single writer anyway.
    """
    if not is_sqlite(session):
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def is_sqlite(session: Session) -> bool:
    """True on SQLite, False on PostgreSQL (the only two engines)."""
    return session.get_bind().dialect.name == "sqlite"


def database_engine() -> Engine:
    """The engine of the current application."""
    return db.engine


def scrub(tables: Iterable[str]) -> bool:
    """Take out of the files what was deleted but is still there; False when somebody reads, then again later.

    SQLite overwrites what it deletes, except in its journal, which is emptied here. PostgreSQL keeps earlier
    versions of rows until these `tables` are vacuumed. Outside of any transaction.
    """
    if db.engine.dialect.name == "sqlite":
        driver = db.engine.raw_connection()
        try:
            busy, *_counts = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.close()
        return not busy
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in tables:
            connection.exec_driver_sql(f'VACUUM "{name}"')
    return True
