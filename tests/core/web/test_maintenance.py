"""While the site is closed: a page that says so for every address, and not one question to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from consult.app import create_app
from consult.core import clock, maintenance
from consult.core.db import database_engine
from consult.settings import Settings
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of


@pytest.fixture
def closed(app: Flask) -> Iterator[Settings]:
    """The site, closed for half an hour."""
    settings: Settings = app.extensions["consult_settings"]
    maintenance.begin(settings, now=clock.real_now(), minutes=30)
    yield settings
    maintenance.end(settings)


@contextmanager
def no_connection() -> Iterator[None]:
    """Fail when anything asks the pool for a connection, were it only to begin."""
    engine = database_engine()

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the database was asked")

    event.listen(engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(engine, "checkout", refuse)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/en/",
        "/nothing",
        "/consultations/la-halle",
        "/en/manage",
        "/sign-in",
        "/legal",
        "/consultations/la-halle/statistics.json",
        "/organisations/x/logo",
        "/sitemap.xml",
    ],
)
def test_every_page_says_so_without_the_database(
    client: AuditedClient, make: Factory, closed: Settings, address: str
) -> None:
    client.sign_in(make.person())
    with no_connection():
        response = client.get(address)
    assert response.status_code == 503
    assert 1700 < int(response.headers["Retry-After"]) <= 1800
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers, "whoever is signed in stays so"
    if address.startswith("/en"):
        assert "Closed for maintenance" in response.text
        assert "30 minutes" in response.text
        assert f'href="{address}">Try again' in response.text
        assert "was not recorded" not in response.text


def test_who_was_sending_something_is_told_that_it_was_not_recorded(
    client: AuditedClient, make: Factory, closed: Settings
) -> None:
    client.sign_in(make.person())
    with no_connection():
        response = client.post("/en/sign-in", data={"email": "a@example.org"})
    assert response.status_code == 503
    assert "was not recorded" in response.text
    assert 'href="/en/">Try again' in response.text


def test_whether_it_lives_and_whether_it_is_ready(client: AuditedClient, closed: Settings) -> None:
    with no_connection():
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json == {"status": "maintenance"}
    assert "Retry-After" in ready.headers


def test_style_sheets_are_served(client: AuditedClient, closed: Settings) -> None:
    with no_connection(), client.get("/static/images/favicon.svg") as response:
        assert response.status_code == 200


def test_it_opens_again_at_the_next_request(app: Flask, client: AuditedClient) -> None:
    settings: Settings = app.extensions["consult_settings"]
    maintenance.begin(settings, now=clock.real_now())
    assert client.get("/").status_code == 503
    maintenance.end(settings)
    assert client.get("/").status_code == 200


def test_the_setting_closes_it_and_does_not_say_since_when(app: Flask) -> None:
    with variant_of(app, maintenance=True) as other:
        response = AuditedClient(other).get("/en/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "600"
    assert "Closed since" not in response.text


def test_a_database_that_is_away_is_not_missed(tmp_path: Path) -> None:
    settings = Settings(
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing", instance_path=tmp_path, secret_key="test"
    )
    maintenance.begin(settings, now=clock.real_now())
    browser = AuditedClient(create_app(settings))
    browser.set_cookie("consult", "a-token-of-somebody")
    response = browser.get("/en/manage")
    assert response.status_code == 503
    assert "Closed for maintenance" in response.text
