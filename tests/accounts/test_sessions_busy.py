"""Sessions while the database is locked or away: reading goes on, acts are told, nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from consult.accounts import queries
from consult.core.db import database_engine
from tests.accounts.flows import Clock
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite does not wait as long as people do."""
    monkeypatch.setattr("consult.accounts.sessions._PATIENCE_OF_READERS", 0.05)
    monkeypatch.setattr("consult.accounts.sessions._PATIENCE_OF_ACTS", 0.05)


@pytest.fixture
def quiet(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures become pages, as in production."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


@contextmanager
def sessions_held() -> Iterator[None]:
    """Another connection keeps every session from being written."""
    engine = database_engine()
    with engine.connect().execution_options(consult_write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE accounts_browser_session IN EXCLUSIVE MODE")
        yield


def test_who_has_not_read_for_a_while_reads_on(make: Factory, client: AuditedClient, real: Clock) -> None:
    client.sign_in(make.person("Claire"))
    client.get("/account")
    real.forward(timedelta(hours=1))
    with sessions_held():
        for path in ("/", "/account"):
            page = client.get(path)
            assert (page.status_code, "Claire" in page.text) == (200, True)


def test_a_visitors_first_form_is_shown_without_a_session(client: AuditedClient) -> None:
    with sessions_held():
        page = client.get("/sign-in")
        assert (page.status_code, page.headers.getlist("Set-Cookie")) == (200, [])


@pytest.mark.usefixtures("quiet")
def test_an_act_that_needs_the_session_is_told(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person())
    token = csrf_token(client.get("/account").text)
    with sessions_held():
        answer = client.post("/sign-out", data={"csrf_token": token})
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (503, [])
    assert client.get("/account").status_code == 200, "still signed in"
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert client.get("/account").status_code == 302


@pytest.mark.usefixtures("quiet")
def test_an_act_is_not_failed_by_noting_when_its_session_was_seen(
    make: Factory, client: AuditedClient, real: Clock
) -> None:
    client.sign_in(make.person())
    made = make.consultation()
    number = make.contribution(made)
    token = csrf_token(client.get("/account").text)
    real.forward(timedelta(hours=1))
    # The act itself would wait for SQLite's one writer as well: a refusal shows what its answer would be.
    path = f"/consultations/{made.slug}/contributions/{number}/withdraw"
    with sessions_held():
        assert client.post(path, data={"csrf_token": token}).status_code == 403


@pytest.mark.usefixtures("quiet")
def test_who_cannot_be_recognised_is_not_taken_for_a_visitor(
    make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(make.person())
    client.get("/account")

    def away(*_arguments: object, **_values: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "browser_session", away)
    for path in ("/", "/account", "/manage", "/sign-in"):
        assert client.get(path).status_code == 503, path
    assert client.post("/sign-out").status_code == 503
    assert client.get("/healthz").status_code == 200
    monkeypatch.undo()
    assert client.get("/account").status_code == 200, "and the session is still there"


@pytest.mark.usefixtures("quiet")
def test_a_person_who_cannot_be_loaded_gets_the_page_of_the_failure(
    make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(make.person())

    def away(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "get_person", away)
    assert client.get("/account").status_code == 503
