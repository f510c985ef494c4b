"""What reports do when something happens below: ask for a synthesis when one is first due or shows too much."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased
from consult.consultations.events import ConsultationPublished
from consult.consultations.models import Consultation
from consult.proposals.erasure import consultations_of_author
from consult.proposals.events import CommentStatusChanged, ContributionStatusChanged
from consult.proposals.values import Status
from consult.reports.commands import request_edition
from consult.reports.models import Edition
from consult.reports.values import EditionState


def request_first_edition(session: Session, event: ConsultationPublished) -> None:
    """A consultation that is published when it is open already has a synthesis from the beginning."""
    language = session.scalar(select(Consultation.language).where(Consultation.id == event.consultation_id))
    if language is not None:
        request_edition(session, event.consultation_id, language, event.at)


def replace_editions(session: Session, event: ContributionStatusChanged | CommentStatusChanged) -> None:
    """What is hidden does not stay in a file until the next periodic edition."""
    if event.status is not Status.HIDDEN or event.was is Status.HELD:
        return
    _replace(session, event.consultation_id, event.at)


def replace_editions_of_author(session: Session, event: PersonErased) -> None:
    """Editions that name an erased person are rendered again, those under way too; then the old ones go.

    A published edition stays as it was handed over; what came before it in its language goes at once.
    """
    for consultation_id in consultations_of_author(session, event.person_id):
        mine = Edition.consultation_id == consultation_id
        published = select(Edition.language).where(mine, Edition.published_at.is_not(None))
        handed_over = set(session.scalars(published))
        interim = mine, Edition.published_at.is_(None), Edition.state == EditionState.READY
        session.execute(delete(Edition).where(*interim, Edition.language.in_(handed_over)))
        session.execute(
            update(Edition)
            .where(
                mine,
                Edition.published_at.is_(None),
                or_(Edition.state == EditionState.READY, Edition.claimed_at.is_not(None)),
            )
            .values(is_obsolete=True)
        )
        _replace(session, consultation_id, event.at, leaving=handed_over)


def _replace(session: Session, consultation_id: int, now: datetime, leaving: Collection[str] = ()) -> None:
    languages = session.scalars(
        select(Edition.language)
        .where(
            Edition.consultation_id == consultation_id,
            Edition.state == EditionState.READY,
            Edition.language.not_in(leaving),
        )
        .distinct()
    ).all()
    for language in languages:
        request_edition(session, consultation_id, language, now)
