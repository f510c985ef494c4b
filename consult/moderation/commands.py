"""What the team decides: the decision is recorded and the figures move with it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.consultations.commands import LockedConsultation, lock_consultation
from consult.core.access import Actor, Refused, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.core.tasks import wake_after_commit
from consult.moderation import policies, rules
from consult.moderation.cases import find_case, settle
from consult.moderation.events import ModerationDecided, ReportsDismissed
from consult.moderation.models import ModerationDecision
from consult.moderation.rules import Grounds
from consult.moderation.values import TOLD, Act, Item, Kind, Reason, Target
from consult.proposals.commands import find_contribution, set_contribution_status
from consult.proposals.comments import find_comment, set_comment_status
from consult.proposals.values import Status

TELL_AUTHORS = "tell_authors"
# What an act makes of a text, and whether it is one for texts that are held.
_BECOMES = {
    Act.HIDE: (Status.HIDDEN, False),
    Act.RESTORE: (Status.PUBLISHED, False),
    Act.RELEASE: (Status.PUBLISHED, True),
    Act.REFUSE: (Status.HIDDEN, True),
}


@dataclass(frozen=True)
class Left:
    """Something an act in bulk could not be done with, and why."""

    item: Item
    code: str


def decide(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    item: Item,
    act: Act,
    reason: Reason,
    words: str,
    now: datetime,
) -> None:
    """Do one act with one text, on record. Raises `Refused`, `Invalid`, `NotFound`.

    Hiding takes everything below along, restoring brings it back; what was held is released or refused; reports
    and resemblance are dismissed; an answer of the author leads to `restore` or `uphold`.
    """
    # Before the lock: whoever waits for it does not wait for what will be refused anyway.
    grounds = rules.check_grounds(act, reason, words)
    consultation = _lock(session, actor, consultation_id)
    _decide(session, consultation, item, act, grounds, actor=actor, now=now)


def decide_several(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    items: Sequence[Item],
    act: Act,
    reason: Reason,
    words: str,
    now: datetime,
) -> tuple[Left, ...]:
    """Do one act for one reason with each of these texts, in one transaction; returns those that were left alone.

    A text that a colleague decided about meanwhile is left alone, the others are not held up by it.
    """
    grounds = rules.check_grounds(act, reason, words)
    consultation = _lock(session, actor, consultation_id)
    left = []
    for item in dict.fromkeys(items[: rules.MAX_SEVERAL]):
        try:
            _decide(session, consultation, item, act, grounds, actor=actor, now=now)
        except Refused as refusal:
            left.append(Left(item, refusal.reason))
        except NotFound:
            left.append(Left(item, "not_there"))
    return tuple(left)


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
    decide(
        session,
        actor=actor,
        consultation_id=consultation_id,
        item=Item(Kind.CONTRIBUTION, number),
        act=Act.HIDE,
        reason=reason,
        words=words,
        now=now,
    )


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
    decide(
        session,
        actor=actor,
        consultation_id=consultation_id,
        item=Item(Kind.CONTRIBUTION, number),
        act=Act.RESTORE,
        reason=reason,
        words=words,
        now=now,
    )


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
    decide(
        session,
        actor=actor,
        consultation_id=consultation_id,
        item=Item(Kind.COMMENT, number),
        act=Act.HIDE,
        reason=reason,
        words=words,
        now=now,
    )


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
    decide(
        session,
        actor=actor,
        consultation_id=consultation_id,
        item=Item(Kind.COMMENT, number),
        act=Act.RESTORE,
        reason=reason,
        words=words,
        now=now,
    )


def mark_told(session: Session, decision_ids: Sequence[int]) -> None:
    """These decisions' authors are told."""
    session.execute(
        update(ModerationDecision).where(ModerationDecision.id.in_(decision_ids)).values(to_tell=False)
    )


def _lock(session: Session, actor: Actor, consultation_id: int) -> LockedConsultation:
    consultation = lock_consultation(session, consultation_id)
    require(policies.can_moderate(actor, organisation_id=consultation.organisation_id))
    return consultation


def _decide(
    session: Session,
    consultation: LockedConsultation,
    item: Item,
    act: Act,
    grounds: Grounds,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Refuses before it writes anything, so that an act in bulk goes on after a refusal."""
    if act in _BECOMES:
        status, held = _BECOMES[act]
        set_status = set_contribution_status if item.kind is Kind.CONTRIBUTION else set_comment_status
        row_id = set_status(
            session,
            consultation=consultation,
            number=item.number,
            status=status,
            now=now,
            held=held,
            reason=grounds.reason.value,
        )
        target = Target(item.kind, row_id)
        settle(session, target, now=now)
    else:
        target = _waiting_target(session, consultation.id, item, act)
        settle(session, target, now=now, keep_held=act is Act.DISMISS)
    decision = ModerationDecision(
        consultation_id=consultation.id,
        **target.columns,
        act=act,
        reason=grounds.reason,
        words=grounds.words,
        moderator_id=actor.person_id,
        decided_at=now,
        month=consultation.day(now).isoformat()[:7],
        to_tell=act in TOLD,
    )
    session.add(decision)
    session.flush()
    if decision.to_tell:
        wake_after_commit(session, TELL_AUTHORS)
    _tell_upstairs(session, decision, item, actor)


def _waiting_target(session: Session, consultation_id: int, item: Item, act: Act) -> Target:
    """The text that waits for this act; raises `NotFound`, or `Refused("nothing_waits")`."""
    if item.kind is Kind.CONTRIBUTION:
        target = Target(item.kind, find_contribution(session, consultation_id, item.number).id)
    else:
        target = Target(item.kind, find_comment(session, consultation_id, item.number)[0].id)
    case = find_case(session, target)
    waits = case is not None and (case.answered if act is Act.UPHOLD else bool(case.reports or case.flagged))
    if not waits:
        raise Refused("nothing_waits")
    return target


def _tell_upstairs(session: Session, decision: ModerationDecision, item: Item, actor: Actor) -> None:
    about = (decision.consultation_id, item.kind, item.number)
    when = (decision.id, actor.person_id, decision.decided_at)
    if decision.act is Act.DISMISS:
        emit(session, ReportsDismissed(*about, *when))
    else:
        emit(session, ModerationDecided(*about, decision.act, decision.reason, *when))
