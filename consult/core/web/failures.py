"""Pages for what went wrong: what happened, what to do next, and a way on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from consult.core import logs
from consult.core.access import Refused
from consult.core.errors import Invalid, NotFound
from consult.core.installation import current_settings
from consult.core.web.guard import current_actor, forget_actor
from consult.core.web.languages import request_language
from consult.core.web.sentences import sentence_for

log = logging.getLogger(__name__)
_EXTENSION = "consult_place_finder"
_KEPT_HEADERS = frozenset({"Allow", "Retry-After"})
_BACK = _l("Go back with your browser’s button: what you typed is usually still there.")


@dataclass(frozen=True)
class WayOn:
    """A page that a reader may want instead."""

    label: str
    url: str


@dataclass(frozen=True)
class Place:
    """What the address that failed belongs to: a title, its language, and the pages to go on to."""

    title: str
    language: str
    ways: tuple[WayOn, ...]


@dataclass(frozen=True)
class _Words:
    title: str
    text: str
    advice: str = ""


PlaceFinder = Callable[[], Place | None]

# Title, what happened, what to do.
_WORDS: Mapping[int, tuple[LazyString | str, ...]] = {
    400: (
        _l("This request could not be understood"),
        _l("Part of it is missing, or was changed on the way."),
        _l("Go back to the previous page, reload it and try again."),
    ),
    401: (
        _l("Please sign in first"),
        _l("This action is for people who have signed in."),
        _l("An e-mail address is enough: there is no password."),
    ),
    403: (_l("You may not do this"), _l("Your account does not have access to this page.")),
    404: (
        _l("This page does not exist"),
        _l("The address may be mistyped, or what it showed is no longer public."),
        _l("Check the address, or go on from one of these pages."),
    ),
    405: (
        _l("This address does not work that way"),
        _l("It answers to a button of this site and cannot be opened by itself."),
        _l("Go back and use the buttons of the page."),
    ),
    410: (_l("This has been withdrawn"), _l("Its author or the organisation took it down.")),
    413: (_l("This is too large"), _l("What you sent is larger than this site accepts."), _BACK),
    422: (_l("This could not be accepted"), _l("Something in what you sent has to be corrected first."), _BACK),
    429: (_l("Too many attempts"), _l("For everyone’s safety, the number of attempts is limited.")),
    503: (
        _l("Back in a moment"),
        _l("The service is being updated or repaired. Nothing that was published is lost."),
        _l("Please try again in a few minutes."),
    ),
}
_CRASH: tuple[LazyString, ...] = (
    _l("Something broke on our side"),
    _l("What you sent may not have been recorded. The failure has been noted."),
    _l("Please try again in a few minutes. If it happens again, tell the organisation and quote this reference."),
)


def install_place_finder(app_extensions: dict[str, object], finder: PlaceFinder) -> None:
    """Make known who can say what an address belongs to; it is asked for pages of failures only."""
    app_extensions[_EXTENSION] = finder


def failure_page(
    status: int,
    text: str | None = None,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """The page for a status; `text` and `title` replace the general words by precise ones.

    A page that cannot be drawn with the site's frame (the database may be the reason) is drawn without it.
    """
    headers = dict(headers or {})
    words = _words(status, headers.get("Retry-After"), text=text, title=title)
    context = {
        "status": status,
        "title": words.title,
        "text": words.text,
        "advice": words.advice,
        "reference": logs.request_id.get() if status >= 500 else "",
    }
    try:
        place = _place() if status < 500 else None
        page = render_template("errors/error.html", place=place, **context)
    except Exception as error:
        if status < 500 and isinstance(error, OperationalError):
            return _database_down(error)  # who asks is not known: nothing else may be answered
        log.error("failure_page.without_frame", exc_info=error)
        forget_actor()
        page = _plain_page(context)
    return make_response(page, status, headers)


def _words(status: int, retry_after: str | None, *, text: str | None, title: str | None) -> _Words:
    known = [str(words) for words in _WORDS.get(status, _CRASH)]
    advice = known[2] if len(known) > 2 else ""
    if status == 429:
        advice = _when(retry_after)
    elif status == 403 and text is None and current_actor().is_signed_in:
        advice = _("You are signed in as %(name)s.", name=current_actor().display_name)
    elif text is not None and status != 422:
        advice = ""  # a precise sentence says itself what to do
    return _Words(title or known[0], text or known[1], advice)


def _when(retry_after: str | None) -> str:
    if retry_after is None or not retry_after.isdecimal():
        return _("Please wait a few minutes before you try again.")
    minutes = max(ceil(int(retry_after) / 60), 1)
    return ngettext("You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes)


def _place() -> Place | None:
    """What the address belongs to; None rather than a second failure."""
    finder = current_app.extensions.get(_EXTENSION)
    if finder is None:
        return None
    try:
        found: Place | None = finder()
    except Exception as error:
        log.error("place.failed", exc_info=error)
        return None
    return found


def _plain_page(context: Mapping[str, object]) -> str:
    settings = current_settings()
    template = current_app.jinja_env.get_template("errors/plain.html")
    return template.render(context, lang=request_language(), site_name=settings.site_name)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, OperationalError):
        return _database_down(error.original_exception)  # when the session was to be stored, after the view
    if error.code is None or error.code < 400:
        return error
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    return failure_page(error.code, headers=headers)


def _database_down(error: OperationalError) -> ResponseReturnValue:
    log.error("database.unavailable", exc_info=error)
    forget_actor()
    return failure_page(503, headers={"Retry-After": "120"})


def configure_failures(app: Flask) -> None:
    """Answer HTTP errors, refusals and crashes with pages."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_down)

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> ResponseReturnValue:
        return failure_page(
            400,
            _("It had been open for too long. Go back to the previous page, reload it and send it again."),
            title=_("This form has expired"),
        )

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> ResponseReturnValue:
        return failure_page(404)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        return failure_page(403, sentence_for(error.reason))

    @app.errorhandler(Invalid)
    def invalid(error: Invalid) -> ResponseReturnValue:
        return failure_page(422, sentence_for(error.code))

    @app.errorhandler(Exception)
    def crash(error: Exception) -> ResponseReturnValue:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        log.error("crash", extra={"endpoint": request.endpoint}, exc_info=error)
        return failure_page(500)
