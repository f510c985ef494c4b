"""For everybody: reporting a text, the public log. For authors: what was decided, and their answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.access import Need, access, public, require
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.web.forms import place, show_printable
from consult.core.web.guard import current_actor
from consult.core.web.languages import if_foreign
from consult.core.web.limits import limited
from consult.core.web.people import from_people
from consult.core.web.typography import typeset_html
from consult.moderation import policies, queries, records, reporting
from consult.moderation.forms import AnswerForm, ReportForm
from consult.moderation.messages import ACTS, KINDS, REASONS
from consult.moderation.rules import MAX_ANSWER
from consult.moderation.values import Item, Kind
from consult.proposals.values import Status

blueprint = Blueprint("moderation", __name__)


@blueprint.get("/consultations/<slug>/moderation")
@public
def log(slug: str) -> ResponseReturnValue:
    """What the team hid and restored, by month and reason, and each decision without names or words."""
    after = request.args.get("after")
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        found = records.public_log(session, consultation_id=consultation.id, after=after)
    return render_template(
        "moderation/log.html",
        consultation=consultation,
        section="statistics",
        log=found,
        continued=bool(after),
        acts=ACTS,
        kinds=KINDS,
        reasons=REASONS,
    )


@blueprint.route("/consultations/<slug>/contributions/<int:number>/report", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@from_people("report")
@limited("report")
def report_contribution(slug: str, number: int) -> ResponseReturnValue:
    """Report a contribution to the team."""
    return _report(slug, number, Item(Kind.CONTRIBUTION, number))


@blueprint.route(
    "/consultations/<slug>/contributions/<int:number>/comments/<int:comment_number>/report",
    methods=["GET", "POST"],
)
@access(Need.SIGNED_IN)
@from_people("report")
@limited("report")
def report_comment(slug: str, number: int, comment_number: int) -> ResponseReturnValue:
    """Report a comment to the team."""
    return _report(slug, number, Item(Kind.COMMENT, comment_number))


def _report(slug: str, number: int, item: Item) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=actor, now=clock.now())
        text = queries.get_item(session, consultation_id=consultation.id, kind=item.kind, number=item.number)
    if text.contribution_number != number or text.status is not Status.PUBLISHED or not text.above_stands:
        raise NotFound
    require(
        policies.can_report(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state,
            author_id=text.author_id,
        )
    )
    form = ReportForm()
    if form.validate_on_submit():
        try:
            reason = form.chosen_reason()
            with transaction(write=True) as session:
                is_new = reporting.report_text(
                    session,
                    actor=actor,
                    consultation_id=consultation.id,
                    item=item,
                    reason=reason,
                    words=form.words.data or "",
                    now=clock.now(),
                )
        except Invalid as error:
            form.place(error)
        else:
            flash(
                _("Thank you. The team will look at it; nobody else learns of your report.")
                if is_new
                else _("You have reported this already: the team will look at it."),
                "success" if is_new else "info",
            )
            anchor = f"comment-{item.number}" if item.kind is Kind.COMMENT else None
            return redirect(url_for("proposals.show", slug=slug, number=number, _anchor=anchor), 303)
    show_printable(form)
    page = render_template(
        "moderation/report.html",
        consultation=consultation,
        section="contributions",
        item=text,
        body=typeset_html(text.body_html, consultation.language),
        form=form,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/account/decisions/<int:decision_id>", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def decision(decision_id: int) -> ResponseReturnValue:
    """What was decided about one's own text, why, and the answer one may give once."""
    actor = current_actor()
    with transaction() as session:
        found = records.own_decision(session, decision_id=decision_id, person_id=actor.person_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction(write=True) as session:
                reporting.answer_decision(
                    session, actor=actor, decision_id=decision_id, body=form.body.data or "", now=clock.now()
                )
        except Invalid as error:
            place(form, error)
        else:
            flash(_("Your answer is sent. The team reads it and decides again; you are told."), "success")
            return redirect(url_for(".decision", decision_id=decision_id), 303)
    show_printable(form)
    page = render_template(
        "moderation/decision.html",
        decision=found,
        body=typeset_html(found.body_html, found.language),
        language=if_foreign(found.language),
        form=form,
        acts=ACTS,
        reasons=REASONS,
        longest=MAX_ANSWER,
    )
    return page, 422 if form.errors else 200
