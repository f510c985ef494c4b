"""A consultation as its pages show it: the same texts, with the spaces that their language wants."""

from __future__ import annotations

from dataclasses import replace

from consult.consultations.queries import ConsultationView
from consult.core.web.typography import typeset

_PLAIN = ("title", "summary", "decides", "decided_when", "not_negotiable", "outcome")


def as_shown(consultation: ConsultationView) -> ConsultationView:
    """The view with its plain texts typeset; what is exported or edited is the one that was read."""
    language = consultation.language
    plain = {name: typeset(getattr(consultation, name), language) for name in _PLAIN}
    questions = tuple(replace(item, text=typeset(item.text, language)) for item in consultation.questions)
    return replace(consultation, questions=questions, **plain)
