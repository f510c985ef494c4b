"""Lists and pages of contributions: frozen dataclasses, a fixed number of statements whatever their size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from consult.consultations.models import Question
from consult.core.errors import NotFound
from consult.core.numbers import number_in
from consult.proposals.models import Comment, Contribution, Revision, Support
from consult.proposals.rules import rotation_start
from consult.proposals.search import closest, matches
from consult.proposals.values import Channel, Sort, Stance, Status

PAGE_SIZE = 20
COMMENTS_PER_PAGE = 100


@dataclass(frozen=True)
class ContributionCard:
    """A contribution in a list."""

    number: int
    question_number: int | None
    title: str
    excerpt: str
    author: str
    channel: Channel
    created_at: datetime
    supports: int
    comments: int


@dataclass(frozen=True)
class ContributionPage:
    """One page of the list; `after` leads to the next one, None on the last."""

    cards: tuple[ContributionCard, ...]
    after: str | None


@dataclass(frozen=True)
class CommentView:
    """A comment as shown: hidden and withdrawn ones without their words, held ones to their author alone."""

    number: int
    stance: Stance
    author: str
    author_id: int | None
    body_html: str
    status: Status
    created_at: datetime
    replies: tuple[CommentView, ...] = ()


@dataclass(frozen=True)
class CommentPage:
    """Comments in the order they came; `after` is the number to go on from, None on the last page."""

    comments: tuple[CommentView, ...]
    after: int | None


@dataclass(frozen=True)
class ContributionView:
    """A contribution as its page needs it."""

    id: int
    number: int
    question_number: int | None
    question_text: str | None
    title: str
    body: str
    body_html: str
    excerpt: str
    author: str
    author_id: int | None
    channel: Channel
    received_on: date | None
    status: Status
    created_at: datetime
    edited_at: datetime | None
    status_at: datetime | None
    supports: int
    comments: int
    supported: bool


@dataclass(frozen=True)
class RevisionView:
    """An earlier text of a contribution."""

    title: str
    body_html: str
    written_at: datetime
    replaced_at: datetime
    supports_then: int


@dataclass(frozen=True)
class ListFilter:
    """What the list's form asks for."""

    search: str = ""
    question_number: int | None = None
    sort: Sort = Sort.ROTATING
    after: str | None = None


def list_contributions(
    session: Session, *, consultation_id: int, slug: str, wanted: ListFilter, today: date
) -> ContributionPage:
    """One page of the published contributions (1 statement). `today` turns the rotating order.

    A cursor that cannot be read starts from the beginning. An unknown question finds nothing.
    """
    conditions = [
        Contribution.consultation_id == consultation_id,
        Contribution.status == Status.PUBLISHED,
    ]
    if wanted.question_number is not None:
        question = select(Question.id).where(
            Question.consultation_id == consultation_id, Question.number == wanted.question_number
        )
        conditions.append(Contribution.question_id == question.scalar_subquery())
    found = matches(session, wanted.search) if wanted.search.strip() else None
    if found is not None:
        conditions.append(found)
    cursor = _read_cursor(wanted.after)
    if wanted.sort is Sort.ROTATING:
        return _rotating_page(session, conditions, rotation_start(slug, today), cursor)
    return _sorted_page(session, conditions, wanted.sort, cursor)


def similar_contributions(
    session: Session, *, consultation_id: int, title: str, limit: int = 4
) -> tuple[ContributionCard, ...]:
    """Published contributions that share words with a title, closest first (2 statements)."""
    ids = session.scalars(
        closest(
            session,
            title,
            [Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED],
        ).limit(limit)
    ).all()
    rows = session.execute(_cards().where(Contribution.id.in_(ids)).add_columns(Contribution.id))
    by_id = {row.id: _card(row) for row in rows}
    return tuple(by_id[found] for found in ids)


def get_contribution(
    session: Session, *, consultation_id: int, number: int, person_id: int | None
) -> ContributionView:
    """A contribution whatever its status, and whether this person supports it (1 statement).

    Raises `NotFound`. The view decides by status who may see it.
    """
    row = session.execute(
        select(Contribution, Question.number, Question.text, _supported_by(person_id).label("supported"))
        .outerjoin(Question, Question.id == Contribution.question_id)
        .where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    contribution = row.Contribution
    return ContributionView(
        id=contribution.id,
        number=contribution.number,
        question_number=row.number,
        question_text=row.text,
        title=contribution.title,
        body=contribution.body,
        body_html=contribution.body_html,
        excerpt=contribution.excerpt,
        author=contribution.author_name,
        author_id=contribution.author_id,
        channel=contribution.channel,
        received_on=contribution.received_on,
        status=contribution.status,
        created_at=contribution.created_at,
        edited_at=contribution.edited_at,
        status_at=contribution.status_at,
        supports=contribution.supports,
        comments=contribution.comments,
        supported=bool(row.supported),
    )


def _supported_by(person_id: int | None) -> ColumnElement[bool]:
    if person_id is None:
        return literal(False)
    mine = select(literal(1)).where(Support.contribution_id == Contribution.id, Support.person_id == person_id)
    return mine.exists()


def list_comments(
    session: Session,
    *,
    contribution_id: int,
    person_id: int | None = None,
    after: int | None = None,
    limit: int = COMMENTS_PER_PAGE,
) -> CommentPage:
    """A page of a contribution's comments with the replies to them, as this person may see them (2 statements)."""
    top = (
        select(Comment)
        .where(Comment.contribution_id == contribution_id, Comment.parent_id.is_(None), _not_held_from(person_id))
        .order_by(Comment.number)
        .limit(limit + 1)
    )
    if after is not None:
        top = top.where(Comment.number > after)
    rows = session.scalars(top).all()
    more = len(rows) > limit
    rows = rows[:limit]
    replies: dict[int, list[CommentView]] = {}
    for reply in session.scalars(
        select(Comment)
        .where(
            Comment.parent_id.in_([row.id for row in rows if row.status is Status.PUBLISHED]),
            Comment.contribution_id == contribution_id,
            _not_held_from(person_id),
        )
        .order_by(Comment.number)
    ):
        replies.setdefault(reply.parent_id or 0, []).append(_comment(reply, ()))
    comments = tuple(_comment(row, tuple(replies.get(row.id, ()))) for row in rows)
    return CommentPage(comments, comments[-1].number if more else None)


def get_comment(
    session: Session, *, consultation_id: int, number: int, person_id: int | None = None
) -> CommentView:
    """One comment without its replies (1 statement). Raises `NotFound`, also where it waits and is another's."""
    row = session.scalars(
        select(Comment).where(
            Comment.consultation_id == consultation_id, Comment.number == number, _not_held_from(person_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return _comment(row, ())


def _not_held_from(person_id: int | None) -> ColumnElement[bool]:
    """The comments that this person may know of: what waits for the team is its author's alone."""
    if person_id is None:
        return Comment.status != Status.HELD
    return or_(Comment.status != Status.HELD, Comment.author_id == person_id)


def list_revisions(session: Session, contribution_id: int) -> tuple[RevisionView, ...]:
    """The earlier texts of a contribution, newest first (1 statement)."""
    rows = session.scalars(
        select(Revision).where(Revision.contribution_id == contribution_id).order_by(Revision.id.desc())
    )
    return tuple(
        RevisionView(row.title, row.body_html, row.written_at, row.replaced_at, row.supports_then) for row in rows
    )


def _sorted_page(
    session: Session, conditions: list[ColumnElement[bool]], sort: Sort, cursor: tuple[int, ...]
) -> ContributionPage:
    first = {
        Sort.RECENT: Contribution.number,
        Sort.SUPPORTED: Contribution.supports,
        Sort.DISCUSSED: Contribution.comments,
    }[sort]
    # Naming the number twice would keep SQLite from the index that serves a question's newest contributions.
    place = (first,) if sort is Sort.RECENT else (first, Contribution.number)
    if len(cursor) == 2:
        conditions = [*conditions, tuple_(*place) < cursor[-len(place) :]]
    query = _cards().where(*conditions).order_by(*(item.desc() for item in place)).limit(PAGE_SIZE + 1)
    rows = session.execute(query).all()
    cards = tuple(_card(row) for row in rows[:PAGE_SIZE])
    if len(rows) <= PAGE_SIZE:
        return ContributionPage(cards, None)
    last = cards[-1]
    value = {Sort.RECENT: last.number, Sort.SUPPORTED: last.supports, Sort.DISCUSSED: last.comments}[sort]
    return ContributionPage(cards, f"{value}-{last.number}")


def _rotating_page(
    session: Session, conditions: list[ColumnElement[bool]], start: int, cursor: tuple[int, ...]
) -> ContributionPage:
    """The ring read from `start` round to it: what lies after the start, then what lies before it.

    The cursor carries the start it began with, so that a reader who goes on after midnight misses nothing.
    """
    lap, shuffle, number = 0, -1, 0
    if len(cursor) == 4 and cursor[1] in {0, 1}:
        start, lap, shuffle, number = cursor
    place = tuple_(Contribution.shuffle, Contribution.number)
    laps = []
    for turn, side in ((0, Contribution.shuffle >= start), (1, Contribution.shuffle < start)):
        if turn < lap:
            continue
        beyond = [place > (shuffle, number)] if turn == lap else []
        laps.append(
            _cards()
            .add_columns(literal(turn).label("lap"), Contribution.shuffle)
            .where(*conditions, side, *beyond)
            .order_by(Contribution.shuffle, Contribution.number)
            .limit(PAGE_SIZE + 1)
            .subquery()
        )
    united = union_all(*(select(part) for part in laps)).subquery()
    rows = session.execute(
        select(united).order_by(united.c.lap, united.c.shuffle, united.c.number).limit(PAGE_SIZE + 1)
    ).all()
    cards = tuple(_card(row) for row in rows[:PAGE_SIZE])
    if len(rows) <= PAGE_SIZE:
        return ContributionPage(cards, None)
    last = rows[PAGE_SIZE - 1]
    return ContributionPage(cards, f"{start}-{last.lap}-{last.shuffle}-{last.number}")


def _cards() -> Select[*tuple[Any, ...]]:
    return select(
        Contribution.number,
        Question.number.label("question_number"),
        Contribution.title,
        Contribution.excerpt,
        Contribution.author_name,
        Contribution.channel,
        Contribution.created_at,
        Contribution.supports,
        Contribution.comments,
    ).outerjoin(Question, Question.id == Contribution.question_id)


def _card(row: Row[*tuple[Any, ...]]) -> ContributionCard:
    return ContributionCard(
        number=row.number,
        question_number=row.question_number,
        title=row.title,
        excerpt=row.excerpt,
        author=row.author_name,
        channel=row.channel,
        created_at=row.created_at,
        supports=row.supports,
        comments=row.comments,
    )


def _comment(row: Comment, replies: tuple[CommentView, ...]) -> CommentView:
    shown = row.status in {Status.PUBLISHED, Status.HELD}
    return CommentView(
        number=row.number,
        stance=row.stance,
        author=row.author_name if shown else "",
        author_id=row.author_id,
        body_html=row.body_html if shown else "",
        status=row.status,
        created_at=row.created_at,
        replies=replies,
    )


def _read_cursor(after: str | None) -> tuple[int, ...]:
    numbers = [number_in(part) for part in (after or "").split("-")]
    return tuple(number for number in numbers if number is not None) if None not in numbers else ()
