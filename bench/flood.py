"""Reading while a crowd tries to sign in: how much of its speed a page keeps, beside what an empty view keeps.

The crowd comes from many networks and tries many addresses, so that no throttle turns it away: every attempt
at a password is hashed, every mail is queued.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import cycle
from random import Random
from threading import Event, Thread

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert

from bench.clients import Connection, UnexpectedAnswer, prepare, rate
from bench.plan import Plan
from bench.results import Result, Rounds, Unit
from bench.serving import EMPTY
from bench.sizes import Size
from bench.supports import Browser
from consult.accounts.models import BrowserSession
from consult.accounts.rules import hash_token
from consult.accounts.sessions import LIFETIME, ServerSessions
from consult.core import clock
from consult.core.db import transaction

_CONNECTIONS = 8
_ATTEMPTS = 400
# An empty view is over so soon that a round of it needs more of them.
_EMPTY_TIMES = 4


def measure_flood(app: Flask, port: int, size: Size, engine: str, plan: Plan) -> Iterator[Result]:
    """Each round: the empty view and the consultation's page, in peace and then under the flood."""
    if not plan.wants("flood"):
        return
    page = [prepare(f"/consultations/{size.slug}")] * plan.requests
    empty = [prepare(EMPTY)] * (plan.requests * _EMPTY_TIMES)
    attempts = sign_ins(app, _ATTEMPTS)
    for requests in (page, empty):
        rate(port, requests[: plan.warm_up], connections=plan.connections)
    kept_by_page, kept_by_empty = Rounds(), Rounds()
    for _ in range(plan.rounds):
        peace = [rate(port, requests, connections=plan.connections) for requests in (empty, page)]
        with flooded(port, attempts):
            flood = [rate(port, requests, connections=plan.connections) for requests in (empty, page)]
        kept_by_empty.add(flood[0] / peace[0])
        kept_by_page.add(flood[1] / peace[1])
    yield Result("flood", kept_by_page.median, Unit.SHARE, kept_by_empty.median, size.name, engine)


def sign_ins(app: Flask, count: int) -> list[bytes]:
    """Requests of a crowd: half of them try a password, half ask for a mail. Needs the application's context."""
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    password = "/sign-in/password" if "/sign-in/password" in rules else "/sign-in"
    chance = Random("flood")  # noqa: S311 - addresses of a crowd
    found = []
    for place, browser in enumerate(visitors(app, count)):
        form = {"csrf_token": browser.csrf_token, "email": f"{secrets.token_hex(8)}@example.org"}
        path = "/sign-in" if place % 2 else password
        if path == password:
            form["password"] = "wrong horse battery"  # noqa: S105 - nobody's
        address = ".".join(["10", *(str(chance.randrange(1, 255)) for _ in range(3))])
        found.append(prepare(path, form=form, cookie=browser.cookie, client=address))
    return found


@contextmanager
def flooded(port: int, attempts: Sequence[bytes]) -> Iterator[None]:
    """Keep sending these over several connections until the block ends, whatever is answered."""
    over = Event()

    def flood(place: int) -> None:
        with closing(Connection(port)) as connection:
            for request in cycle(attempts[place::_CONNECTIONS]):
                if over.is_set():
                    return
                with suppress(UnexpectedAnswer):
                    connection.send(request, 303)

    threads = [Thread(target=flood, args=(place,), daemon=True) for place in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=60)


def visitors(app: Flask, count: int) -> list[Browser]:
    """So many browsers that have a session because they opened a form. Needs the application's context."""
    now = clock.real_now()
    with app.app_context(), app.test_request_context():  # the token of an earlier call is kept in the context
        token, kept = generate_csrf(), session["csrf_token"]
    interface = app.session_interface
    if not isinstance(interface, ServerSessions):
        raise TypeError("the application's sessions are not on the server")
    cookies = [secrets.token_urlsafe(32) for _ in range(count)]
    with transaction(write=True) as database:
        database.execute(
            insert(BrowserSession),
            [
                {
                    "token_hash": hash_token(cookie),
                    "data": {"csrf_token": kept},
                    "created_at": now,
                    "seen_at": now,
                    "expires_at": now + LIFETIME,
                }
                for cookie in cookies
            ],
        )
    return [Browser(f"{interface.cookie_name}={cookie}", token) for cookie in cookies]
