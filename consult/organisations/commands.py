"""Creating organisations, saying who they are, and putting people into their teams."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.accounts.commands import end_sessions_of_person
from consult.core.access import Actor, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.core.html import normalise_text
from consult.core.slugs import first_free, slug_from
from consult.organisations import policies
from consult.organisations.events import IdentityChanged, MemberJoined, MemberRoleChanged
from consult.organisations.models import Logo, Membership, Organisation, TeamEntry
from consult.organisations.values import IdentityText, PreparedLogo, Role, TeamAct

MAX_SLUG = 60


def create_organisation(session: Session, *, slug: str, name: str, time_zone: str, now: datetime) -> int:
    """Create an organisation (slug and time zone checked by the caller); returns its id."""
    organisation = Organisation(
        slug=slug, name=normalise_text(name, field="name", strip_bidi=True), time_zone=time_zone, created_at=now
    )
    session.add(organisation)
    session.flush()
    return organisation.id


def found_organisation(session: Session, *, actor: Actor, name: str, time_zone: str, now: datetime) -> int:
    """Create an organisation whose slug comes from its name; its founder administers it. Returns its id.

    `time_zone` is an IANA name that the caller has checked. Raises `Refused`, `Invalid`.
    """
    require(policies.can_found(actor))
    wanted = slug_from(name, limit=MAX_SLUG, otherwise="organisation")
    # The shortened beginning also covers the names that end in a number.
    taken = session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(wanted[: MAX_SLUG - 10])))
    slug = first_free(wanted, set(taken), limit=MAX_SLUG)
    organisation_id = create_organisation(session, slug=slug, name=name, time_zone=time_zone, now=now)
    if actor.person_id is not None:
        set_role(
            session,
            organisation_id=organisation_id,
            person_id=actor.person_id,
            role=Role.ADMINISTRATOR,
            now=now,
            actor_id=actor.person_id,
            keep_sessions=True,  # who founds administers the platform: they may do no more than before
        )
    return organisation_id


def change_identity(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    text: IdentityText,
    logo: PreparedLogo | None = None,
    without_logo: bool = False,
    now: datetime,
) -> None:
    """Save an organisation's name, colour and legal details, and its logo where a new one is given.

    `without_logo` removes the logo; a new one wins over it. Raises `Refused`, `NotFound`.
    """
    require(policies.can_set_identity(actor, organisation_id=organisation_id))
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotFound
    organisation.name, organisation.accent = text.name, text.accent
    for name, value in asdict(text.legal).items():
        setattr(organisation, name, value)
    if logo is not None or without_logo:
        session.execute(delete(Logo).where(Logo.organisation_id == organisation_id))
    if logo is not None:
        session.add(Logo(organisation_id=organisation_id, **asdict(logo)))
    session.flush()
    emit(session, IdentityChanged(organisation_id=organisation_id, person_id=actor.person_id, at=now))


def set_role(
    session: Session,
    *,
    organisation_id: int,
    person_id: int,
    role: Role,
    now: datetime,
    actor_id: int | None = None,
    except_browser_id: int | None = None,
    keep_sessions: bool = False,
) -> None:
    """Put a person into a team, or change their role there; whether that may be is the caller's question.

    Their rights change, so their sessions end, but for the one named. `actor_id` is whose act it is; nobody's on
    the command line. Nothing happens to who has that role already.
    """
    membership = session.get(Membership, (organisation_id, person_id))
    if membership is not None and membership.role is role:
        return
    former = membership.role if membership is not None else None
    if membership is None:
        session.add(Membership(organisation_id=organisation_id, person_id=person_id, role=role, created_at=now))
    else:
        membership.role = role
    session.add(
        TeamEntry(
            organisation_id=organisation_id,
            act=TeamAct.JOINED if former is None else TeamAct.ROLE_CHANGED,
            actor_id=actor_id,
            person_id=person_id,
            role=role,
            former_role=former,
            at=now,
        )
    )
    session.flush()
    if not keep_sessions:
        end_sessions_of_person(session, person_id=person_id, except_browser_id=except_browser_id)
    if former is None:
        emit(session, MemberJoined(organisation_id, person_id, actor_id, role, now))
    else:
        emit(session, MemberRoleChanged(organisation_id, person_id, actor_id, former, role, now))
