"""What changed after the last day: moderation, and paper typed in late. Nothing else can (docs/decisions/0031)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consult.consultations.queries import ConsultationView, DayView, day_changes
from consult.consultations.values import State
from consult.core.clock import end_of_day
from consult.moderation.models import ModerationDecision
from consult.moderation.values import PUBLISHING, Act, Kind, Reason
from consult.proposals.models import Comment, Contribution, PaperEntry
from consult.proposals.values import Channel, Status

LISTED = 50


@dataclass(frozen=True)
class LateDecision:
    """Something hidden or restored after the close; for a comment `contribution` is what it stands under."""

    kind: Kind
    number: int
    contribution: int
    act: Act
    reason: Reason
    decided_at: datetime


@dataclass(frozen=True)
class LatePaper:
    """A contribution on paper of which something happened after the close; instants are None for what did not."""

    number: int
    channel: Channel
    received_on: date | None
    entered_at: datetime | None
    corrected_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal_reason: str


@dataclass(frozen=True)
class LateChanges:
    """What happened after the close, and what each day of it changed in the figures; newest first.

    At most `LISTED` of each kind; `cut` says that there were more.
    """

    days: tuple[DayView, ...] = ()
    decisions: tuple[LateDecision, ...] = ()
    papers: tuple[LatePaper, ...] = ()
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.days or self.decisions or self.papers)


NOTHING = LateChanges()


def changes_since_close(session: Session, consultation: ConsultationView) -> LateChanges:
    """What changed since the consultation closed (3 statements, none before its close)."""
    if consultation.state is not State.CLOSED:
        return NOTHING
    closed_at = end_of_day(consultation.closes_on, consultation.time_zone)
    days = day_changes(session, consultation.id, after=consultation.closes_on)
    decisions = _decisions(session, consultation.id, closed_at)
    papers = _papers(session, consultation.id, closed_at)
    return LateChanges(
        days=tuple(reversed(days))[:LISTED],
        decisions=decisions[:LISTED],
        papers=papers[:LISTED],
        cut=max(len(days), len(decisions), len(papers)) > LISTED,
    )


def _decisions(session: Session, consultation_id: int, closed_at: datetime) -> tuple[LateDecision, ...]:
    under = aliased(Contribution)
    rows = session.execute(
        select(
            ModerationDecision.act,
            ModerationDecision.reason,
            ModerationDecision.decided_at,
            Contribution.number.label("contribution"),
            Comment.number.label("comment"),
            under.number.label("under"),
        )
        .outerjoin(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .outerjoin(Comment, Comment.id == ModerationDecision.comment_id)
        .outerjoin(under, under.id == Comment.contribution_id)
        .where(
            ModerationDecision.consultation_id == consultation_id,
            ModerationDecision.decided_at >= closed_at,
            ModerationDecision.act.in_(PUBLISHING),
        )
        .order_by(ModerationDecision.decided_at.desc(), ModerationDecision.id.desc())
        .limit(LISTED + 1)
    )
    return tuple(
        LateDecision(
            kind=Kind.CONTRIBUTION if row.comment is None else Kind.COMMENT,
            number=row.contribution if row.comment is None else row.comment,
            contribution=row.contribution if row.comment is None else row.under,
            act=row.act,
            reason=row.reason,
            decided_at=row.decided_at,
        )
        for row in rows
    )


def _papers(session: Session, consultation_id: int, closed_at: datetime) -> tuple[LatePaper, ...]:
    rows = session.execute(
        select(PaperEntry, Contribution)
        .join(Contribution, Contribution.id == PaperEntry.contribution_id)
        .where(PaperEntry.consultation_id == consultation_id, PaperEntry.changed_at >= closed_at)
        .order_by(PaperEntry.changed_at.desc(), PaperEntry.contribution_id.desc())
        .limit(LISTED + 1)
    )

    def late(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment >= closed_at else None

    return tuple(
        LatePaper(
            number=row.Contribution.number,
            channel=row.Contribution.channel,
            received_on=row.Contribution.received_on,
            entered_at=late(row.PaperEntry.entered_at),
            corrected_at=late(row.PaperEntry.corrected_at),
            withdrawn_at=late(row.Contribution.status_at)
            if row.Contribution.status is Status.WITHDRAWN and row.PaperEntry.withdrawal_reason
            else None,
            withdrawal_reason=row.PaperEntry.withdrawal_reason,
        )
        for row in rows
    )
