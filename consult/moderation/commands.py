"""Hiding and restoring: the decision is recorded and the figures move with it, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.commands import lock_consultation
from consult.core.access import Actor, require
from consult.core.events import emit
from consult.moderation import policies, rules
from consult.moderation.events import ModerationDecided
from consult.moderation.models import ModerationDecision
from consult.moderation.values import Act, Kind, Reason
from consult.proposals.commands import set_contribution_status
from consult.proposals.comments import set_comment_status
from consult.proposals.values import Status

_STATUS = {Act.HIDE: Status.HIDDEN, Act.RESTORE: Status.PUBLISHED}


def hide_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    """Hide a contribution with its supports and comments. Raises `Refused`, `Invalid`, `NotFound`."""
    about = (consultation_id, Kind.CONTRIBUTION, number)
    _decide(session, Act.HIDE, about, actor=actor, reason=reason, words=words, now=now)


def restore_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    """Bring a hidden contribution back with all that counted under it. Raises like `hide_contribution`."""
    about = (consultation_id, Kind.CONTRIBUTION, number)
    _decide(session, Act.RESTORE, about, actor=actor, reason=reason, words=words, now=now)


def hide_comment(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    """Hide a comment with its replies. Raises `Refused`, `Invalid`, `NotFound`."""
    about = (consultation_id, Kind.COMMENT, number)
    _decide(session, Act.HIDE, about, actor=actor, reason=reason, words=words, now=now)


def restore_comment(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    """Bring a hidden comment back with its replies. Raises like `hide_comment`."""
    about = (consultation_id, Kind.COMMENT, number)
    _decide(session, Act.RESTORE, about, actor=actor, reason=reason, words=words, now=now)


def _decide(
    session: Session,
    act: Act,
    about: tuple[int, Kind, int],
    *,
    actor: Actor,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    # Before the lock: whoever waits for it does not wait for what will be refused anyway.
    grounds = rules.check_grounds(act, reason, words)
    consultation_id, kind, number = about
    consultation = lock_consultation(session, consultation_id)
    require(policies.can_moderate(actor, organisation_id=consultation.organisation_id))
    set_status = set_contribution_status if kind is Kind.CONTRIBUTION else set_comment_status
    target_id = set_status(
        session,
        consultation=consultation,
        number=number,
        status=_STATUS[act],
        now=now,
        reason=grounds.reason.value,
    )
    decision = ModerationDecision(
        consultation_id=consultation_id,
        contribution_id=target_id if kind is Kind.CONTRIBUTION else None,
        comment_id=target_id if kind is Kind.COMMENT else None,
        act=act,
        reason=grounds.reason,
        words=grounds.words,
        moderator_id=actor.person_id,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    emit(
        session,
        ModerationDecided(consultation_id, kind, number, act, grounds.reason, decision.id, actor.person_id, now),
    )
