"""While a text is being written: its draft kept, and how it will look. For scripts; nothing depends on them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from consult.core import clock
from consult.core.access import public
from consult.core.errors import Invalid
from consult.core.numbers import number_in
from consult.core.web.formats import time_of
from consult.core.web.fragments import fragment_of, refused_fragment
from consult.core.web.limits import limited
from consult.core.web.typography import typeset_html
from consult.proposals.drafts import DraftPart
from consult.proposals.rules import preview_html
from consult.proposals.views import blueprint
from consult.proposals.writing import keep_draft, open_draft


@blueprint.post("/new/draft")
@public
@limited("draft")
def save_draft(slug: str) -> ResponseReturnValue:
    """Keep what one of the steps holds so far; what it does not hold stays as it was."""
    consultation, _draft = open_draft(slug)
    typed = request.form
    question = number_in(typed.get("question"))
    if question not in {item.number for item in consultation.questions}:
        question = None
    keep_draft(consultation, DraftPart(question, typed.get("title"), typed.get("body")))
    moment = time_of(clock.now(), consultation.time_zone)
    return fragment_of(escape(_("Draft saved at %(time)s.", time=moment)), "draft")


@blueprint.post("/preview")
@public
@limited("preview")
def preview(slug: str) -> ResponseReturnValue:
    """How a contribution or a comment will look, for whoever may be writing one here."""
    consultation, _draft = open_draft(slug)
    try:
        html = preview_html(request.form.get("text", ""))
        return fragment_of(typeset_html(html, consultation.language), "preview")
    except Invalid as error:
        return refused_fragment(error, "preview")
