"""What sitemaps list, by ranges of ids: a file costs the same however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.proposals.models import Contribution
from consult.proposals.values import Status
from consult.site.rules import Life, events_until

# Rows of a file. A consultation has six pages, and each page an address in two languages: some 10,000 addresses
# either way, a fifth of what the protocol allows.
CONSULTATIONS_PER_FILE = 800
CONTRIBUTIONS_PER_FILE = 5_000
_BATCH = 500


@dataclass(frozen=True)
class Parts:
    """How many files there are of each kind; a site always has a home page to list."""

    consultations: int
    contributions: int


@dataclass(frozen=True)
class ListedConsultation:
    """A published consultation; `changed_at` is the last event or contribution."""

    slug: str
    changed_at: datetime


@dataclass(frozen=True)
class ListedContribution:
    """A published contribution of a published consultation."""

    slug: str
    number: int
    changed_at: datetime


def sitemap_parts(session: Session) -> Parts:
    """How many files hold everything (1 statement, two index look-ups)."""
    last = session.execute(
        select(
            select(func.max(Consultation.id)).scalar_subquery().label("consultation"),
            select(func.max(Contribution.id)).scalar_subquery().label("contribution"),
        )
    ).one()
    return Parts(
        consultations=max(1, -(-(last.consultation or 0) // CONSULTATIONS_PER_FILE)),
        contributions=-(-(last.contribution or 0) // CONTRIBUTIONS_PER_FILE),
    )


def listed_consultations(session: Session, part: int, *, now: datetime) -> Iterator[ListedConsultation]:
    """The published consultations of a file, in the order of their ids (1 statement)."""
    newest = (
        select(Contribution.created_at)
        .where(Contribution.consultation_id == Consultation.id, Contribution.status == Status.PUBLISHED)
        .order_by(Contribution.number.desc())
        .limit(1)
        .correlate(Consultation)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Consultation.slug,
            Consultation.published_at,
            Consultation.opens_on,
            Consultation.closes_on,
            Consultation.time_zone,
            Consultation.outcome_on,
            newest.label("newest"),
        )
        .where(
            Consultation.id > (part - 1) * CONSULTATIONS_PER_FILE,
            Consultation.id <= part * CONSULTATIONS_PER_FILE,
            Consultation.published_at.is_not(None),
        )
        .order_by(Consultation.id),
        execution_options={"yield_per": _BATCH},
    )
    for row in rows:
        life = Life(row.published_at, row.opens_on, row.closes_on, row.time_zone, row.outcome_on)
        moments = [at for _event, at in events_until(life, now)]
        yield ListedConsultation(row.slug, max([row.published_at, *moments, row.newest or row.published_at]))


def listed_contributions(session: Session, part: int) -> Iterator[ListedContribution]:
    """The published contributions of a file, in the order of their ids (1 statement)."""
    rows = session.execute(
        select(
            Consultation.slug,
            Contribution.number,
            Contribution.created_at,
            Contribution.edited_at,
        )
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(
            Contribution.id > (part - 1) * CONTRIBUTIONS_PER_FILE,
            Contribution.id <= part * CONTRIBUTIONS_PER_FILE,
            Contribution.status == Status.PUBLISHED,
            Consultation.published_at.is_not(None),
        )
        .order_by(Contribution.id),
        execution_options={"yield_per": _BATCH},
    )
    for row in rows:
        yield ListedContribution(row.slug, row.number, max(row.created_at, row.edited_at or row.created_at))
