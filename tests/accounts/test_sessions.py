"""The server-side sessions: cookies, tokens, lifetimes, requests that overlap."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import commands, sessions, tasks
from consult.accounts.models import BrowserSession
from consult.accounts.rules import hash_token
from consult.accounts.sessions import LIFETIME, VISITOR_LIFETIME, ServerSessions
from consult.core.db import independent_transaction, transaction
from consult.wiring import TASKS
from tests.accounts.flows import Clock, cookie, count, open_account
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of


def test_the_cookie_says_nothing_and_the_database_cannot_replay_it(client: AuditedClient) -> None:
    answer = client.get("/sign-in")
    (header,) = answer.headers.getlist("Set-Cookie")
    assert header.startswith("consult=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header
    token = cookie(client)
    assert len(token) == 43
    with transaction() as session:
        assert session.scalars(select(BrowserSession.token_hash)).one() == hash_token(token)
    assert client.get("/sign-in").headers.getlist("Set-Cookie") == []


def test_behind_https_the_cookie_is_bound_to_the_host(app: Flask) -> None:
    with variant_of(app, base_url="https://consult.example.org") as secure:
        client = AuditedClient(secure)
        answer = client.get("/sign-in", base_url="https://consult.example.org")
        (header,) = answer.headers.getlist("Set-Cookie")
        assert header.startswith("__Host-consult=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
        assert "Domain" not in header
        assert "Strict-Transport-Security" in answer.headers


def test_only_a_visitor_s_first_session_does_not_wait_for_the_disk(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[bool] = []

    def noted(**options: Any) -> AbstractContextManager[Session]:
        if options.get("write", True):
            stored.append(options.get("fleeting", False))
        return independent_transaction(**options)

    monkeypatch.setattr(sessions, "independent_transaction", noted)
    client.get("/sign-in")
    assert stored == [True]
    open_account(client)
    assert stored[1:]
    assert not any(stored[1:])


def test_an_unknown_token_is_a_visitor(client: AuditedClient) -> None:
    for token in ("", "x", "é" * 50, "a" * 4000):
        client.set_cookie("consult", token)
        assert client.get("/account").status_code == 302
    assert count(BrowserSession) == 0


def test_a_session_ends_with_its_token_however_much_it_is_used(client: AuditedClient, real: Clock) -> None:
    open_account(client)
    for _day in range(LIFETIME.days - 1):
        real.forward(timedelta(days=1))
        assert client.get("/account").status_code == 200
    real.forward(timedelta(days=1))
    assert client.get("/account").status_code == 302


def test_a_visitor_is_remembered_for_a_week(client: AuditedClient, real: Clock) -> None:
    client.get("/sign-in")
    real.forward(VISITOR_LIFETIME - timedelta(seconds=1))
    tasks.purge()
    assert count(BrowserSession) == 1
    real.forward(timedelta(seconds=1))
    tasks.purge()
    assert count(BrowserSession) == 0


def test_purging_is_repeated_every_hour() -> None:
    (task,) = [task for task in TASKS if task.body is tasks.purge]
    assert task.every_minutes == 60


def _store(**changes: object) -> int | None:
    values: dict[str, object] = {
        "browser_id": None,
        "token_hash": None,
        "loaded_hash": None,
        "data": {},
        "now": NOW,
        "expires_at": NOW + LIFETIME,
    }
    with independent_transaction() as session:
        return commands.store_browser_session(session, **{**values, **changes})  # type: ignore[arg-type]


def test_a_request_that_overlaps_a_sign_out_does_not_bring_the_session_back(app: Flask) -> None:
    made = _store(token_hash="first", data={"a": 1})
    with independent_transaction() as session:
        commands.end_browser_session(session, token_hash="first")
    assert _store(browser_id=made, loaded_hash="first", data={"a": 2}) is None
    assert count(BrowserSession) == 0


def test_a_request_that_overlaps_a_sign_in_changes_nothing(app: Flask) -> None:
    made = _store(token_hash="first", data={"a": 1})
    _store(browser_id=made, loaded_hash="first", token_hash="second", data={"_user_id": None, "b": 1})
    assert _store(browser_id=made, loaded_hash="first", data={"a": 2}) is None
    with transaction() as session:
        assert session.scalars(select(BrowserSession.data)).one() == {"_user_id": None, "b": 1}


def test_a_row_whose_number_went_to_another_browser_is_left_alone(app: Flask) -> None:
    mine = _store(token_hash="mine")
    with independent_transaction() as session:
        commands.end_browser_session(session, token_hash="mine")
        session.add(
            BrowserSession(
                id=mine, token_hash="theirs", data={"x": 1}, created_at=NOW, seen_at=NOW, expires_at=NOW + LIFETIME
            )
        )
    assert _store(browser_id=mine, loaded_hash="mine", data={"_user_id": None, "y": 1}) is None
    with transaction() as session:
        assert session.scalars(select(BrowserSession.data)).one() == {"x": 1}


def test_a_session_of_another_kind_is_refused(app: Flask) -> None:
    from flask.sessions import SecureCookieSession  # noqa: PLC0415 - only to show the refusal

    with pytest.raises(TypeError):
        ServerSessions(secure=False).save_session(app, SecureCookieSession(), app.response_class())
