"""What reports do when something happens below: ask for a synthesis when one is first due or shows too much."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
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

    A published edition stays as it was handed over.
    """
    for consultation_id in consultations_of_author(session, event.person_id):
        begun = or_(Edition.state == EditionState.READY, Edition.claimed_at.is_not(None))
        session.execute(
            update(Edition)
            .where(Edition.consultation_id == consultation_id, Edition.published_at.is_(None), begun)
            .values(is_obsolete=True)
        )
        _replace(session, consultation_id, event.at)


def _replace(session: Session, consultation_id: int, now: datetime) -> None:
    languages = session.scalars(
        select(Edition.language)
        .where(Edition.consultation_id == consultation_id, Edition.state == EditionState.READY)
        .distinct()
    ).all()
    for language in languages:
        request_edition(session, consultation_id, language, now)
