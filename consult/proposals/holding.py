"""Whether what somebody writes is published at once or waits for the team: part of the commands' layer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.commands import LockedConsultation
from consult.consultations.models import Consultation
from consult.proposals.models import Comment, Contribution
from consult.proposals.values import Status


def first_status(session: Session, consultation: LockedConsultation, person_id: int | None) -> Status:
    """What a new contribution or comment begins as (2 statements at most, none where nothing is held).

    Where first posts are held, everything a person writes waits until one of their texts stands published in a
    consultation of the same organisation: the team has then read them once.
    """
    if not consultation.hold_first_posts or person_id is None:
        return Status.PUBLISHED
    known = any(
        _stands(session, model, consultation.organisation_id, person_id) for model in (Contribution, Comment)
    )
    return Status.PUBLISHED if known else Status.HELD


def _stands(session: Session, model: type[Contribution | Comment], organisation_id: int, person_id: int) -> bool:
    found = (
        select(model.id)
        .join(Consultation, Consultation.id == model.consultation_id)
        .where(
            model.author_id == person_id,
            model.status == Status.PUBLISHED,
            Consultation.organisation_id == organisation_id,
        )
        .limit(1)
    )
    return session.scalar(found) is not None
