"""The time-boxed consultation, what it shows, and the tally of its figures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.core.db import Base


class Consultation(Base):
    """A question open from `opens_on` to `closes_on`, both days included, in its own time zone."""

    __tablename__ = "consultations_consultation"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="dates"),
        Index("ix_consultations_consultation_closing", "closes_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations_organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    introduction: Mapped[str] = mapped_column(default="")
    introduction_html: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    about_html: Mapped[str] = mapped_column(default="")
    decides: Mapped[str] = mapped_column(default="")
    decided_when: Mapped[str] = mapped_column(default="")
    not_negotiable: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    outcome_on: Mapped[date | None]
    hold_first_posts: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    next_contribution_number: Mapped[int] = mapped_column(default=1)
    next_comment_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    synthesis_published_at: Mapped[datetime | None]

    questions: Mapped[list[Question]] = relationship(
        order_by="Question.number", lazy="raise_on_sql", back_populates="consultation"
    )
    testimonies: Mapped[list[Testimony]] = relationship(
        order_by="Testimony.position", lazy="raise_on_sql", back_populates="consultation"
    )


class Question(Base):
    """A numbered guiding question."""

    __tablename__ = "consultations_question"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]

    consultation: Mapped[Consultation] = relationship(lazy="raise_on_sql", back_populates="questions")


class Testimony(Base):
    """Somebody's voice in the consultation: shown in order, only with their recorded consent."""

    __tablename__ = "consultations_testimony"
    __table_args__ = (UniqueConstraint("consultation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    quote: Mapped[str]
    quote_html: Mapped[str]
    consent: Mapped[str] = mapped_column(default="")

    consultation: Mapped[Consultation] = relationship(lazy="raise_on_sql", back_populates="testimonies")


class Tally(Base):
    """The live figures of a consultation: one row, changed by `adjust_tally` in the transaction of each act."""

    __tablename__ = "consultations_tally"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations_consultation.id", ondelete="CASCADE"), primary_key=True
    )
    participants: Mapped[int] = mapped_column(default=0)
    contributions: Mapped[int] = mapped_column(default=0)
    supports: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    visitors: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class DayChange(Base):
    """What a civil day changed in the tally: sums give the figures as known at the end of any day."""

    __tablename__ = "consultations_day"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations_consultation.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    participants: Mapped[int] = mapped_column(default=0)
    contributions: Mapped[int] = mapped_column(default=0)
    supports: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    visitors: Mapped[int] = mapped_column(default=0)
