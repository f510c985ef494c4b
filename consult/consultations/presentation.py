"""A consultation as its pages show it: with the spaces that its language wants, and on a day to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from consult.consultations import rules
from consult.consultations.queries import ConsultationView
from consult.core.web.typography import typeset

_PLAIN = ("title", "summary", "decides", "decided_when", "not_negotiable", "outcome")


def as_shown(consultation: ConsultationView) -> ConsultationView:
    """The view with its plain texts typeset; what is exported or edited is the one that was read."""
    language = consultation.language
    plain = {name: typeset(getattr(consultation, name), language) for name in _PLAIN}
    questions = tuple(replace(item, text=typeset(item.text, language)) for item in consultation.questions)
    return replace(consultation, questions=questions, **plain)


def as_if_published(consultation: ConsultationView, at: datetime) -> ConsultationView:
    """The consultation as its page will show it at an instant, were it published by then."""
    dates = (consultation.opens_on, consultation.closes_on)
    state = rules.state_at(
        published=True, opens_on=dates[0], closes_on=dates[1], time_zone=consultation.time_zone, now=at
    )
    days = rules.days_open(*dates, consultation.time_zone, at)
    return replace(
        consultation, state=state, figures=replace(consultation.figures, as_of=at, state=state, days=days)
    )
