"""One support: through the whole product over HTTP, beside a raw INSERT, UPDATE and COMMIT in the same database.

The signed-in sessions are written into the database beforehand: signing in is not what is measured here.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any, cast

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert

from bench.clients import prepare, rate
from bench.filling import shown_figures
from bench.plan import Plan
from bench.results import Result, Rounds, Unit
from bench.sizes import Size
from consult.accounts.models import BrowserSession, Person
from consult.accounts.rules import hash_token
from consult.accounts.sessions import LIFETIME, ServerSessions, signed_in_data
from consult.core import clock
from consult.core.db import database_engine, transaction

_SEE_OTHER = 303


class SupportsLost(Exception):
    """The figures do not show what was acknowledged."""


@dataclass(frozen=True)
class Browser:
    """A signed-in browser: its cookie, and the token of its forms."""

    cookie: str
    csrf_token: str


def measure_supports(app: Flask, port: int, size: Size, engine: str, plan: Plan) -> Iterator[Result]:
    """Each round: raw writes, then supports over HTTP, each by somebody who acts for the first time."""
    if not plan.wants("support"):
        return
    needed = plan.warm_up + plan.rounds * plan.supports
    requests = iter(_requests(sign_in_many(app, needed), size))
    connections = plan.connections * 2
    before = shown_figures(size)
    rate(port, list(islice(requests, plan.warm_up)), connections=connections, expected=_SEE_OTHER)
    floor, rounds = Rounds(), Rounds()
    with closing(RawWrites(size)) as raw:
        for _ in range(plan.rounds):
            floor.add(raw.rate(plan.supports))
            prepared = list(islice(requests, plan.supports))
            rounds.add(rate(port, prepared, connections=connections, expected=_SEE_OTHER))
    after = shown_figures(size)
    if before is None or after is None or after.supports - before.supports != needed:
        raise SupportsLost(f"{needed} supports were acknowledged: {before} became {after}")
    yield Result("support", rounds.median, Unit.SUPPORTS, floor.median, size.name, engine)


def sign_in_many(app: Flask, count: int) -> list[Browser]:
    """So many people with a session each, written straight into the database. Needs the application's context."""
    now = clock.real_now()
    with app.app_context(), app.test_request_context():  # the token of an earlier call is kept in the context
        csrf_token, kept = generate_csrf(), session["csrf_token"]
    interface = app.session_interface
    if not isinstance(interface, ServerSessions):
        raise TypeError("the application's sessions are not on the server")
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    with transaction(write=True) as database:
        people = [{"display_name": f"Mesure {place}", "created_at": now} for place in range(count)]
        ids = list(database.scalars(insert(Person).returning(Person.id), people))
        database.execute(
            insert(BrowserSession),
            [
                {
                    "token_hash": hash_token(token),
                    "person_id": person_id,
                    "data": signed_in_data(person_id, second_factor=False, device="", now=now)
                    | {"csrf_token": kept},
                    "created_at": now,
                    "seen_at": now,
                    "expires_at": now + LIFETIME,
                }
                for token, person_id in zip(tokens, ids, strict=True)
            ],
        )
    return [Browser(f"{interface.cookie_name}={token}", csrf_token) for token in tokens]


def _requests(browsers: Sequence[Browser], size: Size) -> Iterator[bytes]:
    """One support by each browser, the contributions in turn."""
    for place, browser in enumerate(browsers):
        number = place % size.contributions + 1
        yield prepare(
            f"/consultations/{size.slug}/contributions/{number}/support",
            form={"csrf_token": browser.csrf_token},
            cookie=browser.cookie,
        )


class RawWrites:
    """What no implementation can do without: a unique row, a counter moved, one durable commit. Driver only.

    In tables of its own, in the same database under the same durability, so that no figure drifts.
    """

    def __init__(self, size: Size) -> None:
        engine = database_engine()
        on_sqlite = engine.dialect.name == "sqlite"
        pooled = engine.raw_connection()
        self._connection = cast(Any, pooled.dbapi_connection)
        pooled.detach()  # never back to the pool: its transactions are begun by hand
        if not on_sqlite:
            self._connection.autocommit = True
        self._cursor = self._connection.cursor()
        self._begin = "BEGIN IMMEDIATE" if on_sqlite else "BEGIN"
        mark = "?" if on_sqlite else "%s"
        self._insert = f"INSERT INTO bench_support VALUES ({mark}, {mark}, {mark})"  # noqa: S608 - a mark, no input
        self._contributions = size.contributions
        self._written = 0
        for statement in (
            "DROP TABLE IF EXISTS bench_support",
            "DROP TABLE IF EXISTS bench_counter",
            "CREATE TABLE bench_support (contribution INTEGER, person INTEGER, at VARCHAR, "  # noqa: ISC004 - one
            "PRIMARY KEY (contribution, person))",
            "CREATE TABLE bench_counter (id INTEGER PRIMARY KEY, supports INTEGER)",
            "INSERT INTO bench_counter VALUES (1, 0)",
        ):
            self._cursor.execute(statement)

    def rate(self, count: int) -> float:
        """Durable supports per second, one after the other on one connection."""
        execute = self._cursor.execute
        began = perf_counter()
        for _ in range(count):
            self._written += 1
            row = (self._written % self._contributions + 1, self._written, clock.real_now().isoformat())
            execute(self._begin)
            execute(self._insert, row)
            execute("UPDATE bench_counter SET supports = supports + 1 WHERE id = 1")
            execute("COMMIT")
        return count / (perf_counter() - began)

    def close(self) -> None:
        """Leave nothing behind."""
        for table in ("bench_support", "bench_counter"):
            self._cursor.execute(f"DROP TABLE {table}")
        self._connection.close()
