"""What others may know of the visitor count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.audience.models import AudienceDay
from consult.consultations.models import Consultation
from consult.core.clock import civil_date, end_of_day


@dataclass(frozen=True)
class EndedDay:
    """A day that is over and not sealed yet."""

    consultation_id: int
    day: date


def days_to_seal(session: Session, *, now: datetime) -> tuple[EndedDay, ...]:
    """The unsealed days that are over at `now` in their consultation's time zone (1 statement)."""
    # No time zone is a whole day ahead of UTC's tomorrow; the exact end is computed below.
    latest = civil_date(now, "UTC") + timedelta(days=1)
    rows = session.execute(
        select(AudienceDay.consultation_id, AudienceDay.day, Consultation.time_zone)
        .join(Consultation, Consultation.id == AudienceDay.consultation_id)
        .where(AudienceDay.sealed_at.is_(None), AudienceDay.day <= latest)
        .order_by(AudienceDay.day, AudienceDay.consultation_id)
    )
    return tuple(
        EndedDay(row.consultation_id, row.day) for row in rows if end_of_day(row.day, row.time_zone) <= now
    )
