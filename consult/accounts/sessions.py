"""Server-side browser sessions behind Flask's `session`.

The cookie holds a random token, the database its hash. Nothing is stored and no cookie is set until
something is put into the session (a form's token, a sign-in).
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, g
from flask import request as flask_request
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from consult.accounts import commands, queries
from consult.accounts.rules import CITIZENS, describe_device, hash_token, is_recent
from consult.accounts.values import Standing
from consult.core import clock
from consult.core.db import independent_transaction
from consult.settings import Settings

log = logging.getLogger(__name__)
LIFETIME = CITIZENS.absolute
VISITOR_LIFETIME = timedelta(days=7)
_TOUCH_EVERY = timedelta(minutes=15)
_PERSON, _STANDING = "_user_id", "standing"  # the first is where Flask-Login looks
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
        self.seen_at: datetime | None = None
        self.lost = False  # the database could not store what changed

    def _changed(self, _data: CallbackDict[str, Any]) -> None:
        self.modified = True

    @property
    def standing(self) -> Standing | None:
        """How the person of this browser signed in; None for a visitor (and for sessions older than this)."""
        kept = self.get(_STANDING) if self.get(_PERSON) else None
        return Standing.of(kept) if kept else None

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
        session.seen_at = stored.seen_at
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
        now, standing = clock.real_now(), session.standing
        # A visitor whose first form is forgotten by a power cut is handed another: not worth the disk's time.
        fleeting = session.browser_id is None and not session.get(_PERSON)
        with independent_transaction(patience=patience, fleeting=fleeting) as database:
            session.browser_id = commands.store_browser_session(
                database,
                browser_id=session.browser_id,
                loaded_hash=session.token_hash,
                token_hash=hash_token(token) if token else None,
                data=dict(session),
                now=now,
                expires_at=_expiry(standing, now, renewed=token is not None),
            )
        if token:
            self._set_cookie(response, token, VISITOR_LIFETIME if standing is None else LIFETIME)

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


def _expiry(standing: Standing | None, now: datetime, *, renewed: bool) -> datetime | None:
    """When a session ends: used or not after `absolute`, unused after `idle`; a visitor's with its token."""
    if standing is None:
        return now + VISITOR_LIFETIME if renewed else None
    return min(standing.signed_in_at + CITIZENS.absolute, now + CITIZENS.idle)


def this_browser() -> ServerSession:
    """The browser session of the current request."""
    return cast(ServerSession, flask_session)


def signed_in_data(person_id: int, *, second_factor: bool, device: str, now: datetime) -> dict[str, Any]:
    """What the session of somebody who has just signed in holds, and nothing else (`now`: real time)."""
    standing = Standing(now, now, now if second_factor else None, device)
    return {_PERSON: str(person_id), "_fresh": True, _STANDING: standing.data()}


def start_signed_in(person_id: int, *, second_factor: bool = False) -> None:
    """Make this browser's session that person's: a new token, nothing left of the visitor but the row's id.

    `second_factor` says that it was shown already. The rest of the request sees the person as the next one will:
    signed in, or waiting for the second factor.
    """
    browser, now = this_browser(), clock.real_now()
    browser.clear()
    browser.update(signed_in_data(person_id, second_factor=second_factor, device=this_device(), now=now))
    browser.renew()
    browser.seen_at = now
    forget_loaded_person()


def mark_proven(*, second_factor: bool) -> None:
    """Note that this browser's person has shown who they are just now; the session gets a new token."""
    browser, now = this_browser(), clock.real_now()
    standing = browser.standing
    if standing is None:
        return
    factor = now if second_factor else standing.second_factor_at
    browser[_STANDING] = Standing(standing.signed_in_at, now, factor, standing.device).data()
    browser.renew()
    forget_loaded_person()


def recently_proven() -> bool:
    """Whether this browser's person has shown who they are within the last quarter of an hour."""
    standing = this_browser().standing
    return standing is not None and is_recent(standing, clock.real_now())


def this_device() -> str:
    """The browser and the system of this request, coarsely."""
    return describe_device(flask_request.headers.get("User-Agent", ""))


def forget_loaded_person() -> None:
    """Have Flask-Login ask again who this is: their standing has changed within this request."""
    g.pop("_login_user", None)


def configure_sessions(app: Flask, settings: Settings) -> None:
    """Use the server-side sessions for this application."""
    app.session_interface = ServerSessions(secure=settings.serves_https)
