"""Each moderation decision, with its reason; never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.moderation.values import Act, Reason


class ModerationDecision(Base):
    """A contribution or a comment hidden or restored by a member of the team."""

    __tablename__ = "moderation_decision"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        Index("ix_moderation_decision_consultation", "consultation_id", "id"),
        Index("ix_moderation_decision_decided", "consultation_id", "decided_at"),
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
