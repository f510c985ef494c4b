"""Copies of one text: flags for the team, never an obstacle. Part of the commands' layer.

A published or held text is noted with the act, and compared afterwards by a task with the texts of the same
consultation of the last week, by an index: what that costs does not depend on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from consult.consultations.commands import lock_consultation
from consult.core.tasks import wake_after_commit
from consult.moderation import shingles
from consult.moderation.cases import wait
from consult.moderation.models import Band, SeenText
from consult.moderation.values import Kind, Target
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Status

FIND_FLOODS = "find_floods"
# So many near-identical texts, by as many people or by one of them within `IN_A_ROW`, are a flood.
FLOOD = 3
IN_A_ROW = timedelta(hours=1)
REMEMBERED = timedelta(days=7)
CANDIDATES = 40
_STANDING = frozenset({Status.PUBLISHED, Status.HELD})


@dataclass(frozen=True)
class Like:
    """A recent text that says the same."""

    id: int
    target: Target
    author_id: int | None
    received_at: datetime


@dataclass(frozen=True)
class _Now:
    """What became of a text until the lock was taken: its group, and whether it stands or waits."""

    group_id: int | None
    stands: bool


def note_text(session: Session, consultation_id: int, kind: Kind, number: int, *, now: datetime) -> None:
    """Remember that a text is to be compared with others."""
    model = Contribution if kind is Kind.CONTRIBUTION else Comment
    row = session.execute(
        select(model.id, model.author_id).where(model.consultation_id == consultation_id, model.number == number)
    ).one()
    target = Target(kind, row.id)
    forget_text(session, target)
    session.add(
        SeenText(consultation_id=consultation_id, **target.columns, author_id=row.author_id, received_at=now)
    )
    session.flush()
    wake_after_commit(session, FIND_FLOODS)


def forget_text(session: Session, target: Target) -> None:
    """Compare a text with nothing any more; its fingerprint goes with it."""
    column = SeenText.contribution_id if target.kind is Kind.CONTRIBUTION else SeenText.comment_id
    session.execute(delete(SeenText).where(column == target.id))


@dataclass(frozen=True)
class Compared:
    """A text compared with its like: its fingerprint, and who says the same (both empty for a text too short)."""

    text_id: int
    consultation_id: int
    values: tuple[int, ...] = ()
    like: tuple[Like, ...] = ()


def compare_next_text(session: Session) -> Compared | None:
    """Compare the text noted first with its like, reading only (3 statements); None when none is left."""
    text = session.scalars(select(SeenText).where(~SeenText.checked).order_by(SeenText.id).limit(1)).one_or_none()
    if text is None:
        return None
    grams = shingles.trigrams(_words_of(session, _target(text)))
    if not shingles.says_enough(grams):
        return Compared(text.id, text.consultation_id)
    values = shingles.fingerprint(grams)
    return Compared(text.id, text.consultation_id, values, _like(session, text, grams, values))


def record_comparison(session: Session, compared: Compared, *, now: datetime) -> None:
    """Keep the fingerprint and flag what is a flood; takes the consultation's lock, as the queue asks for."""
    lock_consultation(session, compared.consultation_id)
    text = session.get(SeenText, compared.text_id, populate_existing=True)
    if text is None or text.checked:
        return  # withdrawn, or recorded by another worker meanwhile
    text.checked = True
    rows = [
        {"text_id": text.id, "place": place, "consultation_id": text.consultation_id, "value": value}
        for place, value in enumerate(compared.values)
    ]
    if rows:
        session.execute(insert(Band), rows)
        _flag(session, text, compared.like, now)
    session.flush()


def forget_old_texts(session: Session, *, now: datetime) -> None:
    """Fingerprints live a week; what was found to be a copy keeps its group, without fingerprint."""
    old = select(SeenText.id).where(SeenText.received_at < now - REMEMBERED)
    session.execute(delete(Band).where(Band.text_id.in_(old)))
    session.execute(delete(SeenText).where(SeenText.received_at < now - REMEMBERED, SeenText.group_id.is_(None)))


def _like(session: Session, text: SeenText, grams: frozenset[str], values: tuple[int, ...]) -> tuple[Like, ...]:
    """The newest texts that share a band and are near-identical, this one left out."""
    sharing = (
        select(Band.text_id)
        .where(Band.consultation_id == text.consultation_id, Band.value.in_(values), Band.text_id != text.id)
        .group_by(Band.text_id)
        .order_by(Band.text_id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    rows: Any = session.execute(
        select(SeenText, Contribution, Comment)
        .outerjoin(Contribution, Contribution.id == SeenText.contribution_id)
        .outerjoin(Comment, Comment.id == SeenText.comment_id)
        .where(SeenText.id.in_(select(sharing.c.text_id)))
    )
    found = []
    for seen, contribution, comment in rows:
        words = f"{contribution.title} {contribution.body}" if contribution is not None else comment.body
        if shingles.likeness(grams, shingles.trigrams(words)) >= shingles.NEAR:
            found.append(Like(seen.id, _target(seen), seen.author_id, seen.received_at))
    return tuple(found)


def _flag(session: Session, text: SeenText, like: tuple[Like, ...], now: datetime) -> None:
    """Put a flood into one group, and into the queue what was not there for it before.

    What was read before the lock may be settled by now: groups and statuses are read again, what was withdrawn
    meanwhile is left out. What is hidden belongs to a flood, and asks for nothing any more.
    """
    known = _as_they_are(session, [text.id, *(item.id for item in like)])
    like = tuple(item for item in like if item.id in known)
    authors = {item.author_id for item in like} | {text.author_id}
    own = [
        item
        for item in like
        if item.author_id == text.author_id and abs(text.received_at - item.received_at) <= IN_A_ROW
    ]
    if len(authors - {None}) < FLOOD and len(own) + 1 < FLOOD:
        return
    groups = [known[item.id].group_id for item in like]
    group_id = min([group for group in groups if group is not None], default=text.id)
    fresh = [(text.id, _target(text))]
    fresh += [(item.id, item.target) for item, group in zip(like, groups, strict=True) if group is None]
    session.execute(
        update(SeenText)
        .where(SeenText.id.in_([text.id, *(item.id for item in like)]))
        .values(group_id=group_id)
        .execution_options(synchronize_session=False)
    )
    for text_id, target in fresh:
        if known[text_id].stands:
            wait(session, text.consultation_id, target, now=now, flagged=True)


def _as_they_are(session: Session, text_ids: list[int]) -> dict[int, _Now]:
    """Their groups and whether they stand, read under the lock (1 statement); withdrawn ones are gone."""
    rows = session.execute(
        select(SeenText.id, SeenText.group_id, Contribution.status, Comment.status.label("of_comment"))
        .outerjoin(Contribution, Contribution.id == SeenText.contribution_id)
        .outerjoin(Comment, Comment.id == SeenText.comment_id)
        .where(SeenText.id.in_(text_ids))
    )
    return {row.id: _Now(row.group_id, (row.status or row.of_comment) in _STANDING) for row in rows}


def _target(text: SeenText) -> Target:
    if text.contribution_id is not None:
        return Target(Kind.CONTRIBUTION, text.contribution_id)
    return Target(Kind.COMMENT, text.comment_id or 0)


def _words_of(session: Session, target: Target) -> str:
    if target.kind is Kind.CONTRIBUTION:
        contribution = session.get_one(Contribution, target.id)
        return f"{contribution.title} {contribution.body}"
    return session.get_one(Comment, target.id).body
