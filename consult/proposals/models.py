"""Contributions, their earlier texts, supports, comments, drafts, and who takes part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.proposals.values import Channel, Stance, Status


def _list_index(name: str, *columns: str) -> tuple[Index, Index]:
    """The index of one sort of the list, without and with the question filter (see `queries`)."""
    return (
        Index(f"ix_proposals_contribution_{name}", "consultation_id", "status", *columns),
        Index(f"ix_proposals_contribution_q_{name}", "consultation_id", "question_id", "status", *columns),
    )


class Contribution(Base):
    """A title and a text a citizen brings, numbered from 1 in its consultation."""

    __tablename__ = "proposals_contribution"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        # What the statistics page counts by question and by channel is read from this index alone.
        Index("ix_proposals_contribution_counts", "consultation_id", "status", "question_id", "channel"),
        *_list_index("rotating", "shuffle", "number"),
        *_list_index("recent", "number"),
        *_list_index("supported", "supports", "number"),
        *_list_index("discussed", "comments", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    number: Mapped[int]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("consultations_question.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    author_name: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[str]
    excerpt: Mapped[str]
    search_text: Mapped[str]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, "channel"), default=Channel.WEB)
    received_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(enum_type(Status, "status"), default=Status.PUBLISHED)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    status_at: Mapped[datetime | None]
    supports: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    shuffle: Mapped[int]


class Revision(Base):
    """An earlier text of an edited contribution, kept readable."""

    __tablename__ = "proposals_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("proposals_contribution.id"), index=True)
    title: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[str]
    written_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    supports_then: Mapped[int]


class PaperEntry(Base):
    """How a contribution on paper or from a meeting came in: typed in by whom, when and from where.

    `token` names the form that it was typed into, so that a form sent twice enters it once.
    """

    __tablename__ = "proposals_paper_entry"
    __table_args__ = (
        UniqueConstraint("consultation_id", "token"),
        Index("ix_proposals_paper_entry_contribution", "consultation_id", "contribution_id"),
        Index("ix_proposals_paper_entry_changed", "consultation_id", "changed_at"),
    )

    contribution_id: Mapped[int] = mapped_column(ForeignKey("proposals_contribution.id"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    entered_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="")
    withdrawal_reason: Mapped[str] = mapped_column(default="")
    token: Mapped[str | None]


class Support(Base):
    """A citizen’s "I support this": one per person and contribution, by the primary key."""

    __tablename__ = "proposals_support"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("proposals_contribution.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class Comment(Base):
    """An answer to a contribution: for, against or neutral, with one level of reply."""

    __tablename__ = "proposals_comment"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        Index("ix_proposals_comment_contribution", "contribution_id", "number"),
        Index("ix_proposals_comment_status", "consultation_id", "status", "number"),
        CheckConstraint("parent_id IS NULL OR stance = 'neutral'", name="reply_is_neutral"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("proposals_contribution.id"))
    number: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("proposals_comment.id"), index=True)
    stance: Mapped[Stance] = mapped_column(enum_type(Stance, "stance"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    author_name: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    body_html: Mapped[str]
    status: Mapped[Status] = mapped_column(enum_type(Status, "status"), default=Status.PUBLISHED)
    created_at: Mapped[datetime]
    status_at: Mapped[datetime | None]


class Participation(Base):
    """A person in a consultation with the number of their acts that count; above 0 they are a participant."""

    __tablename__ = "proposals_participation"
    __table_args__ = (
        CheckConstraint("counted_acts >= 0", name="counted_acts"),
        UniqueConstraint("consultation_id", "author_key"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), primary_key=True, index=True)
    counted_acts: Mapped[int] = mapped_column(default=0)
    author_key: Mapped[str | None]


class Draft(Base):
    """A contribution being written, kept on the server for a browser or, once signed in, for a person."""

    __tablename__ = "proposals_draft"
    __table_args__ = (
        UniqueConstraint("consultation_id", "person_id"),
        UniqueConstraint("consultation_id", "browser_session_id"),
        CheckConstraint("(person_id IS NULL) <> (browser_session_id IS NULL)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    browser_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_browser_session.id", ondelete="CASCADE"), index=True
    )
    question_number: Mapped[int | None]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime]
