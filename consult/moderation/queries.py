"""What the team reads when it moderates: contributions and comments together, newest first, hidden ones too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Person
from consult.consultations.models import Question
from consult.core.errors import NotFound
from consult.core.html import plain_text
from consult.moderation.models import ModerationDecision
from consult.moderation.values import Act, Item, Kind, Reason, Target
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Channel, Stance, Status

PAGE_SIZE = 20
EXCERPT = 260


@dataclass(frozen=True)
class DecisionView:
    """A decision with the name of who took it."""

    id: int
    act: Act
    reason: Reason
    words: str
    moderator: str
    decided_at: datetime


@dataclass(frozen=True)
class ModerationItem:
    """A contribution or comment with what is needed to judge it.

    `title` and `contribution_number` are the contribution's, also for a comment; `replies_to` is the number of the
    comment that a reply answers; `above_stands` is False while something above hides it already.
    """

    id: int
    kind: Kind
    number: int
    contribution_number: int
    title: str
    author: str
    author_id: int | None
    body_html: str
    excerpt: str
    created_at: datetime
    status: Status
    status_at: datetime | None
    stance: Stance | None = None
    replies_to: int | None = None
    question: str | None = None
    channel: Channel = Channel.WEB
    supports: int = 0
    comments: int = 0
    above_stands: bool = True
    decisions: tuple[DecisionView, ...] = ()

    @property
    def offered(self) -> tuple[Act, ...]:
        """What may be done with it whether it waits or not: nothing once its author has withdrawn it."""
        return {
            Status.PUBLISHED: (Act.HIDE,),
            Status.HIDDEN: (Act.RESTORE,),
            Status.HELD: (Act.RELEASE, Act.REFUSE),
        }.get(self.status, ())


@dataclass(frozen=True)
class ModerationPage:
    """One page of the list; `after` leads to the next one, None on the last."""

    items: tuple[ModerationItem, ...]
    after: str | None


def list_items(
    session: Session, *, consultation_id: int, hidden_only: bool = False, after: str | None = None
) -> ModerationPage:
    """One page of everything that people wrote, newest first (3 statements).

    The two kinds are read by their numbers, which follow time, and merged by it: the cursor says how far each
    was read ("contribution-comment"), so that deep pages cost what the first one does.
    """
    read_to = _read_cursor(after)
    contributions = _contributions().where(Contribution.consultation_id == consultation_id)
    comments = _comments().where(Comment.consultation_id == consultation_id)
    if hidden_only:
        contributions = contributions.where(Contribution.status == Status.HIDDEN)
        comments = comments.where(Comment.status == Status.HIDDEN)
    if read_to is not None:
        contributions = contributions.where(Contribution.number < read_to[0])
        comments = comments.where(Comment.number < read_to[1])
    first = contributions.order_by(Contribution.number.desc()).limit(PAGE_SIZE + 1)
    second = comments.order_by(Comment.number.desc()).limit(PAGE_SIZE + 1)
    merged = _merge(
        [_contribution_item(row) for row in session.execute(first)],
        [_comment_item(row) for row in session.execute(second)],
    )
    shown = merged[:PAGE_SIZE]
    cursor = None
    if len(merged) > PAGE_SIZE:
        cursor = "-".join(str(_read_down_to(merged, kind)) for kind in (Kind.CONTRIBUTION, Kind.COMMENT))
    return ModerationPage(_with_decisions(session, shown), cursor)


def get_item(session: Session, *, consultation_id: int, kind: Kind, number: int) -> ModerationItem:
    """One contribution or comment with its decisions (2 statements). Raises `NotFound`."""
    if kind is Kind.CONTRIBUTION:
        row = session.execute(
            _contributions().where(Contribution.consultation_id == consultation_id, Contribution.number == number)
        ).one_or_none()
        item = None if row is None else _contribution_item(row)
    else:
        row = session.execute(
            _comments().where(Comment.consultation_id == consultation_id, Comment.number == number)
        ).one_or_none()
        item = None if row is None else _comment_item(row)
    if item is None:
        raise NotFound
    return _with_decisions(session, [item])[0]


def get_items(session: Session, *, consultation_id: int, items: Sequence[Item]) -> tuple[ModerationItem, ...]:
    """Several contributions and comments by number, in this order; unknown ones are left out (3 statements)."""
    numbers = {kind: [item.number for item in items if item.kind is kind] for kind in Kind}
    contributions = _contributions().where(
        Contribution.consultation_id == consultation_id, Contribution.number.in_(numbers[Kind.CONTRIBUTION])
    )
    comments = _comments().where(
        Comment.consultation_id == consultation_id, Comment.number.in_(numbers[Kind.COMMENT])
    )
    rows = [
        *(_contribution_item(row) for row in session.execute(contributions)),
        *(_comment_item(row) for row in session.execute(comments)),
    ]
    found = {Item(row.kind, row.number): row for row in _with_decisions(session, rows)}
    return tuple(found[item] for item in items if item in found)


def items_by_id(session: Session, targets: Iterable[Target]) -> dict[Target, ModerationItem]:
    """Contributions and comments by the ids of their rows, with their decisions (3 statements)."""
    ids = {kind: [target.id for target in targets if target.kind is kind] for kind in Kind}
    contributions = _contributions().where(Contribution.id.in_(ids[Kind.CONTRIBUTION]))
    comments = _comments().where(Comment.id.in_(ids[Kind.COMMENT]))
    found = [
        *(_contribution_item(row) for row in session.execute(contributions)),
        *(_comment_item(row) for row in session.execute(comments)),
    ]
    return {Target(item.kind, item.id): item for item in _with_decisions(session, found)}


def _contributions() -> Select[*tuple[Any, ...]]:
    return select(Contribution, Question.text.label("question")).outerjoin(
        Question, Question.id == Contribution.question_id
    )


def _comments() -> Select[*tuple[Any, ...]]:
    parent = aliased(Comment)
    return (
        select(
            Comment,
            Contribution.number.label("contribution_number"),
            Contribution.title,
            Contribution.status.label("contribution_status"),
            parent.number.label("parent_number"),
            parent.status.label("parent_status"),
        )
        .join(Contribution, Contribution.id == Comment.contribution_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
    )


def _contribution_item(row: Row[*tuple[Any, ...]]) -> ModerationItem:
    contribution: Contribution = row.Contribution
    return ModerationItem(
        id=contribution.id,
        kind=Kind.CONTRIBUTION,
        number=contribution.number,
        contribution_number=contribution.number,
        title=contribution.title,
        author=contribution.author_name,
        author_id=contribution.author_id,
        body_html=contribution.body_html,
        excerpt=contribution.excerpt,
        created_at=contribution.created_at,
        status=contribution.status,
        status_at=contribution.status_at,
        question=row.question,
        channel=contribution.channel,
        supports=contribution.supports,
        comments=contribution.comments,
    )


def _comment_item(row: Row[*tuple[Any, ...]]) -> ModerationItem:
    comment: Comment = row.Comment
    return ModerationItem(
        id=comment.id,
        kind=Kind.COMMENT,
        number=comment.number,
        contribution_number=row.contribution_number,
        title=row.title,
        author=comment.author_name,
        author_id=comment.author_id,
        body_html=comment.body_html,
        excerpt=plain_text(comment.body_html, EXCERPT),
        created_at=comment.created_at,
        status=comment.status,
        status_at=comment.status_at,
        stance=comment.stance,
        replies_to=row.parent_number,
        above_stands={row.contribution_status, row.parent_status or Status.PUBLISHED} == {Status.PUBLISHED},
    )


def _merge(first: list[ModerationItem], second: list[ModerationItem]) -> list[ModerationItem]:
    """Two lists that are newest first, made into one, each in its own order."""
    merged: list[ModerationItem] = []
    while first and second:
        merged.append((first if first[0].created_at >= second[0].created_at else second).pop(0))
    return merged + first + second


def _read_down_to(merged: Sequence[ModerationItem], kind: Kind) -> int:
    """The next page takes numbers below this one: it begins with the first item of this kind not shown yet."""
    unseen = next((item.number for item in merged[PAGE_SIZE:] if item.kind is kind), None)
    if unseen is not None:
        return unseen + 1
    return min((item.number for item in merged[:PAGE_SIZE] if item.kind is kind), default=0)


def _read_cursor(after: str | None) -> tuple[int, int] | None:
    parts = (after or "").split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _with_decisions(session: Session, items: Sequence[ModerationItem]) -> tuple[ModerationItem, ...]:
    """The items with what was decided about each, latest first (1 statement)."""
    ids = {kind: [item.id for item in items if item.kind is kind] for kind in Kind}
    rows = session.execute(
        select(ModerationDecision, Person.display_name)
        .outerjoin(Person, Person.id == ModerationDecision.moderator_id)
        .where(
            ModerationDecision.contribution_id.in_(ids[Kind.CONTRIBUTION])
            | ModerationDecision.comment_id.in_(ids[Kind.COMMENT])
        )
        .order_by(ModerationDecision.id.desc())
    )
    found: dict[tuple[Kind, int], list[DecisionView]] = {}
    for row in rows:
        taken: ModerationDecision = row.ModerationDecision
        about = (
            (Kind.CONTRIBUTION, taken.contribution_id)
            if taken.contribution_id is not None
            else (Kind.COMMENT, taken.comment_id or 0)
        )
        found.setdefault(about, []).append(
            DecisionView(taken.id, taken.act, taken.reason, taken.words, row.display_name or "", taken.decided_at)
        )
    return tuple(replace(item, decisions=tuple(found.get((item.kind, item.id), ()))) for item in items)
