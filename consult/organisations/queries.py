"""What others may know of organisations and their teams."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.organisations.models import Membership, Organisation


@dataclass(frozen=True)
class OrganisationView:
    """An organisation."""

    id: int
    slug: str
    name: str
    time_zone: str


def roles_of(session: Session, person_id: int) -> dict[int, str]:
    """The roles of a person, by organisation id (1 statement)."""
    rows = session.execute(
        select(Membership.organisation_id, Membership.role).where(Membership.person_id == person_id)
    )
    return {row.organisation_id: row.role.value for row in rows}


def list_organisations(session: Session) -> tuple[OrganisationView, ...]:
    """Every organisation, by name (1 statement)."""
    rows = session.scalars(select(Organisation).order_by(Organisation.name))
    return tuple(OrganisationView(row.id, row.slug, row.name, row.time_zone) for row in rows)


def organisation_by_slug(session: Session, slug: str) -> OrganisationView | None:
    """An organisation by its slug (1 statement)."""
    row = session.scalars(select(Organisation).where(Organisation.slug == slug)).one_or_none()
    return None if row is None else OrganisationView(row.id, row.slug, row.name, row.time_zone)
