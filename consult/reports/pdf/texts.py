"""People's texts made fit for paper: their HTML tamed, their spaces those of French typography."""

from __future__ import annotations

from dataclasses import replace

from consult.consultations.queries import ConsultationView, TestimonyView
from consult.core.web.typography import typeset, typeset_html
from consult.reports.queries.contributions import SynthesisContribution
from consult.reports.queries.statistics import Statistics
from consult.reports.queries.synthesis import SynthesisData
from consult.reports.rules import flatten_headings, nest_headings, tame


def fit_for_paper(data: SynthesisData) -> SynthesisData:
    """The same data with every text ready to be printed; its HTML is still the sanitised one."""
    language = data.consultation.language
    return replace(
        data,
        consultation=_consultation(data.consultation, language),
        statistics=_statistics(data.statistics, language),
        contributions=tuple(_contribution(item, language) for item in data.contributions),
        testimonies=tuple(_testimony(item, language) for item in data.testimonies),
    )


def _consultation(consultation: ConsultationView, language: str) -> ConsultationView:
    return replace(
        consultation,
        introduction_html=typeset_html(nest_headings(tame(consultation.introduction_html), under=2), language),
        questions=tuple(replace(item, text=typeset(item.text, language)) for item in consultation.questions),
        title=typeset(consultation.title, language),
        summary=typeset(consultation.summary, language),
        decides=typeset(consultation.decides, language),
        decided_when=typeset(consultation.decided_when, language),
        not_negotiable=typeset(consultation.not_negotiable, language),
        outcome=typeset(consultation.outcome, language),
    )


def _statistics(statistics: Statistics, language: str) -> Statistics:
    return replace(
        statistics,
        most_supported=tuple(
            replace(item, title=typeset(item.title, language)) for item in statistics.most_supported
        ),
        by_question=tuple(replace(item, text=typeset(item.text, language)) for item in statistics.by_question),
    )


def _contribution(item: SynthesisContribution, language: str) -> SynthesisContribution:
    return replace(
        item,
        title=typeset(item.title, language),
        body_html=_body(item.body_html, language),
        shown_comments=tuple(
            replace(comment, body_html=_body(comment.body_html, language)) for comment in item.shown_comments
        ),
    )


def _testimony(item: TestimonyView, language: str) -> TestimonyView:
    return replace(item, quote_html=_body(item.quote_html, language))


def _body(html: str, language: str) -> str:
    """Only titles of contributions are headings of the document; those inside their texts are strong lines."""
    return typeset_html(flatten_headings(tame(html)), language)
