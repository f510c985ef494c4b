"""Decisions with their reasons (never deleted), reports, answers, what waits for the team, and who wrote alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.moderation.values import Act, Reason


def _only(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that meet a condition, on both engines."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class ModerationDecision(Base):
    """What a member of the team decided about a contribution or a comment; `month` is civil, in the consultation's
    time zone. `to_tell` until its author has been told."""

    __tablename__ = "moderation_decision"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        Index("ix_moderation_decision_consultation", "consultation_id", "id"),
        Index("ix_moderation_decision_decided", "consultation_id", "decided_at"),
        Index("ix_moderation_decision_counts", "consultation_id", "month", "act", "reason"),
        _only("ix_moderation_decision_listed", "consultation_id", "id", where="act NOT IN ('release', 'dismiss')"),
        _only("ix_moderation_decision_to_tell", "id", where="to_tell"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_contribution.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_comment.id"), index=True)
    act: Mapped[Act] = mapped_column(enum_type(Act, "act"))
    reason: Mapped[Reason] = mapped_column(enum_type(Reason, "reason"))
    words: Mapped[str] = mapped_column(default="")
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    decided_at: Mapped[datetime]
    month: Mapped[str]
    to_tell: Mapped[bool] = mapped_column(default=False, server_default=false())


class Report(Base):
    """Somebody says that a contribution or comment breaks the charter; open until the team has decided."""

    __tablename__ = "moderation_report"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        _only(
            "uq_moderation_report_contribution",
            "contribution_id",
            "reporter_id",
            where="closed_at IS NULL",
            unique=True,
        ),
        _only("uq_moderation_report_comment", "comment_id", "reporter_id", where="closed_at IS NULL", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_contribution.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_comment.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    reason: Mapped[Reason] = mapped_column(enum_type(Reason, "reason"))
    words: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Answer(Base):
    """What an author says to a decision against their text: once for each, by the primary key."""

    __tablename__ = "moderation_answer"

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id"), primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    body: Mapped[str]
    answered_at: Mapped[datetime]


class Case(Base):
    """Something that waits for the team: one row for each contribution or comment, gone once it is decided.

    The queue goes by `rank` (0 once several people have reported it), then by who came first.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        Index("ix_moderation_case_waiting", "consultation_id", "rank", "id"),
        _only("ix_moderation_case_reported", "consultation_id", "rank", "id", where="reports > 0"),
        _only("ix_moderation_case_held", "consultation_id", "rank", "id", where="held"),
        _only("ix_moderation_case_similar", "consultation_id", "rank", "id", where="flagged"),
        _only("ix_moderation_case_answered", "consultation_id", "rank", "id", where="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_contribution.id"), unique=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_comment.id"), unique=True)
    rank: Mapped[int] = mapped_column(default=1)
    reports: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool] = mapped_column(default=False)
    flagged: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class SeenText(Base):
    """A recent text to compare with others, or one found to say the same as others: these share `group_id`."""

    __tablename__ = "moderation_text"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        _only("ix_moderation_text_unchecked", "id", where="NOT checked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_contribution.id"), unique=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_comment.id"), unique=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    checked: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int | None] = mapped_column(index=True)


class Band(Base):
    """A part of a text's fingerprint: texts that share one may be alike. Gone with the text, and after a week."""

    __tablename__ = "moderation_band"
    __table_args__ = (Index("ix_moderation_band_value", "consultation_id", "value", "text_id"),)

    text_id: Mapped[int] = mapped_column(ForeignKey("moderation_text.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    value: Mapped[int] = mapped_column(BigInteger)
