"""At the door of every request: its id, its instant, and what its endpoint declares about callers."""

from __future__ import annotations

import logging
import secrets
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import RequestRedirect

from consult.core import clock, logs
from consult.core.access import VISITOR, Actor, Need, declared_need
from consult.core.html import printable
from consult.core.web.languages import request_language, same_page_in
from consult.core.web.maintenance import answer_while_closed
from consult.core.web.reception import received_at
from consult.settings import Settings

log = logging.getLogger("consult.request")


def current_actor() -> Actor:
    """Who makes this request."""
    if g.get("actor_forgotten", False):
        return VISITOR
    actor: Actor = getattr(current_user, "actor", VISITOR)
    return actor


def forget_actor() -> None:
    """Go on as for a visitor: the page of a failure must not ask a database that does not answer who reads it."""
    g.actor_forgotten = True


def configure_guard(app: Flask, settings: Settings) -> None:
    """Pin the clock, refuse while closed, check the declared access, log each request without personal data."""

    @app.before_request
    def open_request() -> None:
        # A clock that somebody holds already (a test, a preview) stays as it is.
        g.pinned_here = not clock.is_held()
        if g.pinned_here:
            clock.pin(settings.freeze_time or received_at())
        g.started = perf_counter()
        logs.request_id.set(secrets.token_hex(8))

    app.before_request(answer_while_closed)
    app.before_request(_check_access)

    @app.after_request
    def close_request(response: Response) -> Response:
        response.headers["X-Request-Id"] = logs.request_id.get()
        log.info(
            "request",
            extra={
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": round((perf_counter() - g.started) * 1000, 1),
            },
        )
        return response

    @app.teardown_request
    def unpin(_error: BaseException | None) -> None:
        if g.get("pinned_here", False):
            clock.pin(None)
        logs.request_id.set("")


def _check_access() -> ResponseReturnValue | None:
    """Enforce what the endpoint declares; an undeclared one answers nobody (and fails a test).

    An address with characters that no text of ours holds names nothing: databases are not asked about it.
    """
    if printable(request.path) != request.path:
        abort(404)
    if isinstance(request.routing_exception, RequestRedirect):
        # Two slashes become one: on this host, whatever name the request gave it.
        parts = urlsplit(request.routing_exception.new_url)
        return redirect(urlunsplit(("", "", parts.path, parts.query, "")), request.routing_exception.code)
    if request.endpoint is None or request.endpoint == "static":
        return None
    need = declared_need(current_app.view_functions[request.endpoint])
    if need is None:
        abort(403)
    if need is Need.PUBLIC or current_actor().meets(need):
        return None
    if current_actor().is_signed_in:
        abort(403)
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("accounts.sign_in", next=same_page_in(request_language())))
