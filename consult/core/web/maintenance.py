"""While the site is closed for maintenance every page says so with 503, and nothing asks the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.core import clock, maintenance
from consult.core.maintenance import Maintenance
from consult.core.web.languages import request_language, same_page_in
from consult.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CLOSED = "consult.maintenance"
_STILL_ANSWERED = frozenset({"static", "health.healthz"})


class ClosedForMaintenance:
    """WSGI middleware that looks whether the site is closed.

    It then takes the cookies from the request: a session would be looked up before any page of ours is asked.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Note a maintenance in the request."""
        closed = maintenance.current(self.settings)
        if closed is not None:
            environ[_CLOSED] = closed
            environ.pop("HTTP_COOKIE", None)
        return self.app(environ, start_response)


def answer_while_closed() -> ResponseReturnValue | None:
    """The notice instead of whatever was asked for, but for static files and the question whether we live."""
    closed: Maintenance | None = request.environ.get(_CLOSED)
    if closed is None or request.endpoint in _STILL_ANSWERED:
        return None
    now, sent = clock.real_now(), request.method not in {"GET", "HEAD"}
    headers = {"Retry-After": str(closed.retry_after(now))}
    if request.endpoint == "health.readyz":
        return {"status": "maintenance"}, 503, headers
    page = render_template(
        "errors/maintenance.html",
        since=closed.since,
        gone=None if closed.since is None else closed.since - now,
        left=None if closed.until is None or closed.until <= now else closed.until - now,
        again=url_for("site.home") if sent else same_page_in(request_language()),
        sent=sent,
    )
    return make_response(page, 503, headers)
