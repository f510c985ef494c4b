"""Pages for what went wrong: what happened, and what to do next."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from consult.core.access import Refused
from consult.core.errors import Invalid, NotFound
from consult.core.web.guard import forget_actor
from consult.core.web.sentences import sentence_for

log = logging.getLogger(__name__)


def _words(status: int) -> tuple[str, str]:
    """Title and text of the page for an HTTP status."""
    known = {
        400: (
            _("This request could not be understood"),
            _("Go back to the previous page, reload it and try again."),
        ),
        401: (_("Please sign in first"), _("This action is for people who have signed in.")),
        403: (_("You may not do this"), _("Your account does not have access to this page.")),
        404: (
            _("This page does not exist"),
            _("The address may be mistyped, or what it showed is no longer public."),
        ),
        405: (_("This address does not work that way"), _("Use the buttons of the page instead.")),
        410: (_("This has been withdrawn"), _("Its author or the organisation took it down.")),
        413: (_("This is too large"), _("Shorten your text and send it again.")),
        422: (_("This could not be accepted"), _("Correct what you entered and send it again.")),
        429: (
            _("Too many attempts"),
            _("For everyone’s safety, please wait a few minutes before you try again."),
        ),
        503: (_("Back in a moment"), _("The service is being updated. Please try again in a few minutes.")),
    }
    return known.get(
        status,
        (
            _("Something broke on our side"),
            _("What you sent may not have been recorded. Please try again in a few minutes."),
        ),
    )


def failure_page(status: int, text: str | None = None) -> ResponseReturnValue:
    """The page for a status; `text` replaces the general words by a precise sentence."""
    title, general = _words(status)
    page = render_template("errors/error.html", status=status, title=title, text=text or general)
    return page, status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, OperationalError):
        return _database_down(error.original_exception)  # when the session was to be stored, after the view
    if error.code is None or error.code < 400:
        return error
    return failure_page(error.code)


def _database_down(error: OperationalError) -> ResponseReturnValue:
    log.error("database.unavailable", exc_info=error)
    forget_actor()
    return failure_page(503)


def configure_failures(app: Flask) -> None:
    """Answer HTTP errors, refusals and crashes with pages."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_down)

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> ResponseReturnValue:
        return failure_page(
            400,
            _("This form had expired. Go back to the previous page, reload it and send it again."),
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
