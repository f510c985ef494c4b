"""The team's pages of a consultation: create, edit, preview, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from consult.consultations import commands, forms, policies, queries, rules, views
from consult.consultations.forms import ConsultationDraft, ConsultationForm, CreationForm
from consult.consultations.messages import WARNINGS
from consult.consultations.presentation import as_if_published
from consult.consultations.queries import ConsultationView, TestimonyView
from consult.consultations.rules import ConsultationText
from consult.consultations.values import State
from consult.core import clock
from consult.core.access import Need, access, require
from consult.core.clock import civil_date
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.core.slugs import slug_from
from consult.core.web.fragments import fragment_of, refused_fragment
from consult.core.web.guard import current_actor
from consult.core.web.languages import current_language
from consult.core.web.limits import limited
from consult.core.web.sentences import sentence_for
from consult.core.web.typography import typeset_html
from consult.organisations import commands as organisation_commands
from consult.organisations import policies as organisation_policies
from consult.organisations import queries as organisation_queries
from consult.organisations.queries import OrganisationView

blueprint = Blueprint("consultations_admin", __name__, url_prefix="/manage/consultations")
EMPTY_ROWS = 2


@blueprint.route("/new", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def create() -> ResponseReturnValue:
    """Write a new consultation; on a fresh installation its organisation too."""
    actor = current_actor()
    require(policies.can_create(actor))
    with transaction() as session:
        organisations = [
            item
            for item in organisation_queries.list_organisations(session)
            if policies.can_manage(actor, organisation_id=item.id)
        ]
    blank = {"language": current_language(), "questions": [{"text": ""}] * EMPTY_ROWS}
    form = CreationForm(formdata=_typed(), data=blank)
    form.offer(organisations, may_found=bool(organisation_policies.can_found(actor)))
    _ask_outcome(form, asked=False)
    if _is_sent() and form.validate():
        try:
            slug = _create(form, organisations)
        except Invalid as error:
            form.place(error)
        else:
            flash(_("The draft is saved. Only your team sees it until it is published."), "success")
            return redirect(_next_page(slug), 303)
    return _form_page(form, None)


@blueprint.route("/<slug>/edit", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def edit(slug: str) -> ResponseReturnValue:
    """Change texts, questions, testimonies and, within the rules, dates."""
    consultation, testimonies, based_on = _stored(slug)
    kept = _kept_questions(consultation)
    shown = forms.stored_values(consultation, testimonies, based_on)
    if not kept:
        shown["questions"].append({"text": ""})
    form = ConsultationForm(formdata=_typed(kept), data=shown)
    _ask_outcome(form, asked=consultation.state is State.CLOSED)
    if _is_sent() and form.validate():
        try:
            slug = _update(form, consultation)
        except Invalid as error:
            form.place(error)
            if error.code == "edited_meanwhile":
                # Saving once more is then a decision: the other version has been announced.
                form.based_on.data = based_on
        else:
            flash(_("Your changes are saved."), "success")
            return redirect(_next_page(slug), 303)
    return _form_page(form, consultation)


@blueprint.get("/<slug>/preview")
@access(Need.TEAM)
def preview(slug: str) -> ResponseReturnValue:
    """The public page as it will look on a day (`?on=`), were it published by then."""
    consultation, _testimonies, _based_on = _stored(slug)
    form = forms.PreviewForm(request.args)
    right = form.validate() and (form.on.data is None or rules.is_plausible(form.on.data))
    if not right and not form.on.errors:
        form.on.errors = [sentence_for("day_out_of_range")]
    chosen = form.on.data if right else None
    day = chosen or max(consultation.opens_on, _today(consultation))
    at = rules.noon(day, consultation.time_zone)
    shown = as_if_published(consultation, at)
    if chosen is None and right:
        form.on.data = day
    with clock.frozen_at(at):
        page = render_template(
            "manage/preview.html",
            form=form,
            day=day,
            stored=consultation,
            consultation=shown,
            section="introduction",
            text=typeset_html(shown.introduction_html, shown.language),
            steps=views.life_of(shown),
            reason="",
        )
    return page, 200 if right else 422


@blueprint.post("/text-preview")
@access(Need.TEAM)
@limited("preview")
def preview_text() -> ResponseReturnValue:
    """How a text of the form will look, while it is being written."""
    require(policies.can_create(current_actor()))
    try:
        return fragment_of(rules.preview_html(request.form.get("text", "")), "preview")
    except Invalid as error:
        return refused_fragment(error, "preview")


@blueprint.route("/<slug>/publish", methods=["GET", "POST"])
@access(Need.TEAM)
@limited("manage")
def publish(slug: str) -> ResponseReturnValue:
    """Say what becomes visible when and what cannot be undone, then publish."""
    consultation, testimonies, _based_on = _stored(slug)
    if consultation.state is not State.DRAFT:
        flash(_("This consultation is published already."), "info")
        return redirect(url_for(".edit", slug=slug), 303)
    today = _today(consultation)
    problem = sentence_for("closes_in_the_past") if consultation.closes_on < today else ""
    form = forms.Confirmation()
    if form.validate_on_submit() and not problem:
        with transaction(write=True) as session:
            commands.publish_consultation(
                session, actor=current_actor(), consultation_id=consultation.id, now=clock.now()
            )
        flash(_("The consultation is published."), "success")
        return redirect(url_for("consultations.introduction", slug=slug), 303)
    page = render_template(
        "manage/publish.html",
        form=form,
        consultation=consultation,
        may_manage=True,
        section="publish",
        problem=problem,
        opens_at_once=consultation.opens_on <= today,
        warnings=[WARNINGS[code] for code in _doubts(consultation, testimonies, today)],
        testimonies=testimonies,
    )
    return page, 422 if request.method == "POST" else 200


def _stored(slug: str) -> tuple[ConsultationView, tuple[TestimonyView, ...], str]:
    """The consultation that this person may manage, its testimonies and the fingerprint of its texts."""
    actor = current_actor()
    with transaction() as session:
        consultation = queries.get_consultation(session, slug, actor=actor, now=clock.now())
        require(policies.can_manage(actor, organisation_id=consultation.organisation_id))
        return (
            consultation,
            queries.list_testimonies(session, consultation.id),
            queries.text_fingerprint(session, consultation.id),
        )


def _today(consultation: ConsultationView) -> date:
    return civil_date(clock.now(), consultation.time_zone)


def _doubts(consultation: ConsultationView, testimonies: Sequence[TestimonyView], today: date) -> tuple[str, ...]:
    return rules.missing_before_publication(
        introduction=consultation.introduction,
        questions=len(consultation.questions),
        commitment=consultation.decides + consultation.decided_when + consultation.not_negotiable,
        consents=[item.consent for item in testimonies],
        opens_on=consultation.opens_on,
        today=today,
    )


def _typed(kept_questions: int = 0) -> MultiDict[str, str] | None:
    """What the form sent, with the row added, moved or removed that its button asked for."""
    if request.method != "POST":
        return None
    return forms.rearranged(request.form, request.form.get("row", ""), kept_questions=kept_questions)


def _is_sent() -> bool:
    """True when the form is to be saved, not only shown with other rows."""
    return request.method == "POST" and "row" not in request.form


def _kept_questions(consultation: ConsultationView) -> int:
    """Once people can answer them, questions neither move nor go."""
    return len(consultation.questions) if consultation.state in {State.OPEN, State.CLOSED} else 0


def _ask_outcome(form: ConsultationForm, *, asked: bool) -> None:
    if not asked:
        del form.outcome
        del form.outcome_on


def _form_page(form: ConsultationForm, consultation: ConsultationView | None) -> ResponseReturnValue:
    form.name_rows()
    form.show_printable()
    form.slug.flags.required = consultation is not None and consultation.state is not State.DRAFT
    page = render_template(
        "manage/consultation_form.html",
        form=form,
        mistakes=forms.Mistakes(form),
        consultation=consultation,
        may_manage=True,
        section="edit",
        kept_questions=_kept_questions(consultation) if consultation else 0,
        most_rows=forms.MAX_ROWS,
    )
    return page, 422 if _is_sent() else 200


def _next_page(slug: str) -> str:
    """Where the button that was used leads: back to the form, or to the preview."""
    return url_for(".preview" if request.form.get("then") == "preview" else ".edit", slug=slug)


def _create(form: CreationForm, organisations: Sequence[OrganisationView]) -> str:
    """Store a new draft and, where the form describes one, its organisation; returns the slug."""
    draft = form.draft()
    text = _prepared(draft, slug=draft.slug or _proposed_slug(draft))
    actor, now = current_actor(), clock.now()
    with transaction(write=True) as session:
        if form.founds_one:
            organisation_id = organisation_commands.found_organisation(
                session,
                actor=actor,
                name=form.organisation_name.data or "",
                time_zone=form.time_zone.data,
                now=now,
            )
        else:
            chosen = form.organisation.data if "organisation" in form else organisations[0].id
            organisation_id = int(chosen)
        if not draft.slug:
            text = replace(text, slug=queries.free_slug(session, text.slug))
        commands.create_consultation(session, actor=actor, organisation_id=organisation_id, text=text, now=now)
    return text.slug


def _update(form: ConsultationForm, consultation: ConsultationView) -> str:
    """Save what the form holds; returns the slug, which may have changed."""
    draft = form.draft()
    slug = draft.slug or (_proposed_slug(draft) if consultation.state is State.DRAFT else consultation.slug)
    outcome, outcome_on = consultation.outcome, consultation.outcome_on
    if draft.outcome is not None:
        outcome = draft.outcome
        outcome_on = (draft.outcome_on or _today(consultation)) if outcome else None
    text = _prepared(draft, slug=slug, outcome=outcome, outcome_on=outcome_on)
    with transaction(write=True) as session:
        if not draft.slug and slug != consultation.slug:
            text = replace(text, slug=queries.free_slug(session, slug))
        commands.update_consultation(
            session,
            actor=current_actor(),
            consultation_id=consultation.id,
            text=text,
            now=clock.now(),
            based_on=form.based_on.data or "",
        )
    return text.slug


def _proposed_slug(draft: ConsultationDraft) -> str:
    return slug_from(draft.title, limit=rules.MAX_SLUG, otherwise="consultation")


def _prepared(
    draft: ConsultationDraft, *, slug: str, outcome: str = "", outcome_on: date | None = None
) -> ConsultationText:
    """Check and render what was typed, before any lock is taken. Raises `Invalid` naming the field."""
    return rules.prepare_consultation(
        slug=slug,
        title=draft.title,
        summary=draft.summary,
        language=draft.language,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        introduction=draft.introduction,
        about=draft.about,
        decides=draft.decides,
        decided_when=draft.decided_when,
        not_negotiable=draft.not_negotiable,
        questions=draft.questions,
        testimonies=tuple(_prepared_testimony(item) for item in draft.testimonies),
        outcome=outcome,
        outcome_on=outcome_on,
        hold_first_posts=draft.hold_first_posts,
    )


def _prepared_testimony(item: forms.TestimonyDraft) -> rules.TestimonyText:
    try:
        return rules.prepare_testimony(
            name=item.name, role=item.role, organisation=item.organisation, quote=item.quote, consent=item.consent
        )
    except Invalid as error:
        raise Invalid(f"{item.row}-{error.field}", error.code) from error
