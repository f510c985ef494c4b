"""What a person brought and supports, for that person's eyes: a fixed number of statements, however much it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.proposals.models import Comment, Contribution, Support
from consult.proposals.values import Stance, Status

LISTED = 100
# The columns of each query stand in the order of what they fill.
_PLACE = (
    Consultation.slug,
    Consultation.title,
    Consultation.language,
    Consultation.time_zone,
)


@dataclass(frozen=True)
class OwnContribution:
    """A contribution its author brought, whatever became of it."""

    slug: str
    consultation: str
    language: str
    time_zone: str
    number: int
    title: str
    status: Status
    created_at: datetime
    supports: int
    comments: int


@dataclass(frozen=True)
class OwnComment:
    """A comment its author wrote; `in_place` says whether it can be read under its contribution."""

    slug: str
    consultation: str
    language: str
    time_zone: str
    number: int
    stance: Stance
    is_reply: bool
    status: Status
    created_at: datetime
    contribution_number: int
    title: str
    in_place: bool


@dataclass(frozen=True)
class OwnSupport:
    """A support that stands, under a contribution that is public."""

    slug: str
    consultation: str
    language: str
    time_zone: str
    number: int
    title: str
    created_at: datetime
    supports: int


@dataclass(frozen=True)
class OwnActs:
    """The newest acts of a person, newest first, at most `LISTED` of each kind."""

    contributions: tuple[OwnContribution, ...]
    comments: tuple[OwnComment, ...]
    supports: tuple[OwnSupport, ...]


def own_acts(session: Session, person_id: int) -> OwnActs:
    """What this person brought and supports (3 statements). Never shown to anybody else."""
    return OwnActs(
        _contributions(session, person_id), _comments(session, person_id), _supports(session, person_id)
    )


def has_contributed(session: Session, person_id: int) -> bool:
    """True when this person has brought a contribution that was not withdrawn or hidden (1 statement)."""
    found = (
        select(Contribution.id)
        .where(Contribution.author_id == person_id, Contribution.status == Status.PUBLISHED)
        .limit(1)
    )
    return session.scalar(found) is not None


def _contributions(session: Session, person_id: int) -> tuple[OwnContribution, ...]:
    query: Select[*tuple[Any, ...]] = (
        select(
            *_PLACE,
            Contribution.number,
            Contribution.title,
            Contribution.status,
            Contribution.created_at,
            Contribution.supports,
            Contribution.comments,
        )
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(Contribution.author_id == person_id)
        .order_by(Contribution.id.desc())
        .limit(LISTED)
    )
    return tuple(OwnContribution(*row) for row in session.execute(query))


def _comments(session: Session, person_id: int) -> tuple[OwnComment, ...]:
    query: Select[*tuple[Any, ...]] = (
        select(
            *_PLACE,
            Comment.number,
            Comment.stance,
            Comment.parent_id.is_not(None),
            Comment.status,
            Comment.created_at,
            Contribution.number,
            Contribution.title,
            and_(Comment.status.in_((Status.PUBLISHED, Status.HELD)), Contribution.status == Status.PUBLISHED),
        )
        .join(Contribution, Contribution.id == Comment.contribution_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(Comment.author_id == person_id)
        .order_by(Comment.id.desc())
        .limit(LISTED)
    )
    return tuple(OwnComment(*row) for row in session.execute(query))


def _supports(session: Session, person_id: int) -> tuple[OwnSupport, ...]:
    query: Select[*tuple[Any, ...]] = (
        select(*_PLACE, Contribution.number, Contribution.title, Support.created_at, Contribution.supports)
        .select_from(Support)
        .join(Contribution, Contribution.id == Support.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(Support.person_id == person_id, Contribution.status == Status.PUBLISHED)
        .order_by(Support.created_at.desc(), Contribution.id.desc())
        .limit(LISTED)
    )
    return tuple(OwnSupport(*row) for row in session.execute(query))
