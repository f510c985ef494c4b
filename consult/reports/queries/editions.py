"""Editions of the synthesis: the newest one to serve, and those that are out of date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation, Tally
from consult.consultations.queries import ConsultationView
from consult.consultations.rules import state_at
from consult.consultations.values import State
from consult.core.clock import civil_date
from consult.moderation.models import ModerationDecision
from consult.reports.models import Edition, EditionFile
from consult.reports.rules import is_current, is_outdated_by, may_render_again
from consult.reports.values import EditionState
from consult.settings import LANGUAGES


@dataclass(frozen=True)
class EditionView:
    """A rendered edition, without its bytes."""

    id: int
    consultation_id: int
    language: str
    as_of: datetime
    is_final: bool
    data_version: int
    pages: int
    published_at: datetime | None = None


def newest_edition(session: Session, consultation_id: int, languages: Sequence[str]) -> EditionView | None:
    """The newest rendered edition in the first of these languages that has one (1 statement)."""
    rows = session.scalars(_newest(Edition.consultation_id == consultation_id, Edition.language.in_(languages)))
    found = {row.language: _view(row) for row in rows}
    return next((found[language] for language in languages if language in found), None)


def served_edition(session: Session, consultation_id: int, languages: Sequence[str]) -> EditionView | None:
    """The published edition, else the newest one, in the first of these languages that has one (1 statement)."""
    mine = (Edition.consultation_id == consultation_id, Edition.language.in_(languages))
    rows = session.scalars(_newest(*mine, apart=(Edition.published_at.is_(None),)))
    found = {(row.published_at is not None, row.language): _view(row) for row in rows}
    wanted = [(published, language) for published in (True, False) for language in languages]
    return next((found[key] for key in wanted if key in found), None)


def publishable_editions(
    session: Session, consultation: ConsultationView, now: datetime
) -> dict[str, EditionView]:
    """The final editions that show the consultation's data as they are, by language (1 statement)."""
    newest = newest_editions(session, consultation.id)
    version, time_zone = consultation.figures.version, consultation.time_zone
    return {
        language: edition
        for language, edition in newest.items()
        if up_to_date(edition, version, True, time_zone, now)
    }


def newest_editions(session: Session, consultation_id: int) -> dict[str, EditionView]:
    """The newest rendered edition of each language (1 statement)."""
    rows = session.scalars(_newest(Edition.consultation_id == consultation_id))
    return {row.language: _view(row) for row in rows}


def edition_content(session: Session, edition_id: int) -> bytes:
    """The PDF of a rendered edition (1 statement)."""
    return session.execute(select(EditionFile.content).where(EditionFile.edition_id == edition_id)).scalar_one()


def has_waiting_edition(session: Session, consultation_id: int, language: str) -> bool:
    """True when one is requested that no worker has begun (1 statement)."""
    waiting = select(Edition.id).where(
        Edition.consultation_id == consultation_id,
        Edition.language == language,
        Edition.state == EditionState.REQUESTED,
        Edition.claimed_at.is_(None),
    )
    return session.scalar(waiting.limit(1)) is not None


def stale_editions(session: Session, *, now: datetime, real_now: datetime) -> tuple[tuple[int, str], ...]:
    """The editions (consultation, language) that should be rendered anew (3 statements).

    While a consultation is open, in its own language; once it is closed, its final edition in every language. Once
    that is published only moderation makes another one.
    `now` is the product's instant, `real_now` the one that pauses between two renderings are measured with.
    """
    newest = {(row.consultation_id, row.language): _view(row) for row in session.scalars(_newest())}
    attempts = {row.consultation_id: row for row in session.scalars(_last_attempts())}
    found = []
    for row in session.execute(_published()):
        state = state_at(
            published=True, opens_on=row.opens_on, closes_on=row.closes_on, time_zone=row.time_zone, now=now
        )
        attempt = attempts.get(row.id)
        if state is State.ANNOUNCED or (
            attempt is not None
            and attempt.claimed_at is not None
            and not may_render_again(attempt.claimed_at, attempt.state, real_now)
        ):
            continue
        closed = state is State.CLOSED
        for language in LANGUAGES if closed else (row.language,):
            edition = newest.get((row.id, language))
            if edition is None or _is_stale(edition, row, closed, now):
                found.append((row.id, language))
    return tuple(found)


def up_to_date(edition: EditionView, version: int, closed: bool, time_zone: str, now: datetime) -> bool:
    """True when rendering the edition again would show nothing new."""
    return is_current(
        same_data=edition.data_version == version,
        is_final=edition.is_final,
        same_day=civil_date(edition.as_of, time_zone) == civil_date(now, time_zone),
        closed=closed,
    )


def _is_stale(edition: EditionView, row: Row[*tuple[Any, ...]], closed: bool, now: datetime) -> bool:
    if up_to_date(edition, row.version, closed, row.time_zone, now):
        return False
    if not row.synthesis_published_at or edition.published_at is None:
        return True
    return is_outdated_by(row.decided_at, edition.as_of)


def _published() -> Select[*tuple[Any, ...]]:
    last_decision = (
        select(ModerationDecision.decided_at)
        .where(ModerationDecision.consultation_id == Consultation.id)
        .order_by(ModerationDecision.decided_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Consultation.id,
            Consultation.language,
            Consultation.opens_on,
            Consultation.closes_on,
            Consultation.time_zone,
            Consultation.synthesis_published_at,
            Tally.version,
            last_decision.label("decided_at"),
        )
        .join(Tally, Tally.consultation_id == Consultation.id)
        .where(Consultation.published_at.is_not(None))
        .order_by(Consultation.id)
    )


def _newest(*conditions: ColumnElement[bool], apart: tuple[ColumnElement[bool], ...] = ()) -> Select[Edition]:
    """The newest rendered edition of each consultation and language (and of what is told `apart`)."""
    ids = (
        select(func.max(Edition.id))
        .where(Edition.state == EditionState.READY, *conditions)
        .group_by(Edition.consultation_id, Edition.language, *apart)
    )
    return select(Edition).where(Edition.id.in_(ids))


def _last_attempts() -> Select[Edition]:
    """The last edition of each consultation that a worker began."""
    ids = select(func.max(Edition.id)).where(Edition.claimed_at.is_not(None)).group_by(Edition.consultation_id)
    return select(Edition).where(Edition.id.in_(ids))


def _view(row: Edition) -> EditionView:
    """A ready edition has been given its instant and its pages when it was stored."""
    return EditionView(
        id=row.id,
        consultation_id=row.consultation_id,
        language=row.language,
        as_of=row.as_of or row.requested_at,
        is_final=row.is_final,
        data_version=row.data_version,
        pages=row.pages or 0,
        published_at=row.published_at,
    )
