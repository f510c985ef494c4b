"""What the plots show: a fixed number of statements, whatever the size of the consultation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.core.errors import NotFound
from consult.ledger.queries import HeadView, head_of
from consult.proposals.models import Contribution
from consult.proposals.values import Channel, Status
from consult.reports.plots import Week, weeks

MOST_SUPPORTED = 20


@dataclass(frozen=True)
class SupportedContribution:
    """A contribution with its supports."""

    number: int
    title: str
    supports: int


@dataclass(frozen=True)
class QuestionCount:
    """How many contributions answer a guiding question; no number for those that answer none."""

    number: int | None
    text: str
    contributions: int


@dataclass(frozen=True)
class FiguresOf:
    """The figures of a consultation with the time zone they are dated in."""

    figures: consultations.Figures
    time_zone: str
    head: HeadView | None = None


@dataclass(frozen=True)
class Statistics:
    """The numbers behind the plots of one consultation."""

    weeks: tuple[Week, ...]
    most_supported: tuple[SupportedContribution, ...]
    by_question: tuple[QuestionCount, ...]
    by_channel: tuple[tuple[Channel, int], ...]


def statistics(session: Session, consultation: consultations.ConsultationView, today: date) -> Statistics:
    """The numbers of all plots (3 statements). `today` is the civil day in the consultation's time zone."""
    days = consultations.day_changes(session, consultation.id)
    last = max(consultation.opens_on, min(today, consultation.closes_on))
    questions, channels = _counts(session, consultation.id)
    return Statistics(
        weeks=weeks(
            ((day.day, day.contributions + day.supports + day.comments) for day in days),
            consultation.opens_on,
            last,
        ),
        most_supported=_most_supported(session, consultation.id),
        by_question=_per_question(consultation.questions, questions),
        by_channel=tuple((channel, channels.get(channel, 0)) for channel in Channel),
    )


def figures_of(session: Session, slug: str, *, day: date | None, now: datetime) -> FiguresOf:
    """The figures of any consultation, now or as known at the end of a day (at most 3 statements).

    Raises `NotFound`.
    """
    row = session.execute(
        select(Consultation.id, Consultation.time_zone).where(Consultation.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    if day is not None:
        return FiguresOf(consultations.figures_at(session, row.id, day), row.time_zone)
    return FiguresOf(consultations.figures(session, row.id, now), row.time_zone, head_of(session, row.id))


def _most_supported(session: Session, consultation_id: int) -> tuple[SupportedContribution, ...]:
    rows = session.execute(
        select(Contribution.number, Contribution.title, Contribution.supports)
        .where(Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED)
        .order_by(Contribution.supports.desc(), Contribution.number.desc())
        .limit(MOST_SUPPORTED)
    )
    return tuple(SupportedContribution(row.number, row.title, row.supports) for row in rows)


def _counts(session: Session, consultation_id: int) -> tuple[dict[int | None, int], dict[Channel, int]]:
    """The published contributions per question and per channel, in one pass over the rows."""
    rows = session.execute(
        select(Contribution.question_id, Contribution.channel, func.count().label("contributions"))
        .where(Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED)
        .group_by(Contribution.question_id, Contribution.channel)
    )
    questions: Counter[int | None] = Counter()
    channels: Counter[Channel] = Counter()
    for row in rows:
        questions[row.question_id] += row.contributions
        channels[row.channel] += row.contributions
    return questions, channels


def _per_question(
    questions: Sequence[consultations.QuestionView], counted: Mapping[int | None, int]
) -> tuple[QuestionCount, ...]:
    found = [QuestionCount(item.number, item.text, counted.get(item.id, 0)) for item in questions]
    if None in counted:
        found.append(QuestionCount(None, "", counted[None]))
    return tuple(found)
