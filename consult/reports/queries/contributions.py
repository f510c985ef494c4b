"""Contributions for files: every row in order, a chunk at a time, and the selection of the synthesis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.consultations.models import Question
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Channel, Stance, Status

CHUNK = 500


@dataclass(frozen=True)
class ContributionRow:
    """A contribution as its public file shows it: without words once it is withdrawn or hidden."""

    number: int
    status: Status
    created_at: datetime
    question_number: int | None = None
    title: str = ""
    body: str = ""
    author: str = ""
    channel: Channel | None = None
    supports: int | None = None
    comments: int | None = None


@dataclass(frozen=True)
class SynthesisComment:
    """A comment of the synthesis; a reply has no stance of its own."""

    contribution_id: int
    number: int
    is_reply: bool
    stance: Stance
    author: str
    body_html: str
    created_at: datetime


@dataclass(frozen=True)
class SynthesisContribution:
    """A contribution of the synthesis with the comments that are shown there."""

    id: int
    number: int
    question_number: int | None
    title: str
    body_html: str
    author: str
    channel: Channel
    created_at: datetime
    supports: int
    comments: int
    shown_comments: tuple[SynthesisComment, ...] = ()


def every_contribution(session: Session, consultation_id: int) -> Iterator[ContributionRow]:
    """Every contribution by number, read in chunks of `CHUNK` (a statement each), so in bounded memory.

    What waits for the team is not among them yet: nobody but its author knows of it.
    """
    last = 0
    while True:
        rows = session.execute(_rows(consultation_id, last)).all()
        for row in rows:
            shown = row.status is Status.PUBLISHED
            # Numbers are never used again, so a gap would be a riddle: what is not public keeps number and status.
            yield (
                ContributionRow(
                    row.number, row.status, row.created_at, row.question_number, row.title, row.body,
                    row.author_name, row.channel, row.supports, row.comments,
                )
                if shown
                else ContributionRow(row.number, row.status, row.created_at)
            )  # fmt: skip
        if len(rows) < CHUNK:
            return
        last = rows[-1].number


def most_supported(session: Session, consultation_id: int, limit: int) -> tuple[SynthesisContribution, ...]:
    """The published contributions with most supports, earlier ones first among equals (1 statement)."""
    rows = session.execute(
        select(
            Contribution.id,
            Contribution.number,
            Question.number.label("question_number"),
            Contribution.title,
            Contribution.body_html,
            Contribution.author_name,
            Contribution.channel,
            Contribution.created_at,
            Contribution.supports,
            Contribution.comments,
        )
        .outerjoin(Question, Question.id == Contribution.question_id)
        .where(Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED)
        .order_by(Contribution.supports.desc(), Contribution.number.desc())
        .limit(limit)
    )
    return tuple(
        SynthesisContribution(
            id=row.id,
            number=row.number,
            question_number=row.question_number,
            title=row.title,
            body_html=row.body_html,
            author=row.author_name,
            channel=row.channel,
            created_at=row.created_at,
            supports=row.supports,
            comments=row.comments,
        )
        for row in rows
    )


def first_comments(
    session: Session, contribution_ids: list[int], *, each: int
) -> dict[int, tuple[SynthesisComment, ...]]:
    """The first comments that count under each contribution, replies below what they answer (1 statement)."""
    found: dict[int, list[SynthesisComment]] = {}
    for row in session.execute(_threads(contribution_ids, each)):
        comment = SynthesisComment(
            contribution_id=row.contribution_id,
            number=row.number,
            is_reply=row.parent_id is not None,
            stance=row.stance,
            author=row.author_name,
            body_html=row.body_html,
            created_at=row.created_at,
        )
        found.setdefault(row.contribution_id, []).append(comment)
    return {contribution_id: tuple(comments) for contribution_id, comments in found.items()}


def _rows(consultation_id: int, after: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Contribution.number,
            Contribution.status,
            Contribution.created_at,
            Question.number.label("question_number"),
            Contribution.title,
            Contribution.body,
            Contribution.author_name,
            Contribution.channel,
            Contribution.supports,
            Contribution.comments,
        )
        .outerjoin(Question, Question.id == Contribution.question_id)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.number > after,
            Contribution.status != Status.HELD,
        )
        .order_by(Contribution.number)
        .limit(CHUNK)
    )


def _threads(contribution_ids: list[int], each: int) -> Select[*tuple[Any, ...]]:
    """Comments in reading order: a thread by its first comment's number, replies after it."""
    parent = aliased(Comment)
    thread = func.coalesce(parent.number, Comment.number)
    place = (
        func.row_number()
        .over(partition_by=Comment.contribution_id, order_by=(thread, Comment.number))
        .label("place")
    )
    ranked = (
        select(
            Comment.contribution_id,
            Comment.number,
            Comment.parent_id,
            Comment.stance,
            Comment.author_name,
            Comment.body_html,
            Comment.created_at,
            place,
        )
        .outerjoin(parent, parent.id == Comment.parent_id)
        .where(
            Comment.contribution_id.in_(contribution_ids),
            Comment.status == Status.PUBLISHED,
            or_(Comment.parent_id.is_(None), parent.status == Status.PUBLISHED),
        )
        .subquery()
    )
    return select(ranked).where(ranked.c.place <= each).order_by(ranked.c.contribution_id, ranked.c.place)
