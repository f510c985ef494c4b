"""What reports do when something happens below: ask for a synthesis when one is first due or shows too much."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.events import ConsultationPublished
from consult.consultations.models import Consultation
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
    languages = session.scalars(
        select(Edition.language)
        .where(Edition.consultation_id == event.consultation_id, Edition.state == EditionState.READY)
        .distinct()
    ).all()
    for language in languages:
        request_edition(session, event.consultation_id, language, event.at)
