"""What others than the team do: report a text, answer a decision. Part of the commands' layer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consult.consultations.commands import lock_consultation
from consult.core.access import Actor, Refused, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.moderation import policies, rules
from consult.moderation.cases import wait
from consult.moderation.events import DecisionAnswered, TextReported
from consult.moderation.models import Answer, ModerationDecision, Report, SeenText
from consult.moderation.values import AGAINST, TOLD, Item, Kind, Reason, Target
from consult.proposals.commands import find_contribution
from consult.proposals.comments import find_comment
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Status


def report_text(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    item: Item,
    reason: Reason,
    words: str,
    now: datetime,
) -> bool:
    """Report a public text to the team; False when this person's report on it is open already.

    Raises `Refused`, `Invalid`, and `NotFound` for what is not public.
    """
    grounds = rules.check_report(reason, words)
    consultation = lock_consultation(session, consultation_id)
    target, author_id = _public_text(session, consultation_id, item)
    require(
        policies.can_report(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            author_id=author_id,
        )
    )
    column = Report.contribution_id if item.kind is Kind.CONTRIBUTION else Report.comment_id
    known = select(Report.id).where(
        column == target.id, Report.reporter_id == actor.person_id, Report.closed_at.is_(None)
    )
    if session.scalar(known) is not None:
        return False
    session.add(
        Report(
            consultation_id=consultation_id,
            **target.columns,
            reporter_id=actor.person_id,
            reason=grounds.reason,
            words=grounds.words,
            reported_at=now,
        )
    )
    wait(session, consultation_id, target, now=now, reports=1)
    emit(session, TextReported(consultation_id, item.kind, item.number, grounds.reason, now))
    return True


def answer_decision(session: Session, *, actor: Actor, decision_id: int, body: str, now: datetime) -> None:
    """The author's answer to a decision against their text, once; the team finds it in its queue.

    Raises `NotFound` for whoever is not the author, `Invalid`, `Refused` with `decision_settled` once something
    else was decided or there is nothing to answer, and `answered_already`.
    """
    body = rules.check_answer(body)
    decision = session.get(ModerationDecision, decision_id)
    if decision is None:
        raise NotFound
    lock_consultation(session, decision.consultation_id)
    text = _text_of(session, decision)
    if not policies.can_answer(actor, author_id=text.author_id):
        raise NotFound
    if session.get(Answer, decision_id) is not None:
        raise Refused("answered_already")
    if decision.act not in AGAINST or text.status is not Status.HIDDEN or not _is_latest(session, decision):
        raise Refused("decision_settled")
    session.add(Answer(decision_id=decision_id, author_id=actor.person_id, body=body, answered_at=now))
    wait(session, decision.consultation_id, _target_of(decision), now=now, answered=True)
    emit(session, DecisionAnswered(decision.consultation_id, decision_id, now))


def forget_person(session: Session, person_id: int) -> None:
    """Empty what an erased person reported and answered; their texts are compared with nothing any more."""
    session.execute(update(Report).where(Report.reporter_id == person_id).values(reporter_id=None, words=""))
    session.execute(update(Answer).where(Answer.author_id == person_id).values(author_id=None, body=""))
    session.execute(delete(SeenText).where(SeenText.author_id == person_id))


def _public_text(session: Session, consultation_id: int, item: Item) -> tuple[Target, int | None]:
    """A published text with everything above it published, and its author. Raises `NotFound`."""
    if item.kind is Kind.CONTRIBUTION:
        contribution = find_contribution(session, consultation_id, item.number)
        statuses = {contribution.status}
        found = Target(item.kind, contribution.id), contribution.author_id
    else:
        comment, contribution = find_comment(session, consultation_id, item.number)
        above = select(Comment.status).where(Comment.id == comment.parent_id)
        statuses = {comment.status, contribution.status, session.scalar(above) or Status.PUBLISHED}
        found = Target(item.kind, comment.id), comment.author_id
    if statuses != {Status.PUBLISHED}:
        raise NotFound
    return found


def _target_of(decision: ModerationDecision) -> Target:
    if decision.contribution_id is not None:
        return Target(Kind.CONTRIBUTION, decision.contribution_id)
    return Target(Kind.COMMENT, decision.comment_id or 0)


def _text_of(session: Session, decision: ModerationDecision) -> Contribution | Comment:
    target = _target_of(decision)
    if target.kind is Kind.CONTRIBUTION:
        return session.get_one(Contribution, target.id)
    return session.get_one(Comment, target.id)


def _is_latest(session: Session, decision: ModerationDecision) -> bool:
    """Whether nothing that its author is told of was decided since."""
    target = _target_of(decision)
    column = (
        ModerationDecision.contribution_id if target.kind is Kind.CONTRIBUTION else ModerationDecision.comment_id
    )
    later = select(ModerationDecision.id).where(
        column == target.id, ModerationDecision.id > decision.id, ModerationDecision.act.in_(TOLD)
    )
    return session.scalar(later.limit(1)) is None
