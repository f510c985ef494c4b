"""The rows of a data package, in order and in chunks, so in bounded memory whatever the consultation's size.

The public package shows what the site shows; the complete one, for the team's archive, also what is hidden or
withdrawn, and people by their keys instead of their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.audience.models import AudienceDay
from consult.consultations.models import Consultation, Question, Testimony
from consult.core.batches import batches
from consult.core.clock import civil_date
from consult.ledger.models import PersonKey, TextSalt
from consult.ledger.values import TextKind
from consult.organisations.models import Organisation
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.values import Channel, Stance, Status

CHUNK = 500
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class PackagedContribution:
    """A contribution of a package; without words where nobody may read them."""

    number: int
    question: int | None
    title: str
    body: str
    author: str
    created_at: datetime
    channel: Channel
    status: Status


@dataclass(frozen=True)
class PackagedComment:
    """A comment of a package."""

    contribution: int
    number: int
    parent: int | None
    stance: Stance
    body: str
    author: str
    created_at: datetime
    status: Status


@dataclass(frozen=True)
class Manifest:
    """What `consultation.toml` and the two texts beside it say."""

    slug: str
    title: str
    summary: str
    language: str
    opens_on: date
    closes_on: date
    time_zone: str
    introduction: str
    about: str
    decides: str
    decided_when: str
    not_negotiable: str
    outcome: str
    outcome_on: date | None
    organisation_slug: str
    organisation_name: str
    questions: tuple[str, ...]
    testimonies: tuple[tuple[str, str, str, str, str], ...]


def manifest(session: Session, consultation_id: int) -> Manifest:
    """The consultation's own words (3 statements)."""
    consultation, organisation = session.execute(
        select(Consultation, Organisation)
        .join(Organisation, Organisation.id == Consultation.organisation_id)
        .where(Consultation.id == consultation_id)
    ).one()
    questions = session.scalars(
        select(Question.text).where(Question.consultation_id == consultation_id).order_by(Question.number)
    )
    voices = session.execute(
        select(Testimony.name, Testimony.role, Testimony.organisation, Testimony.quote, Testimony.consent)
        .where(Testimony.consultation_id == consultation_id)
        .order_by(Testimony.position)
    )
    own = (
        *("slug", "title", "summary", "language", "opens_on", "closes_on", "time_zone", "introduction", "about"),
        *("decides", "decided_when", "not_negotiable", "outcome", "outcome_on"),
    )
    return Manifest(
        **{name: getattr(consultation, name) for name in own},
        organisation_slug=organisation.slug,
        organisation_name=organisation.name,
        questions=tuple(questions),
        testimonies=tuple((row.name, row.role, row.organisation, row.quote, row.consent) for row in voices),
    )


def contributions(session: Session, consultation_id: int, *, complete: bool) -> Iterator[PackagedContribution]:
    """Every contribution by number but for what waits for the team; the complete package lacks erased ones."""
    participation, key = _author_of(Contribution.consultation_id, Contribution.author_id)
    query = (
        select(
            Contribution.number,
            Contribution.title,
            Contribution.body,
            Contribution.author_name,
            Contribution.created_at,
            Contribution.channel,
            Contribution.status,
            Question.number.label("question"),
            func.coalesce(Participation.author_key, PersonKey.key, "").label("key"),
        )
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Participation, participation)
        .outerjoin(PersonKey, key)
        .where(Contribution.consultation_id == consultation_id, Contribution.status != Status.HELD)
    )
    for row in _by_number(session, query, Contribution.number):
        if complete and row.status is Status.WITHDRAWN and not row.body:
            continue  # its author had it erased: nothing is left to archive, nor of what stood under it
        shown = complete or row.status is Status.PUBLISHED
        yield PackagedContribution(
            number=row.number,
            question=row.question if shown else None,
            title=row.title if shown else "",
            body=row.body if shown else "",
            author=(row.key if complete else row.author_name) if shown else "",
            created_at=row.created_at,
            channel=row.channel,
            status=row.status,
        )


def comments(session: Session, consultation_id: int, *, complete: bool) -> Iterator[PackagedComment]:
    """The comments that count, by number; in the complete package all, but for held and erased ones."""
    parent = aliased(Comment)
    participation, key = _author_of(Comment.consultation_id, Comment.author_id)
    query = (
        select(
            Comment.number,
            Comment.stance,
            Comment.body,
            Comment.author_name,
            Comment.created_at,
            Comment.status,
            Contribution.number.label("contribution"),
            parent.number.label("parent"),
            func.coalesce(Participation.author_key, PersonKey.key, "").label("key"),
        )
        .join(Contribution, Contribution.id == Comment.contribution_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .outerjoin(Participation, participation)
        .outerjoin(PersonKey, key)
        .where(Comment.consultation_id == consultation_id)
    )
    if complete:
        kept = or_(parent.id.is_(None), parent.body != "", parent.status != Status.WITHDRAWN)
        query = query.where(
            Comment.status != Status.HELD,
            or_(Comment.status != Status.WITHDRAWN, Comment.body != ""),
            kept,
            _not_erased(),
        )
    else:
        query = query.where(*counting(parent))
    for row in _by_number(session, query, Comment.number):
        yield PackagedComment(
            contribution=row.contribution,
            number=row.number,
            parent=row.parent,
            stance=row.stance,
            body=row.body,
            author=row.key if complete else row.author_name,
            created_at=row.created_at,
            status=row.status,
        )


def supports(session: Session, consultation_id: int) -> Iterator[tuple[int, str, datetime]]:
    """Every standing support with its person's key: for the complete package only."""
    for row in _supports(session, consultation_id, published_only=False):
        yield row.number, row.key, row.created_at


def supports_by_week(session: Session, consultation_id: int, time_zone: str) -> Iterator[tuple[int, date, int]]:
    """How many standing supports each published contribution was given in each week, named by its Monday."""
    current, weeks = 0, Counter[date]()
    for row in _supports(session, consultation_id, published_only=True):
        if row.number != current:
            yield from ((current, week, weeks[week]) for week in sorted(weeks))
            current, weeks = row.number, Counter()
        day = civil_date(row.created_at, time_zone)
        weeks[day - timedelta(days=day.weekday())] += 1
    yield from ((current, week, weeks[week]) for week in sorted(weeks))


def visits(session: Session, consultation_id: int) -> Sequence[tuple[date, int]]:
    """The readers of each day (1 statement; at most a row per day)."""
    rows = session.execute(
        select(AudienceDay.day, AudienceDay.visitors)
        .where(AudienceDay.consultation_id == consultation_id)
        .order_by(AudienceDay.day)
    )
    return [(row.day, row.visitors) for row in rows]


def salts(session: Session, consultation_id: int, *, complete: bool) -> Iterator[tuple[TextKind, int, str]]:
    """The salts of the digests of the texts that the package shows."""
    kept = TextSalt.consultation_id == consultation_id
    contribution = select(TextSalt.number, TextSalt.salt).where(kept, TextSalt.kind == TextKind.CONTRIBUTION)
    comment = select(TextSalt.number, TextSalt.salt).where(kept, TextSalt.kind == TextKind.COMMENT)
    if not complete:
        parent = aliased(Comment)
        contribution = contribution.join(
            Contribution,
            and_(Contribution.consultation_id == consultation_id, Contribution.number == TextSalt.number),
        ).where(Contribution.status == Status.PUBLISHED)
        comment = (
            comment.join(
                Comment, and_(Comment.consultation_id == consultation_id, Comment.number == TextSalt.number)
            )
            .join(Contribution, Contribution.id == Comment.contribution_id)
            .outerjoin(parent, parent.id == Comment.parent_id)
            .where(*counting(parent))
        )
    for kind, query in ((TextKind.CONTRIBUTION, contribution), (TextKind.COMMENT, comment)):
        for row in _by_number(session, query, TextSalt.number):
            yield kind, row.number, row.salt


def people(session: Session, consultation_id: int) -> Iterator[tuple[str, str]]:
    """Each author of the complete package with the key that the journal's openings name them by."""

    def after(last: tuple[Any, ...]) -> ColumnElement[bool]:
        return cast(ColumnElement[bool], PersonKey.person_id > last[0])

    query = (
        select(
            PersonKey.person_id,
            PersonKey.key,
            func.coalesce(Participation.author_key, PersonKey.key).label("author"),
        )
        .outerjoin(
            Participation,
            and_(
                Participation.consultation_id == PersonKey.consultation_id,
                Participation.person_id == PersonKey.person_id,
            ),
        )
        .where(PersonKey.consultation_id == consultation_id)
        .order_by(PersonKey.person_id)
    )
    for row in _in_chunks(session, query, after, lambda row: (row.person_id,)):
        yield row.author, row.key


def counting(parent: type[Comment]) -> tuple[ColumnElement[bool], ...]:
    """What makes a comment count: it and everything above it are published."""
    return (
        Comment.status == Status.PUBLISHED,
        Contribution.status == Status.PUBLISHED,
        or_(parent.id.is_(None), parent.status == Status.PUBLISHED),
    )


def _not_erased() -> ColumnElement[bool]:
    """Contributions of the complete package: what was withdrawn and lost its words is not among them."""
    return or_(Contribution.status != Status.WITHDRAWN, Contribution.body != "")


def _supports(session: Session, consultation_id: int, *, published_only: bool) -> Iterator[Row[*tuple[Any, ...]]]:
    """Supports by contribution, some contributions at a time: a cursor over all would sort all of them anew."""
    participation, key = _author_of(Contribution.consultation_id, Support.person_id)
    query = (
        select(
            Support.created_at,
            Contribution.number,
            func.coalesce(Participation.author_key, PersonKey.key, "").label("key"),
        )
        .join(Contribution, Contribution.id == Support.contribution_id)
        .outerjoin(Participation, participation)
        .outerjoin(PersonKey, key)
        .order_by(Support.contribution_id, Support.person_id)
    )
    supported = select(Contribution.id, Contribution.number).where(
        Contribution.consultation_id == consultation_id, Contribution.supports > 0
    )
    supported = supported.where(Contribution.status == Status.PUBLISHED if published_only else _not_erased())
    for batch in batches(_by_number(session, supported, Contribution.number), CHUNK):
        these = query.where(Support.contribution_id.in_([row.id for row in batch]))
        yield from session.execute(these, execution_options={"yield_per": CHUNK})


def _author_of(consultation_id: Any, person_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """How a row finds what its author is called in packages, and in the journal."""
    return (
        and_(Participation.consultation_id == consultation_id, Participation.person_id == person_id),
        and_(PersonKey.consultation_id == consultation_id, PersonKey.person_id == person_id),
    )


def _by_number(session: Session, query: Query, number: Any) -> Iterator[Row[*tuple[Any, ...]]]:
    return _in_chunks(session, query.order_by(number), lambda last: number > last[0], lambda row: (row.number,))


def _in_chunks(
    session: Session,
    query: Query,
    after: Callable[[tuple[Any, ...]], ColumnElement[bool]],
    place: Callable[[Row[*tuple[Any, ...]]], tuple[Any, ...]],
) -> Iterator[Row[*tuple[Any, ...]]]:
    last: tuple[Any, ...] | None = None
    while True:
        bounded = query if last is None else query.where(after(last))
        rows = session.execute(bounded.limit(CHUNK)).all()
        yield from rows
        if len(rows) < CHUNK:
            return
        last = place(rows[-1])
