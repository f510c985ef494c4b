"""Bringing a contribution step by step, changing it, and commenting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationView
from consult.core import clock
from consult.core.access import Decision, Need, access, public, require
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.numbers import number_in
from consult.core.web.forms import place, show_printable
from consult.core.web.fragments import wants_fragment
from consult.core.web.guard import current_actor
from consult.core.web.limits import limited
from consult.core.web.people import asks_for_proof, from_people
from consult.core.web.typography import typeset_html
from consult.proposals import commands, comments, drafts, own_acts, policies, queries
from consult.proposals.drafts import DraftOwner, DraftPart, DraftText
from consult.proposals.forms import (
    CommentForm,
    EditForm,
    IdeaForm,
    SendForm,
    TextForm,
)
from consult.proposals.presentation import Card, cards, foreign_language
from consult.proposals.rules import MAX_BODY, MAX_TITLE, check_title, prepare_comment, prepare_contribution
from consult.proposals.values import Stance, Status
from consult.proposals.views import (
    blueprint,
    load_contribution,
    render_contribution,
    require_shown,
    seen_by_actor,
)


@dataclass(frozen=True)
class Step:
    """A step of the way to a contribution, for `stepper`."""

    label: str
    status: str
    url: str | None


def _is_signed_in() -> bool:
    return current_actor().is_signed_in


def _is_new_author() -> bool:
    """True for somebody who has nothing published yet: their first contribution asks for a proof of work."""
    person_id = current_actor().person_id
    if person_id is None or not asks_for_proof("contribution"):
        return False
    with transaction() as database:
        return not own_acts.has_contributed(database, person_id)


@blueprint.route("/new", methods=["GET", "POST"])
@public
@from_people("idea")
@limited("draft")
def new(slug: str) -> ResponseReturnValue:
    """First step: which question, and the idea in one sentence."""
    consultation, draft = open_draft(slug)
    form = IdeaForm()
    form.offer(consultation.questions)
    if request.method == "GET":
        form.title.data = draft.title
        if "question" in form:
            form.question.data = request.args.get("question") or str(draft.question_number or "")
    elif _valid_idea(form):
        keep_draft(consultation, DraftPart(form.question_number, title=form.title.data or ""))
        return redirect(url_for(".new_text", slug=slug), 303)
    return _step(consultation, 1, form), 422 if form.errors else 200


@blueprint.route("/new/text", methods=["GET", "POST"])
@public
@limited("draft")
@limited("search", reads=True)
def new_text(slug: str) -> ResponseReturnValue:
    """Second step: does one of these say it already? Else the text."""
    consultation, draft = open_draft(slug)
    if not draft.title:
        if request.method == "POST":  # its draft was published or deleted in another window: the text is kept
            keep_draft(consultation, DraftPart(body=request.form.get("body")))
        return redirect(url_for(".new", slug=slug), 303)
    form = TextForm()
    if request.method == "GET":
        form.body.data = draft.body
    elif form.validate():
        keep_draft(consultation, DraftPart(body=form.body.data or ""))
        try:
            prepare_contribution(draft.title, form.body.data or "")
        except Invalid as error:
            place(form, error)
        else:
            return redirect(url_for(".new_preview", slug=slug), 303)
    with transaction() as database:
        similar = queries.similar_contributions(database, consultation_id=consultation.id, title=draft.title)
    page = _step(consultation, 2, form, draft=draft, similar=cards(consultation, similar))
    return page, 422 if form.errors else 200


@blueprint.route("/new/preview", methods=["GET", "POST"])
@public
@from_people("contribution", when=_is_signed_in, proof_when=_is_new_author)
@limited("contribution")
def new_preview(slug: str) -> ResponseReturnValue:
    """Third step: read it as others will, then publish."""
    consultation, draft = open_draft(slug)
    try:
        text = prepare_contribution(draft.title, draft.body)
    except Invalid as error:
        return redirect(url_for(".new" if error.field == "title" else ".new_text", slug=slug), 303)
    form = SendForm()
    if form.validate_on_submit():
        if not current_actor().is_signed_in:
            return redirect(url_for("accounts.sign_in", next=url_for(".new_preview", slug=slug)), 303)
        with transaction(write=True) as database:
            # A button pressed twice sends the form twice: only one of them finds the draft and publishes it.
            if not drafts.discard_draft(database, consultation_id=consultation.id, owner=draft_owner()):
                return redirect(url_for(".index", slug=slug), 303)
            number = commands.publish_contribution(
                database,
                actor=current_actor(),
                consultation_id=consultation.id,
                question_number=draft.question_number,
                text=text,
                now=clock.now(),
            )
            received = queries.get_contribution(
                database, consultation_id=consultation.id, number=number, person_id=None
            )
        flash(_received(received), "success")
        return redirect(url_for(".show", slug=slug, number=number), 303)
    return _step(
        consultation,
        3,
        form,
        draft=draft,
        body_html=typeset_html(text.body_html, consultation.language),
        question=next((item for item in consultation.questions if item.number == draft.question_number), None),
        signed_in=current_actor().is_signed_in,
        asks_proof=_is_new_author(),
        sign_in_url=url_for("accounts.sign_in", next=url_for(".new_preview", slug=slug)),
    )


@blueprint.get("/new/discard")
@public
def ask_to_discard(slug: str) -> ResponseReturnValue:
    """Show what would be forgotten, and ask."""
    with transaction() as database:
        consultation = consultations.get_consultation(database, slug, actor=current_actor(), now=clock.now())
        draft = drafts.get_draft(database, consultation_id=consultation.id, owner=draft_owner())
    if draft is None:
        return redirect(url_for(".index", slug=slug), 303)
    return render_template(
        "proposals/discard.html",
        consultation=consultation,
        section="contributions",
        draft=draft,
        language=foreign_language(consultation),
        form=SendForm(),
    )


@blueprint.post("/new/discard")
@public
@limited("change")
def discard(slug: str) -> ResponseReturnValue:
    """Forget the draft."""
    with transaction(write=True) as database:
        consultation = consultations.get_consultation(database, slug, actor=current_actor(), now=clock.now())
        drafts.discard_draft(database, consultation_id=consultation.id, owner=draft_owner())
    flash(_("Your draft is deleted."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def edit(slug: str, number: int) -> ResponseReturnValue:
    """Change one's contribution; the earlier text stays readable."""
    consultation, contribution = _own(slug, number, policies.can_change)
    form = EditForm()
    form.offer(consultation.questions)
    preview = None
    if request.method == "GET":
        form.title.data, form.body.data = contribution.title, contribution.body
        if "question" in form:
            form.question.data = str(contribution.question_number or "")
    elif form.validate():
        try:
            text = prepare_contribution(form.title.data or "", form.body.data or "")
            if "preview" not in request.form:
                with transaction(write=True) as database:
                    commands.edit_contribution(
                        database,
                        actor=current_actor(),
                        consultation_id=consultation.id,
                        number=number,
                        question_number=form.question_number,
                        text=text,
                        now=clock.now(),
                    )
                flash(_("Your changes are published."), "success")
                return redirect(url_for(".show", slug=slug, number=number), 303)
            preview = typeset_html(text.body_html, consultation.language)
        except Invalid as error:
            place(form, error)
    show_printable(form)
    page = render_template(
        "proposals/edit.html",
        consultation=consultation,
        section="contributions",
        contribution=contribution,
        form=form,
        preview=preview,
        longest={"title": MAX_TITLE, "body": MAX_BODY},
    )
    return page, 422 if form.errors else 200


@blueprint.route("/<int:number>/withdraw", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Ask, then take one's contribution down."""
    consultation, contribution = _own(slug, number, policies.can_withdraw)
    form = SendForm()
    if form.validate_on_submit():
        with transaction(write=True) as database:
            commands.withdraw_contribution(
                database,
                actor=current_actor(),
                consultation_id=consultation.id,
                number=number,
                now=clock.now(),
            )
        flash(_("Your contribution is withdrawn."), "success")
        return redirect(url_for(".index", slug=slug), 303)
    return render_template(
        "proposals/withdraw.html",
        consultation=consultation,
        section="contributions",
        contribution=contribution,
        form=form,
    )


@blueprint.post("/<int:number>/comments")
@access(Need.SIGNED_IN)
@from_people("comment")
@limited("comment")
def comment(slug: str, number: int) -> ResponseReturnValue:
    """Publish a comment or a reply; a reply to what cannot be a comment is not made a comment of its own."""
    form = CommentForm()
    if form.parent.data and form.parent_number is None:
        raise NotFound
    try:
        if not form.validate():
            return render_contribution(slug, number, form, status=422)
        text = prepare_comment(form.body.data or "")
    except Invalid as error:
        place(form, error)
        return render_contribution(slug, number, form, status=422)
    with seen_by_actor(slug, number), transaction(write=True) as database:
        published = comments.publish_comment(
            database,
            actor=current_actor(),
            consultation_id=consultations.consultation_id(database, slug),
            contribution_number=number,
            stance=Stance(form.stance.data or Stance.NEUTRAL),
            text=text,
            parent_number=form.parent_number,
            now=clock.now(),
        )
        received = queries.get_comment(
            database,
            consultation_id=consultations.consultation_id(database, slug),
            number=published,
            person_id=current_actor().person_id,
        )
    said = (
        _("Your comment is received. It is published once the team has read it.")
        if received.status is Status.HELD
        else _("Your comment is published.")
    )
    if wants_fragment("discussion"):
        return render_contribution(slug, number, CommentForm(formdata=None), published=published, said=said)
    flash(said, "success")
    after = number_in(request.args.get("after"))
    return redirect(url_for(".show", slug=slug, number=number, after=after, _anchor=f"comment-{published}"), 303)


@blueprint.route("/<int:number>/comments/<int:comment_number>/withdraw", methods=["GET", "POST"])
@access(Need.SIGNED_IN)
@limited("change")
def withdraw_comment(slug: str, number: int, comment_number: int) -> ResponseReturnValue:
    """Ask, then take one's own comment down."""
    form = SendForm()
    if form.validate_on_submit():
        with seen_by_actor(slug, number), transaction(write=True) as database:
            comments.withdraw_comment(
                database,
                actor=current_actor(),
                consultation_id=consultations.consultation_id(database, slug),
                number=comment_number,
                now=clock.now(),
            )
        flash(_("Your comment is withdrawn."), "success")
        return redirect(url_for(".show", slug=slug, number=number), 303)
    with transaction() as database:
        consultation, contribution = load_contribution(database, slug, number)
        quoted = queries.get_comment(
            database, consultation_id=consultation.id, number=comment_number, person_id=current_actor().person_id
        )
    if quoted.author_id != current_actor().person_id:
        abort(403)
    return render_template(
        "proposals/withdraw_comment.html",
        consultation=consultation,
        section="contributions",
        contribution=contribution,
        quoted=quoted,
        quoted_html=typeset_html(quoted.body_html, consultation.language),
        form=form,
    )


def open_draft(slug: str) -> tuple[ConsultationView, DraftText]:
    """The consultation and this reader's draft; refuses whoever could not publish it even when signed in."""
    actor = current_actor()
    with transaction() as database:
        consultation = consultations.get_consultation(database, slug, actor=actor, now=clock.now())
        draft = drafts.get_draft(database, consultation_id=consultation.id, owner=draft_owner())
    decision = policies.can_contribute(
        actor, organisation_id=consultation.organisation_id, state=consultation.state
    )
    if decision.reason != "sign_in_first":
        require(decision)
    return consultation, draft or DraftText()


def _own(
    slug: str, number: int, may: Callable[..., Decision]
) -> tuple[ConsultationView, queries.ContributionView]:
    with transaction() as database:
        consultation, contribution = load_contribution(database, slug, number)
    require_shown(consultation, contribution)
    require(
        may(
            current_actor(),
            organisation_id=consultation.organisation_id,
            state=consultation.state,
            author_id=contribution.author_id,
            status=contribution.status,
        )
    )
    return consultation, contribution


def _received(contribution: queries.ContributionView) -> str:
    """What became of a contribution that was sent."""
    number = contribution.number
    if contribution.status is Status.HELD:
        return _(
            "Thank you! Your contribution no. %(number)s is received. It is published once the team has read it.",
            number=number,
        )
    return _("Thank you! Your contribution no. %(number)s is published.", number=number)


def draft_owner() -> DraftOwner:
    """Whose draft this request is about."""
    return DraftOwner(current_actor().person_id, getattr(session, "browser_id", None))


def keep_draft(consultation: ConsultationView, part: DraftPart) -> None:
    """Store what was typed as this reader's draft."""
    with transaction(write=True) as database:
        drafts.save_draft(
            database, consultation_id=consultation.id, owner=draft_owner(), part=part, now=clock.now()
        )


def _valid_idea(form: IdeaForm) -> bool:
    if not form.validate():
        return False
    try:
        form.title.data = check_title(form.title.data or "")
        if "question" in form and form.question_number not in form.offered:
            raise Invalid("question", "question_missing")
    except Invalid as error:
        place(form, error)
        return False
    return True


def _step(consultation: ConsultationView, current: int, form: FlaskForm, **values: object) -> str:
    show_printable(form)
    slug = consultation.slug
    labels = (
        (_("Your idea"), url_for(".new", slug=slug)),
        (_("Your text"), url_for(".new_text", slug=slug)),
        (_("Read again and publish"), None),
    )
    steps = [
        Step(label, "done" if position < current else "current" if position == current else "todo", address)
        for position, (label, address) in enumerate(labels, 1)
    ]
    similar: tuple[Card, ...] = ()
    return render_template(
        f"proposals/new_{current}.html",
        **{
            "consultation": consultation,
            "section": "contributions",
            "form": form,
            "steps": steps,
            "similar": similar,
            "longest": MAX_TITLE if current == 1 else MAX_BODY,
            "language": foreign_language(consultation),
            **values,
        },
    )
