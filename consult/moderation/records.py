"""What became of texts, for their authors and for everybody: parts of the queries' layer.

The public log names nobody and repeats nothing of what was hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Person
from consult.consultations.models import Consultation
from consult.core.errors import NotFound
from consult.core.numbers import number_in
from consult.moderation.models import Answer, ModerationDecision
from consult.moderation.values import AGAINST, LISTED, TOLD, Act, Kind, Reason
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Status

PAGE_SIZE, OWN_LISTED = 50, 50


@dataclass(frozen=True)
class LogLine:
    """A decision as everybody may read it."""

    id: int
    kind: Kind
    number: int
    act: Act
    reason: Reason
    decided_at: datetime


@dataclass(frozen=True)
class LogCount:
    """How often an act was done for a reason in a month ("2026-03", the consultation's time)."""

    month: str
    act: Act
    reason: Reason
    times: int


@dataclass(frozen=True)
class Log:
    """The public log: its counts, a page of its decisions; `after` leads to the next page."""

    counts: tuple[LogCount, ...]
    lines: tuple[LogLine, ...]
    after: int | None


@dataclass(frozen=True)
class OwnDecision:
    """A decision about somebody's own text; `answer` is what they said to it, `may_answer` whether they may."""

    id: int
    slug: str
    consultation: str
    language: str
    time_zone: str
    kind: Kind
    number: int
    contribution_number: int
    title: str
    body_html: str
    status: Status
    act: Act
    reason: Reason
    words: str
    decided_at: datetime
    answer: str | None
    answered_at: datetime | None
    may_answer: bool


@dataclass(frozen=True)
class DecisionToTell:
    """A decision whose author is still to be told, and where."""

    decision: OwnDecision
    email: str | None
    language: str | None
    person_id: int | None


def public_log(session: Session, *, consultation_id: int, after: str | None = None) -> Log:
    """Decisions newest first, and the counts of all of them by month, act and reason (2 statements)."""
    times = func.count().label("times")
    decision = ModerationDecision
    counts = session.execute(
        select(decision.month, decision.act, decision.reason, times)
        .where(decision.consultation_id == consultation_id, decision.act.in_(TOLD))
        .group_by(decision.month, decision.act, decision.reason)
        .order_by(decision.month.desc(), times.desc(), decision.reason, decision.act)
    )
    query = (
        select(decision, Contribution.number, Comment.number.label("comment_number"))
        .outerjoin(Contribution, Contribution.id == decision.contribution_id)
        .outerjoin(Comment, Comment.id == decision.comment_id)
        .where(
            decision.consultation_id == consultation_id,
            decision.act.not_in([act for act in Act if act not in LISTED]),
        )
    )
    before = number_in(after)
    if before is not None:
        query = query.where(decision.id < before)
    rows = session.execute(query.order_by(decision.id.desc()).limit(PAGE_SIZE + 1)).all()
    lines = tuple(
        LogLine(
            id=row.ModerationDecision.id,
            kind=Kind.COMMENT if row.number is None else Kind.CONTRIBUTION,
            number=row.number or row.comment_number,
            act=row.ModerationDecision.act,
            reason=row.ModerationDecision.reason,
            decided_at=row.ModerationDecision.decided_at,
        )
        for row in rows[:PAGE_SIZE]
    )
    return Log(
        tuple(LogCount(row.month, row.act, row.reason, row.times) for row in counts),
        lines,
        lines[-1].id if len(rows) > PAGE_SIZE else None,
    )


def own_decision(session: Session, *, decision_id: int, person_id: int | None) -> OwnDecision:
    """A decision about one's own text (1 statement). Raises `NotFound` for everybody else."""
    if person_id is None:
        raise NotFound
    row = session.execute(
        _own().where(
            ModerationDecision.id == decision_id, ModerationDecision.act.in_(TOLD), _author() == person_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return _own_decision(row)


def own_decisions(session: Session, *, person_id: int) -> tuple[OwnDecision, ...]:
    """The newest decisions about a person's texts (1 statement)."""
    rows = session.execute(
        _own()
        .where(
            ModerationDecision.act.in_(TOLD),
            or_(
                ModerationDecision.contribution_id.in_(
                    select(Contribution.id).where(Contribution.author_id == person_id)
                ),
                ModerationDecision.comment_id.in_(select(Comment.id).where(Comment.author_id == person_id)),
            ),
        )
        .order_by(ModerationDecision.id.desc())
        .limit(OWN_LISTED)
    )
    return tuple(_own_decision(row) for row in rows)


def decisions_to_tell(session: Session, limit: int) -> tuple[DecisionToTell, ...]:
    """Decisions whose authors are still to be told, oldest first, held until told (2 statements)."""
    ids = session.scalars(
        select(ModerationDecision.id)
        .where(ModerationDecision.to_tell)
        .order_by(ModerationDecision.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    rows = session.execute(
        _own()
        .add_columns(Person.id.label("person_id"), Person.email, Person.language.label("reads"))
        .outerjoin(Person, Person.id == _author())
        .where(ModerationDecision.id.in_(ids))
        .order_by(ModerationDecision.id)
    )
    return tuple(DecisionToTell(_own_decision(row), row.email, row.reads, row.person_id) for row in rows)


def _author() -> ColumnElement[int | None]:
    """Who wrote the text: of a comment, the comment's author (the contribution it stands under is joined too)."""
    return func.coalesce(Comment.author_id, _Own.author_id)


_Own = aliased(Contribution)


def _own() -> Select[*tuple[Any, ...]]:
    """A decision with its text; a comment brings the contribution it stands under, for its title."""
    later = aliased(ModerationDecision)
    superseded = exists().where(
        or_(
            and_(later.contribution_id.is_not(None), later.contribution_id == ModerationDecision.contribution_id),
            and_(later.comment_id.is_not(None), later.comment_id == ModerationDecision.comment_id),
        ),
        later.id > ModerationDecision.id,
        later.act.in_(TOLD),
    )
    above = aliased(Contribution)
    return (
        select(
            ModerationDecision,
            Answer,
            Comment,
            _Own,
            above.number.label("above_number"),
            above.title.label("above_title"),
            Consultation.slug,
            Consultation.title.label("consultation"),
            Consultation.language,
            Consultation.time_zone,
            superseded.label("superseded"),
        )
        .join(Consultation, Consultation.id == ModerationDecision.consultation_id)
        .outerjoin(Answer, Answer.decision_id == ModerationDecision.id)
        .outerjoin(Comment, Comment.id == ModerationDecision.comment_id)
        .outerjoin(above, above.id == Comment.contribution_id)
        .outerjoin(_Own, _Own.id == ModerationDecision.contribution_id)
    )


def _own_decision(row: Any) -> OwnDecision:
    decision: ModerationDecision = row.ModerationDecision
    text: Contribution | Comment = row.Comment if row.Comment is not None else row[3]
    of_comment = isinstance(text, Comment)
    answer: Answer | None = row.Answer
    open_to_answer = decision.act in AGAINST and text.status is Status.HIDDEN and not row.superseded
    return OwnDecision(
        id=decision.id,
        slug=row.slug,
        consultation=row.consultation,
        language=row.language,
        time_zone=row.time_zone,
        kind=Kind.COMMENT if of_comment else Kind.CONTRIBUTION,
        number=text.number,
        contribution_number=row.above_number if of_comment else text.number,
        title=row.above_title if isinstance(text, Comment) else text.title,
        body_html=text.body_html,
        status=text.status,
        act=decision.act,
        reason=decision.reason,
        words=decision.words,
        decided_at=decision.decided_at,
        answer=None if answer is None else answer.body,
        answered_at=None if answer is None else answer.answered_at,
        may_answer=open_to_answer and answer is None,
    )
