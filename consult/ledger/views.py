"""The public journal of a consultation."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.access import public
from consult.core.db import transaction
from consult.core.web.guard import current_actor
from consult.ledger import presentation, queries

blueprint = Blueprint("ledger", __name__, url_prefix="/consultations/<slug>")


@blueprint.get("/journal")
@public
def journal(slug: str) -> ResponseReturnValue:
    """What happened, entry by entry, the latest first; `?before=` a sequence number for older ones."""
    before = _place(request.args.get("before", ""))
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        head = queries.head_of(session, consultation.id)
        page = queries.journal_page(session, consultation.id, before=before)
    return render_template(
        "ledger/journal.html",
        consultation=consultation,
        section="statistics",
        head=head,
        entries=[presentation.entry_words(entry, consultation.time_zone) for entry in page.entries],
        before=page.before,
        is_first_page=before is None,
    )


def _place(text: str) -> int | None:
    """A sequence number; None for what is none, which then shows the newest entries."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
