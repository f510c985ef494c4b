"""Headers of every response: what a browser may load, and what may be kept."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/nothing", "/healthz", "/sign-in", "/manage", "/static/images/favicon.svg"]
)
def test_every_answer_says_what_a_browser_may_load(client: AuditedClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["", "/about", "/contributions", "/testimonies", "/statistics", "/follow-up"])
def test_pages_of_a_consultation_too(make: Factory, client: AuditedClient, path: str) -> None:
    response = client.get(f"/consultations/{make.consultation().slug}{path}")
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("path", ["", "/about", "/contributions", "/contributions/1", "/statistics", "/follow-up"])
def test_a_reader_gets_no_cookie(make: Factory, client: AuditedClient, path: str) -> None:
    made = make.consultation()
    make.contribution(made)
    response = client.get(f"/consultations/{made.slug}{path}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_neither_does_a_reader_of_the_home_page_or_of_an_error(client: AuditedClient) -> None:
    for address in ("/", "/en/", "/nothing"):
        assert "Set-Cookie" not in client.get(address).headers


def test_a_visitors_page_is_kept_and_revalidated(make: Factory, client: AuditedClient) -> None:
    address = f"/consultations/{make.consultation().slug}/about"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first.headers["Vary"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_another_language_is_another_page(make: Factory, client: AuditedClient) -> None:
    address = f"/consultations/{make.consultation().slug}/about"
    french = client.get(address).headers["ETag"]
    assert client.get(f"/en{address}", headers={"If-None-Match": french}).status_code == 200


def test_a_signed_in_page_is_never_stored(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person())
    response = client.get("/")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_neither_is_an_error(client: AuditedClient) -> None:
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"


def test_versioned_files_are_kept_for_a_year(client: AuditedClient) -> None:
    with client.get("/static/images/favicon.svg?v=1") as versioned:
        assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/static/images/favicon.svg") as plain:
        assert "immutable" not in plain.headers["Cache-Control"]


def test_https_is_insisted_on_where_it_is_served(app: Flask, client: AuditedClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    with variant_of(app, base_url="https://consult.example.org") as other:
        assert AuditedClient(other).get("/").headers["Strict-Transport-Security"].startswith("max-age=")
