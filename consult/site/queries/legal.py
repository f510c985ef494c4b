"""Who publishes the site and who consults on it, for the legal notice and the page on privacy."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.organisations import queries as organisations
from consult.organisations.queries import LegalNotice
from consult.organisations.values import LegalDetails


def public_notice(session: Session, operator: LegalDetails) -> LegalNotice:
    """The legal notice (2 statements); of the organisations, those that have published something."""
    notice = organisations.legal_notice(session, operator)
    published = Consultation.published_at.is_not(None)
    publishing = set(session.scalars(select(Consultation.organisation_id).where(published).distinct()))
    return replace(notice, organisations=tuple(item for item in notice.organisations if item.id in publishing))
