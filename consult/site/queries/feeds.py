"""What the feeds tell: the newest contributions of a consultation, the newest events of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from consult.consultations.models import Consultation
from consult.core.errors import NotFound
from consult.organisations.models import Organisation
from consult.proposals.models import Contribution
from consult.proposals.values import Channel, Status
from consult.site.rules import Life

MOST_ENTRIES = 30


@dataclass(frozen=True)
class ContributionEntry:
    """A published contribution as a feed tells it."""

    number: int
    title: str
    body_html: str
    author: str
    channel: Channel
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ConsultationEntry:
    """A published consultation as a feed tells its events."""

    id: int
    slug: str
    title: str
    summary: str
    language: str
    organisation_name: str
    outcome: str
    life: Life


def newest_contributions(session: Session, consultation_id: int) -> tuple[ContributionEntry, ...]:
    """The newest published contributions (1 statement)."""
    rows = session.execute(
        select(
            Contribution.number,
            Contribution.title,
            Contribution.body_html,
            Contribution.author_name,
            Contribution.channel,
            Contribution.created_at,
            Contribution.edited_at,
            Contribution.status_at,
        )
        .where(Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED)
        .order_by(Contribution.number.desc())
        .limit(MOST_ENTRIES)
    )
    return tuple(
        ContributionEntry(
            number=row.number,
            title=row.title,
            body_html=row.body_html,
            author=row.author_name,
            channel=row.channel,
            created_at=row.created_at,
            # One that was hidden and came back is news to whoever reads the feed.
            updated_at=max(at for at in (row.created_at, row.edited_at, row.status_at) if at is not None),
        )
        for row in rows
    )


def consultation_entry(session: Session, slug: str) -> ConsultationEntry:
    """One published consultation (1 statement). Raises `NotFound` for an unknown one and for a draft."""
    found = _entries(session, Consultation.slug == slug)
    if not found:
        raise NotFound
    return found[0]


def consultations_in_the_news(session: Session, *, now: datetime) -> tuple[ConsultationEntry, ...]:
    """Every consultation that one of the newest events is about, and few others (1 statement)."""
    tomorrow = now.date() + timedelta(days=1)  # a day's margin covers every time zone
    newest = [
        _newest(Consultation.published_at, now),
        _newest(Consultation.opens_on, tomorrow),
        _newest(Consultation.closes_on, tomorrow),
        _newest(Consultation.outcome_on, tomorrow),
    ]
    ids = union(*(select(part.c.id) for part in newest)).subquery()
    return _entries(session, Consultation.id.in_(select(ids.c.id)))


def _newest(column: InstrumentedAttribute[Any], until: datetime | date) -> Any:
    """The ids of the published consultations whose day of this kind came last."""
    return (
        select(Consultation.id)
        .where(Consultation.published_at.is_not(None), column <= until)
        .order_by(column.desc(), Consultation.id.desc())
        .limit(MOST_ENTRIES)
        .subquery()
    )


def _entries(session: Session, condition: ColumnElement[bool]) -> tuple[ConsultationEntry, ...]:
    rows = session.execute(
        select(
            Consultation.id,
            Consultation.slug,
            Consultation.title,
            Consultation.summary,
            Consultation.language,
            Organisation.name,
            Consultation.outcome,
            Consultation.published_at,
            Consultation.opens_on,
            Consultation.closes_on,
            Consultation.time_zone,
            Consultation.outcome_on,
        )
        .join(Organisation, Organisation.id == Consultation.organisation_id)
        .where(condition, Consultation.published_at.is_not(None))
        .order_by(Consultation.id)
    )
    return tuple(
        ConsultationEntry(
            id=row.id,
            slug=row.slug,
            title=row.title,
            summary=row.summary,
            language=row.language,
            organisation_name=row.name,
            outcome=row.outcome,
            life=Life(
                published_at=row.published_at,
                opens_on=row.opens_on,
                closes_on=row.closes_on,
                time_zone=row.time_zone,
                outcome_on=row.outcome_on if row.outcome else None,
            ),
        )
        for row in rows
    )
