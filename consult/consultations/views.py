"""The reading pages of a consultation: introduction, digest and testimonies; where it stands in its life."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.consultations import policies, queries
from consult.consultations.presentation import as_shown
from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core import clock
from consult.core.access import public
from consult.core.clock import civil_date
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.web.formats import day
from consult.core.web.fragments import fragment
from consult.core.web.guard import current_actor
from consult.core.web.typography import typeset_html

blueprint = Blueprint("consultations", __name__, url_prefix="/consultations")
blueprint.add_app_template_filter(as_shown)  # what the frame of its pages shows of it
# Seconds that a cache may answer for us: however many pages stay open, the database is asked once in that time.
FIGURES_KEPT = 10


@dataclass(frozen=True)
class Step:
    """A step of a consultation's life as the timeline draws it; `status` is past, current or future."""

    label: str
    date_label: str
    iso: str
    status: str


@blueprint.get("/<slug>")
@public
def introduction(slug: str) -> ResponseReturnValue:
    """Why it is held, its questions, its figures and the one thing to do now."""
    consultation = _read(slug)
    decision = policies.can_act(
        current_actor(), organisation_id=consultation.organisation_id, state=consultation.state
    )
    return render_template(
        "consultations/introduction.html",
        consultation=consultation,
        section="introduction",
        text=typeset_html(consultation.introduction_html, consultation.language),
        steps=life_of(consultation),
        # A visitor is led to the form, which asks to sign in; only the team is told that it does not act.
        reason="" if decision.reason == "sign_in_first" else decision.reason,
    )


@blueprint.get("/<slug>/figures")
@public
def figures(slug: str) -> ResponseReturnValue:
    """The figures by themselves, for a page that stays open: the same for everybody, and no visit."""
    consultation = _read(slug)
    if consultation.state not in {State.OPEN, State.CLOSED}:
        raise NotFound
    response = fragment("consultations/introduction.html", "figures", consultation=consultation)
    response.cache_control.public = True
    response.cache_control.max_age = FIGURES_KEPT
    response.add_etag(weak=True)
    return response.make_conditional(request)


@blueprint.get("/<slug>/about")
@public
def about(slug: str) -> ResponseReturnValue:
    """The digest: what people need to know in order to answer."""
    consultation = _read(slug)
    return render_template(
        "consultations/about.html",
        consultation=consultation,
        section="about",
        text=typeset_html(consultation.about_html, consultation.language),
    )


@blueprint.get("/<slug>/testimonies")
@public
def testimonies(slug: str) -> ResponseReturnValue:
    """The voices that the team collected, in its order."""
    with transaction() as session:
        consultation = queries.get_consultation(session, slug, actor=current_actor(), now=clock.now())
        voices = queries.list_testimonies(session, consultation.id)
    return render_template(
        "consultations/testimonies.html",
        consultation=consultation,
        section="testimonies",
        testimonies=[(voice, typeset_html(voice.quote_html, consultation.language)) for voice in voices],
    )


def _read(slug: str) -> ConsultationView:
    with transaction() as session:
        return queries.get_consultation(session, slug, actor=current_actor(), now=clock.now())


def life_of(consultation: ConsultationView) -> tuple[Step, ...]:
    """The steps from announcement to outcome, derived from the dates, the state and the outcome."""
    reached = _steps_reached(consultation)
    outcome_on = consultation.outcome_on
    published_at = consultation.synthesis_published_at
    steps = (
        (_("Announcement"), None),
        (_("Opening"), consultation.opens_on),
        (_("Closing"), consultation.closes_on),
        (_("Synthesis"), civil_date(published_at, consultation.time_zone) if published_at else None),
        (_("Outcome"), outcome_on),
    )
    return tuple(
        Step(
            label=label,
            date_label=day(date) if date else "",
            iso=date.isoformat() if date else "",
            status="past" if position < reached else "current" if position == reached else "future",
        )
        for position, (label, date) in enumerate(steps)
    )


def _steps_reached(consultation: ConsultationView) -> int:
    """The position of the step it is at: −1 before the announcement, 5 when the outcome is known."""
    if consultation.state is State.CLOSED:
        if consultation.outcome:
            return 5
        return 4 if consultation.synthesis_published_at else 3
    return {State.DRAFT: -1, State.ANNOUNCED: 0, State.OPEN: 1}[consultation.state]
