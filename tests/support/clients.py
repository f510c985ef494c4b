"""A browser for tests that audits every page it fetches."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.accounts import commands
from consult.accounts.sessions import LIFETIME, hash_token, signed_in_data
from consult.core.access import Actor
from consult.core.clock import real_now
from consult.core.db import independent_transaction
from consult.core.web.headers import FIXED
from tests.support.pages import audit, audit_fragment


class AuditedClient(FlaskClient):
    """Flask's client; every HTML page it gets is audited, whatever its status (unless it comes compressed)."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, app.response_class, **options)
        self.environ_base["HTTP_USER_AGENT"] = (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
        )

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Fetch, then audit what came."""
        # A context of its own, as in production: `g` keeps the form token and the person of a request.
        with self.application.app_context():
            response = super().open(*arguments, **options)
        audit_headers(response)
        bodiless = response.status_code in {301, 302, 303, 304, 307, 308} or response.request.method == "HEAD"
        if response.mimetype == "text/html" and not bodiless and "Content-Encoding" not in response.headers:
            check = audit_fragment if "X-Fragment" in response.headers else audit
            check(response.get_data(as_text=True))
        return response

    def sign_in(self, actor: Actor, *, second_factor: bool = True) -> None:
        """Give this browser a session of that person, as signing in (with both factors) does."""
        assert actor.person_id is not None
        token = secrets.token_urlsafe(32)
        now = real_now()
        with independent_transaction() as session:
            commands.store_browser_session(
                session,
                browser_id=None,
                token_hash=hash_token(token),
                data=signed_in_data(
                    actor.person_id, second_factor=second_factor, device="Firefox, Linux", now=now
                ),
                now=now,
                expires_at=now + LIFETIME,
            )
        self.set_cookie("consult", token)

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """POST a form with the token of this browser's session; `page` names the page that holds the form."""
        page = options.pop("page", path)
        token = csrf_token(self.get(page).get_data(as_text=True))
        return self.post(path, data={"csrf_token": token, **(data or {})}, **options)


def audit_headers(response: TestResponse) -> None:
    """Every answer, whatever its status and kind, says what a browser may do with it, and is not sniffed."""
    for name, value in FIXED.items():
        found = response.headers.get(name)
        # A mail shown as a page and the card for other sites have a policy of their own, never a looser script.
        if name == "Content-Security-Policy" and found != value:
            assert found is not None, f"no policy on {response.request.path}"
            assert "default-src 'none'" in found, found
            assert "script-src" not in found, found
            continue
        # The card is a picture for other sites to show: the only thing that may be read from elsewhere.
        if name == "Cross-Origin-Resource-Policy" and response.request.path.endswith("/card.png"):
            continue
        assert found == value, f"{name} on {response.request.path}: {found}"
    assert "Server" not in response.headers
    for cookie in response.headers.getlist("Set-Cookie"):
        assert "SameSite=Lax" in cookie, cookie
    if any(cookie.startswith("consult=") for cookie in response.headers.getlist("Set-Cookie")):
        assert "no-store" in response.headers["Cache-Control"], f"a cookie on a page that may be kept: {response}"


def csrf_token(html: str) -> str:
    """The token of the first form of a page."""
    marker = 'name="csrf_token"'
    assert marker in html, "the page holds no form with a token"
    after = html.split(marker, 1)[1]
    return after.split('value="', 1)[1].split('"', 1)[0]
