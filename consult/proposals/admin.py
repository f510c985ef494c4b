"""The team's pages of what came on paper and from meetings: typed in, put right, withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import policies as consultation_policies
from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.core import clock
from consult.core.access import Decision, Need, access, require
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.core.numbers import number_in
from consult.core.web.forms import place, show_printable
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.proposals import paper, policies
from consult.proposals.forms import NO_QUESTION, PaperForm, ReasonForm
from consult.proposals.messages import CHANNELS
from consult.proposals.paper import PaperItem
from consult.proposals.rules import MAX_BODY, MAX_TITLE, PAPER

blueprint = Blueprint("paper_admin", __name__, url_prefix="/manage/consultations/<slug>/paper")


@blueprint.get("")
@access(Need.TEAM)
def index(slug: str) -> ResponseReturnValue:
    """What was typed in so far, newest first."""
    after = number_in(request.args.get("after"))
    with transaction() as session:
        consultation = _managed(
            consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        )
        listed = paper.list_paper(session, consultation_id=consultation.id, after=after)
    decision = _may_enter(consultation)
    return render_template(
        "manage/paper.html",
        consultation=consultation,
        may_manage=True,
        section="paper",
        listed=listed,
        continued=after is not None,
        may_enter=decision.allowed,
        reason="" if decision else sentence_for(decision.reason),
        channels=CHANNELS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def new(slug: str) -> ResponseReturnValue:
    """Type in a contribution; the next one may come from the same place."""
    consultation = _open(slug)
    form = PaperForm()
    form.offer(consultation.questions)
    if request.method == "GET":
        _begin(form)
    number = _run(form, lambda: _enter(form, consultation)) if request.method == "POST" else None
    if number is None:
        return _form_page(form, consultation, None)
    flash(_("Contribution %(number)s is published.", number=number), "success")
    if request.form.get("then") != "another":
        return redirect(url_for(".index", slug=slug), 303)
    again = {"channel": form.channel.data, "received_on": form.received_on.data, "source": form.source.data}
    return redirect(url_for(".new", slug=slug, **again), 303)


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def edit(slug: str, number: int) -> ResponseReturnValue:
    """Put right what was mistyped."""
    consultation, item = _public_item(slug, number)
    form = PaperForm(data=_stored(item))
    form.offer(consultation.questions)
    del form.author_key
    if request.method == "POST" and _run(form, lambda: _correct(form, consultation, number)) is not None:
        flash(_("Your changes are published."), "success")
        return redirect(url_for(".index", slug=slug), 303)
    return _form_page(form, consultation, item)


@blueprint.route("/<int:number>/withdraw", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Ask why, then take back what was typed in by mistake."""
    consultation, item = _public_item(slug, number)
    form = ReasonForm()
    if request.method == "POST" and _run(form, lambda: _withdraw(form, consultation, number)) is not None:
        flash(_("Contribution %(number)s is withdrawn.", number=number), "success")
        return redirect(url_for(".index", slug=slug), 303)
    show_printable(form)
    page = render_template(
        "manage/paper_withdraw.html",
        consultation=consultation,
        may_manage=True,
        section="paper",
        item=item,
        form=form,
    )
    return page, 422 if form.errors else 200


def _managed(consultation: ConsultationView) -> ConsultationView:
    require(consultation_policies.can_manage(current_actor(), organisation_id=consultation.organisation_id))
    return consultation


def _may_enter(consultation: ConsultationView) -> Decision:
    return policies.can_enter_paper(
        current_actor(),
        organisation_id=consultation.organisation_id,
        state=consultation.state,
        synthesis_published=consultation.synthesis_published_at is not None,
    )


def _open(slug: str) -> ConsultationView:
    """The consultation, where paper may still be typed in; else refused with the reason."""
    with transaction() as session:
        consultation = consultations.get_consultation(session, slug, actor=current_actor(), now=clock.now())
    require(_may_enter(consultation))
    return consultation


def _public_item(slug: str, number: int) -> tuple[ConsultationView, PaperItem]:
    consultation = _open(slug)
    with transaction() as session:
        item = paper.get_paper(session, consultation_id=consultation.id, number=number)
    require(policies.can_change_paper(item.status))
    return consultation, item


def _begin(form: PaperForm) -> None:
    """A name for this form, and what the one before it said of where it comes from."""
    form.token.data = secrets.token_urlsafe(16)
    if request.args.get("channel") in {item.value for item in PAPER}:
        form.channel.data = request.args["channel"]
    form.source.data = request.args.get("source", "")
    try:
        form.received_on.data = date.fromisoformat(request.args.get("received_on", ""))
    except ValueError:
        form.received_on.data = None


def _stored(item: PaperItem) -> dict[str, object]:
    return {
        "question": NO_QUESTION if item.question_number is None else str(item.question_number),
        "channel": item.channel.value,
        "received_on": item.received_on,
        "source": item.source,
        "title": item.title,
        "body": item.body,
        "author_name": item.author,
    }


def _run(form: PaperForm | ReasonForm, act: Callable[[], int]) -> int | None:
    """Do what a form asks for; None when something in it is wrong, which then stands beside its field."""
    if not form.validate():
        return None
    try:
        return act()
    except Invalid as error:
        place(form, error)
        return None


def _enter(form: PaperForm, consultation: ConsultationView) -> int:
    text, facts = form.prepared()
    with transaction(write=True) as session:
        return paper.enter_paper_contribution(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            question_number=form.question_number,
            text=text,
            facts=facts,
            token=form.named(),
            now=clock.now(),
        )


def _correct(form: PaperForm, consultation: ConsultationView, number: int) -> int:
    text, facts = form.prepared()
    with transaction(write=True) as session:
        paper.correct_paper_contribution(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            number=number,
            question_number=form.question_number,
            text=text,
            facts=facts,
            now=clock.now(),
        )
    return number


def _withdraw(form: ReasonForm, consultation: ConsultationView, number: int) -> int:
    with transaction(write=True) as session:
        paper.withdraw_paper_contribution(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            number=number,
            reason=form.reason.data or "",
            now=clock.now(),
        )
    return number


def _form_page(form: PaperForm, consultation: ConsultationView, item: PaperItem | None) -> ResponseReturnValue:
    show_printable(form)
    page = render_template(
        "manage/paper_form.html",
        consultation=consultation,
        may_manage=True,
        section="paper",
        form=form,
        item=item,
        longest={"title": MAX_TITLE, "body": MAX_BODY},
    )
    return page, 422 if form.errors else 200
