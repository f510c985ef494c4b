"""What went wrong is said in plain words, with a way on."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from consult.core.access import Refused, public
from consult.core.errors import Invalid, NotFound
from consult.core.web.failures import Place, install_place_finder
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
    assert ("Reference:" in response.text) is (status >= 500)
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


def test_a_failure_of_ours_can_be_quoted(app: Flask) -> None:
    with variant_of(app) as other:
        response = failing(other, RuntimeError("secret detail")).get("/en/fails")
    assert f'<code translate="no">{response.headers["X-Request-Id"]}</code>' in response.text


@pytest.mark.parametrize(
    ("retry_after", "words"), [(None, "Please wait a few minutes"), (60, "in 1 minute."), (61, "in 2 minutes.")]
)
def test_too_many_attempts_says_when_to_try_again(app: Flask, retry_after: int | None, words: str) -> None:
    with variant_of(app) as other:
        response = failing(other, TooManyRequests(retry_after=retry_after)).get("/en/fails")
    assert words in response.text
    assert response.headers.get("Retry-After") == (str(retry_after) if retry_after else None)


@pytest.mark.parametrize("broken", ["frame", "place"])
def test_the_page_of_a_failure_does_not_fail(
    app: Flask, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> Place | None:
        raise RuntimeError("secret detail")

    with variant_of(app) as other:
        if broken == "frame":
            other.context_processor(break_down)  # type: ignore[type-var]
        else:
            install_place_finder(other.extensions, break_down)
        response = failing(other, NotFound()).get("/en/fails")
    assert response.status_code == 404
    assert "<h1>This page does not exist</h1>" in response.text
    assert ('class="site-header"' in response.text) is (broken == "place")
    assert caplog.messages[0] in {"failure_page.without_frame", "place.failed"}


def test_a_method_that_an_address_does_not_know(client: AuditedClient) -> None:
    assert client.delete("/").status_code in {400, 405}


def test_the_methods_that_an_address_knows_are_named(client: AuditedClient) -> None:
    response = client.get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_two_slashes_become_one_on_this_host(client: AuditedClient) -> None:
    response = client.get("/en/consultations//a?b=c", headers={"Host": "evil.example"})
    assert response.status_code == 308
    assert response.headers["Location"] == "/en/consultations/a?b=c"
