"""Distinct readers per day: sightings of the day, and sealed totals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base


class Sighting(Base):
    """A reader seen today, as a keyed hash whose key is destroyed with the day; deleted when it is sealed."""

    __tablename__ = "audience_sighting"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations_consultation.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    reader_hash: Mapped[str] = mapped_column(primary_key=True)


class AudienceDay(Base):
    """The readers of one civil day; `sealed_at` is set once the day is over."""

    __tablename__ = "audience_day"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations_consultation.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    visitors: Mapped[int]
    sealed_at: Mapped[datetime | None]
