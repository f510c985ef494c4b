"""Counts who reads: after a consultation's page has been made, without a cookie and without holding it up.

What a page of a consultation is needs no list of endpoints: it is a page whose template was given the
consultation, so the facts that counting asks about are at hand and a returning reader costs no statement.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, request, template_rendered
from sqlalchemy.exc import SQLAlchemyError

from consult.audience import commands, rules
from consult.audience.counting import SALTS, SEEN, Salts, SeenReaders, build_salts
from consult.audience.errors import SaltUnavailable
from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core import clock
from consult.core.db import independent_transaction
from consult.core.errors import NotFound
from consult.core.networks import network_of
from consult.core.web.guard import current_actor
from consult.settings import Settings

log = logging.getLogger(__name__)
# A reader must not wait for a busy database: who is missed now is counted with their next page.
_PATIENCE, _PATIENCE_WHILE_BUSY = 2.0, 0.02
_BUSY = "consult_counting_busy"


def configure_counting(app: Flask, settings: Settings) -> None:
    """Count the readers of consultations from now on."""
    app.extensions[SALTS] = build_salts(settings)
    app.extensions[SEEN] = SeenReaders()
    template_rendered.connect(_note_consultation, app)

    @app.after_request
    def count(response: Response) -> Response:
        consultation: ConsultationView | None = g.get("consultation_shown")
        if consultation is not None and _is_read(response, consultation):
            _count_reader(app, consultation)
        return response


def _note_consultation(_app: Flask, context: dict[str, Any], **_signal: Any) -> None:
    shown = context.get("consultation")
    if isinstance(shown, ConsultationView):
        g.consultation_shown = shown


def _is_read(response: Response, consultation: ConsultationView) -> bool:
    """True for a page that a person asked for while the consultation is open, unless they are of its team."""
    return (
        request.method == "GET"
        and response.status_code in {200, 304}
        and response.mimetype == "text/html"
        and "slug" in (request.view_args or {})
        and consultation.state is State.OPEN
        and not _has_objected()
        and not current_actor().is_team_of(consultation.organisation_id)
        and not rules.is_ahead_of_reading(request.headers.get(name, "") for name in rules.PURPOSE_HEADERS)
    )


def _has_objected() -> bool:
    signals = (request.headers.get(name, "") for name in rules.OBJECTION_HEADERS)
    return rules.has_objected(request.cookies.get(rules.OBJECTION_COOKIE), signals)


def _count_reader(app: Flask, consultation: ConsultationView) -> None:
    """Count this request's reader unless they were seen today; whatever fails, the page goes out."""
    address = network_of(request.remote_addr)
    if address is None:
        return
    salts: Salts = app.extensions[SALTS]
    seen: SeenReaders = app.extensions[SEEN]
    user_agent = request.headers.get("User-Agent", "")
    now = clock.now()
    day = clock.civil_date(now, consultation.time_zone)
    try:
        salt = salts.salt(day, consultation.time_zone, now)
        reader_hash = rules.reader_hash(salt, consultation.id, address, user_agent)
        if reader_hash in seen or not rules.is_person(user_agent):
            return
        # After one reader waited in vain the next ones do not wait, until one is counted again.
        patience = _PATIENCE_WHILE_BUSY if app.extensions.get(_BUSY) else _PATIENCE
        with independent_transaction(patience=patience) as session:
            commands.count_reader(
                session, consultation_id=consultation.id, day=day, reader_hash=reader_hash, now=now
            )
        app.extensions[_BUSY] = False
    except (SQLAlchemyError, SaltUnavailable, NotFound) as error:
        app.extensions[_BUSY] = isinstance(error, SQLAlchemyError)
        # The kind of error only: its text could carry the hash.
        log.warning("audience.not_counted", extra={"error": type(error).__name__})
        return
    seen.add(reader_hash)
