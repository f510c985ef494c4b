"""The team's page of the synthesis: its editions, and its publication."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import policies as consultation_policies
from consult.consultations import queries as consultations
from consult.consultations.forms import Confirmation
from consult.core import clock
from consult.core.access import Need, Refused, access, require
from consult.core.db import transaction
from consult.core.web.formats import instant
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.reports import commands, policies
from consult.reports.queries import editions
from consult.reports.queries.changes import changes_since_close

blueprint = Blueprint("reports_admin", __name__, url_prefix="/manage/consultations/<slug>/synthesis")


@blueprint.route("", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def synthesis(slug: str) -> ResponseReturnValue:
    """Say what a publication ends, then publish; what is not ready is asked for."""
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=actor, now=now)
        require(consultation_policies.can_manage(actor, organisation_id=consultation.organisation_id))
        ready = editions.publishable_editions(session, consultation, now)
        late = changes_since_close(session, consultation)
    decision = policies.can_publish_synthesis(
        actor,
        organisation_id=consultation.organisation_id,
        state=consultation.state,
        published=consultation.synthesis_published_at is not None,
    )
    form = Confirmation()
    if form.validate_on_submit():
        require(decision)
        flash(*_publish(consultation.id))
        return redirect(url_for(".synthesis", slug=slug), 303)
    edition = ready.get(consultation.language)
    return render_template(
        "manage/synthesis.html",
        consultation=consultation,
        may_manage=True,
        section="synthesis",
        form=form,
        may_publish=decision.allowed,
        reason="" if decision else sentence_for(decision.reason),
        edition_label=instant(edition.as_of, consultation.time_zone) if edition else "",
        late_papers=sum(item.entered_at is not None for item in late.papers),
    )


def _publish(consultation_id: int) -> tuple[str, str]:
    """What to tell: that it is published, or that it is being prepared (and then ask for it)."""
    try:
        with transaction(write=True) as session:
            commands.publish_synthesis(
                session, actor=current_actor(), consultation_id=consultation_id, now=clock.now()
            )
    except Refused as refusal:
        if refusal.reason != "synthesis_not_ready":
            raise
        with transaction(write=True) as session:
            commands.request_final_editions(session, consultation_id, clock.now())
        return sentence_for(refusal.reason), "info"
    return _("The synthesis is published."), "success"
