"""What others may know of organisations and their teams."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from consult.core.errors import NotFound
from consult.organisations import rules
from consult.organisations.models import Logo, Membership, Organisation
from consult.organisations.values import LegalDetails

# So much of a picture's hash is in its address.
VERSION = 16


@dataclass(frozen=True)
class OrganisationView:
    """An organisation."""

    id: int
    slug: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class LogoView:
    """Where an organisation's logo is and how much room it takes; `version` changes with its picture."""

    version: str
    width: int
    height: int


@dataclass(frozen=True)
class Look:
    """What a page needs to look like an organisation's."""

    accent: str = ""
    logo: LogoView | None = None


@dataclass(frozen=True)
class LogoFile:
    """The picture itself."""

    media_type: str
    version: str
    content: bytes


@dataclass(frozen=True)
class IdentityView:
    """Everything an organisation says of itself."""

    id: int
    slug: str
    name: str
    look: Look
    legal: LegalDetails


@dataclass(frozen=True)
class LegalNotice:
    """Who publishes this site, what of it is not known, and who consults here."""

    publisher: LegalDetails
    missing: tuple[str, ...]
    organisations: tuple[IdentityView, ...]


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


def look_of(organisation: Organisation, logo: Logo | None) -> Look:
    """The look of an organisation whose rows were read already."""
    view = None if logo is None else LogoView(logo.sha256[:VERSION], logo.width, logo.height)
    return Look(organisation.accent, view)


def get_identity(session: Session, slug: str) -> IdentityView:
    """What an organisation says of itself (1 statement). Raises `NotFound`."""
    found = _identities(session, Organisation.slug == slug)
    if not found:
        raise NotFound
    return found[0]


def list_identities(session: Session) -> tuple[IdentityView, ...]:
    """What every organisation says of itself, by name (1 statement)."""
    return _identities(session)


def _identities(session: Session, *conditions: ColumnElement[bool]) -> tuple[IdentityView, ...]:
    rows = session.execute(
        select(Organisation, Logo)
        .outerjoin(Logo, Logo.organisation_id == Organisation.id)
        .where(*conditions)
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(
        IdentityView(
            id=row.Organisation.id,
            slug=row.Organisation.slug,
            name=row.Organisation.name,
            look=look_of(row.Organisation, row.Logo),
            legal=LegalDetails(
                **{item.name: getattr(row.Organisation, item.name) for item in fields(LegalDetails)}
            ),
        )
        for row in rows
    )


def get_logo(session: Session, slug: str) -> LogoFile:
    """The picture of an organisation's logo (1 statement). Raises `NotFound`."""
    row = session.execute(
        select(Logo.media_type, Logo.sha256, Logo.content)
        .join(Organisation, Organisation.id == Logo.organisation_id)
        .where(Organisation.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    return LogoFile(row.media_type, row.sha256[:VERSION], row.content)


def legal_notice(session: Session, operator: LegalDetails) -> LegalNotice:
    """What is known of whoever publishes (1 statement).

    What the operator's settings leave open is taken from the organisation, where there is only one.
    """
    organisations = list_identities(session)
    only = organisations[0].legal if len(organisations) == 1 else LegalDetails()
    publisher = rules.completed(operator, only)
    return LegalNotice(publisher, rules.missing_details(publisher), organisations)
