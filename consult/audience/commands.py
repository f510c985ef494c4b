"""Counting readers, sealing the days that are over, loading days that were counted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consult.audience.events import DaySealed
from consult.audience.models import AudienceDay, Sighting
from consult.consultations.commands import LockedConsultation, adjust_tally, lock_consultation
from consult.consultations.values import State
from consult.core.clock import end_of_day
from consult.core.db import upsert
from consult.core.events import emit


def count_reader(session: Session, *, consultation_id: int, day: date, reader_hash: str, now: datetime) -> bool:
    """Count a reader once for a day; True when they were new. Raises `NotFound`.

    `day` is the civil day whose salt made the hash. Nothing is counted unless the consultation is open at
    `now` and the day is not sealed: a request that waited past midnight changes no ended day.
    """
    consultation = lock_consultation(session, consultation_id)
    if consultation.state(now) is not State.OPEN or consultation.day(now) != day:
        return False
    sealed_at = session.scalar(
        select(AudienceDay.sealed_at).where(AudienceDay.consultation_id == consultation_id, AudienceDay.day == day)
    )
    if sealed_at is not None:
        return False
    sighting = upsert(session, Sighting).values(consultation_id=consultation_id, day=day, reader_hash=reader_hash)
    inserted = session.execute(sighting.on_conflict_do_nothing().returning(Sighting.reader_hash))
    if inserted.scalar_one_or_none() is None:
        return False
    _add_to_day(session, consultation_id, day, visitors=1, sealed_at=None)
    adjust_tally(session, consultation_id, day=day, visitors=1)
    return True


def seal_day(session: Session, *, consultation_id: int, day: date, now: datetime) -> None:
    """End the count of a day that is over: its figure stays, the sightings go. Idempotent.

    A day that is not over at `now` in the consultation's time zone is left alone. Raises `NotFound`.
    """
    consultation = lock_consultation(session, consultation_id)
    if now < end_of_day(day, consultation.time_zone):
        return
    visitors = session.scalar(
        update(AudienceDay)
        .where(
            AudienceDay.consultation_id == consultation_id, AudienceDay.day == day, AudienceDay.sealed_at.is_(None)
        )
        .values(sealed_at=now)
        .returning(AudienceDay.visitors)
    )
    if visitors is not None:
        emit(session, DaySealed(consultation_id, day, visitors, now))
    session.execute(delete(Sighting).where(Sighting.consultation_id == consultation_id, Sighting.day == day))


def load_days(
    session: Session, consultation: LockedConsultation, rows: Sequence[tuple[date, int]], now: datetime
) -> None:
    """Add the visitors of days counted elsewhere (a package that comes in); ended days are sealed at once.

    Before the consultation is published: its journal then begins with them. The caller holds the tally's lock and
    has checked the rows: each a day of the consultation, none to come.
    """
    for day, visitors in rows:
        ended = now >= end_of_day(day, consultation.time_zone)
        _add_to_day(session, consultation.id, day, visitors=visitors, sealed_at=now if ended else None)
        adjust_tally(session, consultation.id, day=day, visitors=visitors)


def _add_to_day(
    session: Session, consultation_id: int, day: date, *, visitors: int, sealed_at: datetime | None
) -> None:
    insert = upsert(session, AudienceDay).values(
        consultation_id=consultation_id, day=day, visitors=visitors, sealed_at=sealed_at
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["consultation_id", "day"],
            set_={"visitors": AudienceDay.visitors + insert.excluded.visitors},
        )
    )
