"""Commands on comments: part of the commands' layer, in a file of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.consultations.commands import (
    LockedConsultation,
    adjust_tally,
    lock_consultation,
    take_comment_number,
)
from consult.core.access import Actor, Refused, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.proposals import policies
from consult.proposals.commands import author_name, counting_step, find_contribution, require_moderable
from consult.proposals.counting import acts_of_comment, count_act, enrol, shift_acts
from consult.proposals.events import CommentHeld, CommentPublished, CommentStatusChanged
from consult.proposals.holding import first_status
from consult.proposals.models import Comment, Contribution
from consult.proposals.rules import CommentText
from consult.proposals.values import Stance, Status


def publish_comment(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    contribution_number: int,
    stance: Stance,
    text: CommentText,
    parent_number: int | None = None,
    now: datetime,
) -> int:
    """Publish a comment, or a reply when `parent_number` is given, or hold it; returns its number.

    A reply is neutral and answers a published comment that is itself no reply (`reply_to_reply`).
    """
    consultation = lock_consultation(session, consultation_id)
    contribution = find_contribution(session, consultation_id, contribution_number)
    require(
        policies.can_comment(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            status=contribution.status,
        )
    )
    parent_id = None
    if parent_number is not None:
        parent_id, stance = _parent(session, actor, contribution, parent_number), Stance.NEUTRAL
    number = take_comment_number(session, consultation_id)
    status = first_status(session, consultation, actor.person_id)
    session.add(
        Comment(
            consultation_id=consultation_id,
            contribution_id=contribution.id,
            number=number,
            parent_id=parent_id,
            stance=stance,
            author_id=actor.person_id,
            author_name=author_name(session, actor),
            body=text.body,
            body_html=text.body_html,
            status=status,
            created_at=now,
        )
    )
    session.flush()
    if status is Status.HELD:
        enrol(session, consultation_id, actor.person_id)
        emit(session, CommentHeld(consultation_id, contribution_number, number, actor.person_id or 0, now))
        return number
    _move_comments(session, contribution.id, +1)
    participants = count_act(session, consultation_id, actor.person_id, +1)
    adjust_tally(session, consultation_id, day=consultation.day(now), comments=1, participants=participants)
    emit(
        session,
        CommentPublished(
            consultation_id, contribution_number, number, stance, actor.person_id or 0, participants, now
        ),
    )
    return number


def withdraw_comment(session: Session, *, actor: Actor, consultation_id: int, number: int, now: datetime) -> None:
    """The author takes a comment down while the consultation is open; its replies no longer count."""
    consultation = lock_consultation(session, consultation_id)
    comment, contribution = find_comment(session, consultation_id, number)
    require(
        policies.can_withdraw(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            author_id=comment.author_id,
            status=comment.status,
        )
    )
    _change_status(session, consultation, comment, contribution, status=Status.WITHDRAWN, now=now)


def set_comment_status(
    session: Session,
    *,
    consultation: LockedConsultation,
    number: int,
    status: Status,
    now: datetime,
    held: bool = False,
    reason: str = "",
) -> int:
    """Hide a published comment or restore a hidden one, its replies included; returns its id.

    With `held`, refuse or release one that waits. Called by moderation, which asked its policy and holds the tally
    row; allowed in every state. `reason` is the category that the journal names. Raises `Refused` with the codes
    of `require_moderable`.
    """
    comment, contribution = find_comment(session, consultation.id, number)
    require_moderable(comment.status, status, held=held)
    _change_status(session, consultation, comment, contribution, status=status, now=now, reason=reason)
    return comment.id


def find_comment(session: Session, consultation_id: int, number: int) -> tuple[Comment, Contribution]:
    """A comment's row with its contribution's. Raises `NotFound`."""
    row = session.execute(
        select(Comment, Contribution)
        .join(Contribution, Contribution.id == Comment.contribution_id)
        .where(Comment.consultation_id == consultation_id, Comment.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.Comment, row.Contribution


def _change_status(
    session: Session,
    consultation: LockedConsultation,
    comment: Comment,
    contribution: Contribution,
    *,
    status: Status,
    now: datetime,
    reason: str = "",
) -> None:
    """Replies go and come with their comment; nothing moves while something above does not count."""
    was, step = comment.status, counting_step(comment.status, status)
    comment.status = status
    comment.status_at = now
    session.flush()
    changes = {"comments": 0, "participants": 0}
    if step and _parent_status(session, comment) is Status.PUBLISHED:
        standing = step * (1 + _published_replies(session, comment))
        _move_comments(session, contribution.id, standing)
        if contribution.status is Status.PUBLISHED:
            participants = shift_acts(session, consultation.id, acts_of_comment(comment), step)
            changes = {"comments": standing, "participants": participants}
            adjust_tally(session, consultation.id, day=consultation.day(now), **changes)
    emit(
        session,
        CommentStatusChanged(
            consultation.id, comment.number, was=was, status=status, at=now, reason=reason, **changes
        ),
    )


def _parent(session: Session, actor: Actor, contribution: Contribution, number: int) -> int:
    parent = session.execute(
        select(Comment.id, Comment.parent_id, Comment.status, Comment.author_id).where(
            Comment.contribution_id == contribution.id, Comment.number == number
        )
    ).one_or_none()
    if parent is None or (parent.status is Status.HELD and parent.author_id != actor.person_id):
        raise NotFound
    if parent.status is Status.HELD:
        raise Refused("still_held")
    if parent.parent_id is not None:
        raise Refused("reply_to_reply")
    if parent.status is not Status.PUBLISHED:
        raise Refused("not_published")
    return int(parent.id)


def _parent_status(session: Session, comment: Comment) -> Status:
    if comment.parent_id is None:
        return Status.PUBLISHED
    return session.execute(select(Comment.status).where(Comment.id == comment.parent_id)).scalar_one()


def _published_replies(session: Session, comment: Comment) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Comment)
            .where(Comment.parent_id == comment.id, Comment.status == Status.PUBLISHED)
        )
        or 0
    )


def _move_comments(session: Session, contribution_id: int, step: int) -> None:
    session.execute(
        update(Contribution)
        .where(Contribution.id == contribution_id)
        .values(comments=Contribution.comments + step)
    )
