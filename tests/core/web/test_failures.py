"""What went wrong is said in plain words, with a way on."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from consult.core.access import Refused, public
from consult.core.errors import Invalid, NotFound
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of


def failing(app: Flask, error: Exception) -> AuditedClient:
    """A browser for an application whose address /fails raises this."""

    @public
    def fails() -> str:
        raise error

    app.add_url_rule("/fails", "fails", fails)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return AuditedClient(app)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFound(), 404, "This page does not exist"),
        (Refused("consultation_closed"), 403, "This consultation has closed"),
        (Invalid("slug", "slug_taken"), 422, "already has this address"),
        (Refused("never heard of"), 403, "This is not possible just now."),
        (OperationalError("SELECT", {}, Exception("gone")), 503, "Back in a moment"),
        (RuntimeError("secret detail"), 500, "Something broke on our side"),
    ],
)
def test_each_failure_has_its_page(app: Flask, error: Exception, status: int, words: str) -> None:
    with variant_of(app) as other:
        response = failing(other, error).get("/en/fails")
    assert response.status_code == status
    assert words in response.text
    assert "secret detail" not in response.text
    assert 'href="/en/">See all consultations</a>' in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422, 429, 500, 503])
def test_each_status_has_words(app: Flask, status: int) -> None:
    @public
    def fails() -> str:
        abort(status)

    with variant_of(app) as other:
        other.add_url_rule("/fails", "fails", fails)
        other.config["PROPAGATE_EXCEPTIONS"] = False
        response = AuditedClient(other).get("/fails")
    assert response.status_code == status


def test_who_has_to_sign_in_is_offered_to(app: Flask) -> None:
    @public
    def fails() -> str:
        abort(401)

    with variant_of(app) as other:
        other.add_url_rule("/fails", "fails", fails)
        assert 'href="/en/sign-in?next=/en/fails"' in AuditedClient(other).get("/en/fails").text


def test_a_method_that_an_address_does_not_know(client: AuditedClient) -> None:
    assert client.delete("/").status_code in {400, 405}


def test_two_slashes_become_one_on_this_host(client: AuditedClient) -> None:
    response = client.get("/en/consultations//a?b=c", headers={"Host": "evil.example"})
    assert response.status_code == 308
    assert response.headers["Location"] == "/en/consultations/a?b=c"
