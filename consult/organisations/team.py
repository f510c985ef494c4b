"""What the page of a team shows: its members, who is invited, what was done to whom; and an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Person
from consult.accounts.rules import hash_token
from consult.core.access import Actor, require
from consult.core.errors import NotFound
from consult.organisations import policies
from consult.organisations.errors import InvitationStale
from consult.organisations.models import Invitation, Membership, Organisation, TeamEntry
from consult.organisations.queries import OrganisationView, organisation_by_slug
from consult.organisations.values import Role, TeamAct

_ENTRIES = 20


@dataclass(frozen=True)
class MemberLine:
    """A member of a team; `email` is empty for those who may not change the team.

    `is_last` says that they are its only administrator, who stays until there is another one.
    """

    person_id: int
    name: str
    email: str
    role: Role
    since: datetime
    last_signed_in_at: datetime | None
    is_self: bool
    is_last: bool


@dataclass(frozen=True)
class InvitationLine:
    """An invitation that waits."""

    id: int
    email: str
    role: Role
    words: str
    inviter: str
    letters: int
    expires_at: datetime


@dataclass(frozen=True)
class LogLine:
    """A line of the log; a name is empty when the account was erased, or when nobody is meant."""

    act: TeamAct
    actor: str
    person: str
    by_themselves: bool
    role: Role | None
    former_role: Role | None
    at: datetime


@dataclass(frozen=True)
class TeamPage:
    """Everything of the page; what only those who manage the team see is empty for the others."""

    organisation: OrganisationView
    may_manage: bool
    members: tuple[MemberLine, ...]
    invitations: tuple[InvitationLine, ...]
    log: tuple[LogLine, ...]
    older: int | None


@dataclass(frozen=True)
class InvitationView:
    """What an invitation says to whom it was sent."""

    id: int
    organisation_name: str
    time_zone: str
    role: Role
    inviter: str
    expires_at: datetime


def get_team(session: Session, slug: str, *, actor: Actor, before: int | None, now: datetime) -> TeamPage:
    """The team of an organisation as the actor may see it (4 statements at most), the log's lines before an id.

    Raises `NotFound`, `Refused`.
    """
    organisation = organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    require(policies.can_see_team(actor, organisation_id=organisation.id))
    manages = bool(policies.can_manage_team(actor, organisation_id=organisation.id))
    members = _members(session, organisation.id, actor, manages=manages)
    if not manages:
        return TeamPage(organisation, manages, members, (), (), None)
    entries = _log(session, organisation.id, before)
    more = len(entries) > _ENTRIES
    return TeamPage(
        organisation=organisation,
        may_manage=manages,
        members=members,
        invitations=_invitations(session, now, Invitation.organisation_id == organisation.id),
        log=tuple(line for _id, line in entries[:_ENTRIES]),
        older=entries[_ENTRIES - 1][0] if more else None,
    )


def get_member(
    session: Session, slug: str, person_id: int, *, actor: Actor
) -> tuple[OrganisationView, MemberLine]:
    """A member whom the actor may change, or the actor (2 statements). Raises `NotFound`, `Refused`."""
    organisation = organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    decision = policies.can_manage_team(actor, organisation_id=organisation.id)
    if person_id != actor.person_id:
        require(decision)
    for line in _members(session, organisation.id, actor, manages=bool(decision)):
        if line.person_id == person_id:
            return organisation, line
    raise NotFound


def get_pending(
    session: Session, slug: str, invitation_id: int, *, actor: Actor, now: datetime
) -> tuple[OrganisationView, InvitationLine]:
    """An invitation of the actor's team that waits (2 statements). Raises `NotFound`, `Refused`."""
    organisation = organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    require(policies.can_manage_team(actor, organisation_id=organisation.id))
    found = _invitations(
        session, now, Invitation.organisation_id == organisation.id, Invitation.id == invitation_id
    )
    if not found:
        raise NotFound
    return organisation, found[0]


def invitation_of_link(session: Session, token: str, *, now: datetime) -> InvitationView:
    """The invitation of a link (1 statement). Raises `InvitationStale`."""
    found = _invitation(session, now, Invitation.token_hash == hash_token(token))
    if found is None:
        raise InvitationStale
    return found


def invitation_to(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> InvitationView:
    """The invitation sent to the actor's address (1 statement). Raises `Refused`, also when there is none."""
    address = select(Person.email).where(Person.id == actor.person_id).scalar_subquery()
    found = _invitation(session, now, Invitation.id == invitation_id, Invitation.email == address)
    require(policies.can_accept(actor, holds_address=found is not None))
    if found is None:
        raise NotFound
    return found


def _members(session: Session, organisation_id: int, actor: Actor, *, manages: bool) -> tuple[MemberLine, ...]:
    rank = case({role.value: place for place, role in enumerate(reversed(Role))}, value=Membership.role)
    rows = session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(rank, Membership.created_at, Person.id)
    ).all()
    administrators = sum(row.Membership.role is Role.ADMINISTRATOR for row in rows)
    return tuple(
        MemberLine(
            person_id=row.Person.id,
            name=row.Person.display_name,
            email=(row.Person.email or "") if manages else "",
            role=row.Membership.role,
            since=row.Membership.created_at,
            last_signed_in_at=row.Person.last_signed_in_at,
            is_self=row.Person.id == actor.person_id,
            is_last=row.Membership.role is Role.ADMINISTRATOR and administrators < 2,
        )
        for row in rows
    )


def _invitations(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> tuple[InvitationLine, ...]:
    rows = session.execute(
        select(Invitation, Person.display_name)
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(Invitation.expires_at > now, *conditions)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    return tuple(
        InvitationLine(
            id=row.Invitation.id,
            email=row.Invitation.email,
            role=row.Invitation.role,
            words=row.Invitation.words,
            inviter=row.display_name or "",
            letters=row.Invitation.letters,
            expires_at=row.Invitation.expires_at,
        )
        for row in rows
    )


def _invitation(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> InvitationView | None:
    row = session.execute(
        select(Invitation, Organisation, Person.display_name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(Invitation.expires_at > now, *conditions)
    ).one_or_none()
    if row is None:
        return None
    return InvitationView(
        id=row.Invitation.id,
        organisation_name=row.Organisation.name,
        time_zone=row.Organisation.time_zone,
        role=row.Invitation.role,
        inviter=row.display_name or "",
        expires_at=row.Invitation.expires_at,
    )


def _log(session: Session, organisation_id: int, before: int | None) -> list[tuple[int, LogLine]]:
    actor, person = aliased(Person), aliased(Person)
    rows = session.execute(
        select(TeamEntry, actor.display_name.label("actor"), person.display_name.label("person"))
        .outerjoin(actor, actor.id == TeamEntry.actor_id)
        .outerjoin(person, person.id == TeamEntry.person_id)
        .where(TeamEntry.organisation_id == organisation_id, *([] if before is None else [TeamEntry.id < before]))
        .order_by(TeamEntry.id.desc())
        .limit(_ENTRIES + 1)
    )
    return [
        (
            row.TeamEntry.id,
            LogLine(
                act=row.TeamEntry.act,
                actor=row.actor or "",
                person=row.person or "",
                by_themselves=row.TeamEntry.actor_id is not None
                and row.TeamEntry.actor_id == row.TeamEntry.person_id,
                role=row.TeamEntry.role,
                former_role=row.TeamEntry.former_role,
                at=row.TeamEntry.at,
            ),
        )
        for row in rows
    ]
