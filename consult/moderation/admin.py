"""The team's pages of moderation: what was written, and hiding or restoring it with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import policies as consultation_policies
from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.core import clock
from consult.core.access import Need, access, require
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.core.html import safe_html
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.moderation import commands, policies, queries
from consult.moderation.forms import DecisionForm
from consult.moderation.messages import ACTS, REASONS
from consult.moderation.queries import ModerationItem
from consult.moderation.values import Act, Kind

blueprint = Blueprint("moderation_admin", __name__, url_prefix="/manage/consultations/<slug>/moderation")

_COMMANDS = {
    (Kind.CONTRIBUTION, Act.HIDE): commands.hide_contribution,
    (Kind.CONTRIBUTION, Act.RESTORE): commands.restore_contribution,
    (Kind.COMMENT, Act.HIDE): commands.hide_comment,
    (Kind.COMMENT, Act.RESTORE): commands.restore_comment,
}


@blueprint.get("")
@access(Need.TEAM)
def index(slug: str) -> ResponseReturnValue:
    """Contributions and comments, newest first: all of them, or the hidden ones."""
    hidden_only = request.args.get("show") == "hidden"
    after = request.args.get("after")
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        listed = queries.list_items(session, consultation_id=consultation.id, hidden_only=hidden_only, after=after)
    return render_template(
        "manage/moderation.html",
        consultation=consultation,
        may_manage=_may_manage(consultation),
        section="moderation",
        listed=listed,
        hidden_only=hidden_only,
        continued=bool(after),
        reasons=REASONS,
    )


@blueprint.route("/contributions/<int:number>", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def contribution(slug: str, number: int) -> ResponseReturnValue:
    """One contribution: hide it or restore it."""
    return _decide(slug, Kind.CONTRIBUTION, number)


@blueprint.route("/comments/<int:number>", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def comment(slug: str, number: int) -> ResponseReturnValue:
    """One comment: hide it or restore it."""
    return _decide(slug, Kind.COMMENT, number)


def _decide(slug: str, kind: Kind, number: int) -> ResponseReturnValue:
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        require(policies.can_moderate(current_actor(), organisation_id=consultation.organisation_id))
        item = queries.get_item(session, consultation_id=consultation.id, kind=kind, number=number)
    if request.method == "GET":
        return _item_page(consultation, item, DecisionForm(item.offered, None) if item.offered else None)
    # What the sent page offered counts: if a colleague was faster, the command says so.
    act = Act.RESTORE if request.form.get("act") == Act.RESTORE else Act.HIDE
    form = DecisionForm(act, request.form)
    if form.validate():
        try:
            _run(form, consultation, kind, number)
        except Invalid as error:
            form.place(error)
        else:
            flash(_("This is hidden now.") if act is Act.HIDE else _("This is public again."), "success")
            return redirect(url_for(f".{kind.value}", slug=slug, number=number), 303)
    return _item_page(consultation, item, form), 422


def _run(form: DecisionForm, consultation: ConsultationView, kind: Kind, number: int) -> None:
    reason = form.chosen_reason()
    with transaction(write=True) as session:
        _COMMANDS[kind, form.chosen_act](
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            number=number,
            reason=reason,
            words=form.words.data or "",
            now=clock.now(),
        )


def _item_page(consultation: ConsultationView, item: ModerationItem, form: DecisionForm | None) -> str:
    return render_template(
        "manage/moderation_item.html",
        consultation=consultation,
        may_manage=_may_manage(consultation),
        section="moderation",
        item=item,
        body=safe_html(item.body_html),
        form=form,
        reasons=REASONS,
        acts=ACTS,
    )


def _may_manage(consultation: ConsultationView) -> bool:
    return bool(consultation_policies.can_manage(current_actor(), organisation_id=consultation.organisation_id))
