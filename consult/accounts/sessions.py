"""Server-side browser sessions behind Flask's `session`.

The cookie holds a random token, the database its hash. Nothing is stored and no cookie is set until
something is put into the session (a form's token, a sign-in).
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response
from flask import request as flask_request
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import UserMixin, login_user
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from consult.accounts import commands, queries
from consult.accounts.rules import hash_token
from consult.core import clock
from consult.core.db import independent_transaction
from consult.settings import Settings

log = logging.getLogger(__name__)
LIFETIME = timedelta(days=30)
VISITOR_LIFETIME = timedelta(days=7)
_TOUCH_EVERY = timedelta(minutes=15)
# Seconds to wait for a busy database.
_PATIENCE_TO_TOUCH, _PATIENCE_OF_READERS, _PATIENCE_OF_ACTS = 0.1, 2.0, 10.0


def cookie_name(*, secure: bool) -> str:
    """What the cookie of a session is called; the prefix makes browsers refuse it from anywhere but here."""
    return "__Host-consult" if secure else "consult"


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The data of one browser; `browser_id` is its row's id once it is stored."""

    def __init__(
        self, data: dict[str, Any] | None = None, browser_id: int | None = None, token_hash: str | None = None
    ) -> None:
        super().__init__(data or {}, on_update=self._changed)
        self.browser_id = browser_id
        self.token_hash = token_hash
        self.modified = False
        self.rotate = False
        self.stale = False
        self.lost = False  # the database could not store what changed

    def _changed(self, _data: CallbackDict[str, Any]) -> None:
        self.modified = True

    def renew(self) -> None:
        """Give the browser a new token at the end of the request: called whenever its rights change."""
        self.rotate = True
        self.modified = True


class _Unreadable(ServerSession):
    """The session that the database could not be asked for: whoever asks it for something gets the failure.

    A browser with a cookie is thus not taken for a visitor's, and pages that ask nothing still answer.
    """

    def __init__(self, failure: OperationalError) -> None:
        super().__init__()
        self.failure, self.lost = failure, True

    def get(self, *_arguments: Any) -> Any:
        """Raises the failure."""
        raise self.failure


class ServerSessions(SessionInterface):
    """Loads and stores browser sessions, each in a transaction of its own around the request's."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.cookie_name = cookie_name(secure=secure)

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of the request's cookie, or an empty one."""
        token = request.cookies.get(self.cookie_name)
        if not token:
            return ServerSession()
        now, token_hash = clock.real_now(), hash_token(token)
        try:
            with independent_transaction(write=False) as database:
                stored = queries.browser_session(database, token_hash, now=now)
        except OperationalError as error:
            return _Unreadable(error)
        if stored is None:
            return ServerSession()
        session = ServerSession(stored.data, stored.id, token_hash)
        session.stale = now - stored.seen_at > _TOUCH_EVERY
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed; set the cookie only for a new or renewed session, delete it with an emptied one.

        Reading does not end because the database is busy: then nothing is stored. An act that needs the session
        fails instead, and is told so; one that would only have noted when the session was last seen does not.
        """
        if not isinstance(session, ServerSession):  # Flask hands back what open_session returned
            raise TypeError("not a server-side session")
        if session.lost or not (session.modified or session.stale):
            return
        reading = flask_request.method in {"GET", "HEAD"}
        patience = _PATIENCE_OF_READERS if reading else _PATIENCE_OF_ACTS
        try:
            if session:
                self._store(session, response, patience if session.modified else _PATIENCE_TO_TOUCH)
            elif session.token_hash is not None:
                self._end(session.token_hash, response, patience)
        except OperationalError as error:
            session.lost = True  # Flask comes here once more, with the page that tells of the failure
            if session.modified and not reading:
                raise
            log.warning("session.not_stored", extra={"error": type(error).__name__})

    def _store(self, session: ServerSession, response: Response, patience: float) -> None:
        token = secrets.token_urlsafe(32) if session.browser_id is None or session.rotate else None
        lifetime = LIFETIME if session.get("_user_id") else VISITOR_LIFETIME
        now = clock.real_now()
        with independent_transaction(patience=patience) as database:
            session.browser_id = commands.store_browser_session(
                database,
                browser_id=session.browser_id,
                loaded_hash=session.token_hash,
                token_hash=hash_token(token) if token else None,
                data=dict(session),
                now=now,
                expires_at=now + lifetime,
            )
        if token:
            self._set_cookie(response, token, lifetime)

    def _set_cookie(self, response: Response, token: str, lifetime: timedelta) -> None:
        response.set_cookie(
            self.cookie_name,
            token,
            max_age=int(lifetime.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def _end(self, token_hash: str, response: Response, patience: float) -> None:
        with independent_transaction(patience=patience) as database:
            commands.end_browser_session(database, token_hash=token_hash)
        response.delete_cookie(self.cookie_name, path="/", secure=self.secure, httponly=True, samesite="Lax")


class _Known(UserMixin):
    """Whom Flask-Login signs in: the id is all it stores, the person is loaded anew with each request."""

    def __init__(self, person_id: int) -> None:
        self.id = str(person_id)


def this_browser() -> ServerSession:
    """The browser session of the current request."""
    return cast(ServerSession, flask_session)


def start_signed_in(person_id: int) -> None:
    """Make this browser's session that person's: a new token, nothing left of the visitor but the row's id."""
    browser = this_browser()
    browser.clear()
    login_user(_Known(person_id))
    browser.pop("_id", None)  # Flask-Login's fingerprint of address and browser: not used, so not kept
    browser.renew()


def configure_sessions(app: Flask, settings: Settings) -> None:
    """Use the server-side sessions for this application."""
    app.session_interface = ServerSessions(secure=settings.serves_https)
