"""Changing a team: roles, removals, leaving; and the log of it.

Rights are asked of the rows, with the organisation's row locked: two administrators who demote each other at the
same moment come one after the other, and the second is one no more. Every `now` is real time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from consult.accounts.commands import end_sessions_of_person
from consult.accounts.models import Person
from consult.core.access import Actor, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.organisations import policies
from consult.organisations.commands import set_role
from consult.organisations.events import MemberRemoved
from consult.organisations.models import Invitation, Membership, Organisation, TeamEntry
from consult.organisations.values import Role, TeamAct


def lock_team(session: Session, *, actor: Actor, organisation_id: int) -> Actor:
    """Lock an organisation's row and return the actor with the role they have there now. Raises `NotFound`."""
    row = session.scalars(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    role = session.scalar(
        select(Membership.role).where(
            Membership.organisation_id == organisation_id, Membership.person_id == actor.person_id
        )
    )
    others = {key: value for key, value in actor.roles.items() if key != organisation_id}
    return replace(actor, roles=others if role is None else {**others, organisation_id: role.value})


def lock_teams_of(session: Session, person_id: int) -> None:
    """Lock the rows of the organisations that a person is in the team of, in the order of their ids."""
    theirs = select(Membership.organisation_id).where(Membership.person_id == person_id)
    session.execute(
        select(Organisation.id).where(Organisation.id.in_(theirs)).order_by(Organisation.id).with_for_update()
    )


def change_role(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    role: Role,
    now: datetime,
    except_browser_id: int | None = None,
) -> None:
    """Give a member another role; their sessions end, but for the one named. Raises `Refused`, `NotFound`."""
    actor = lock_team(session, actor=actor, organisation_id=organisation_id)
    require(policies.can_manage_team(actor, organisation_id=organisation_id))
    membership = _membership(session, organisation_id, person_id)
    require(
        policies.can_change_role(
            actor,
            organisation_id=organisation_id,
            former=membership.role,
            role=role,
            administrators=_administrators(session, organisation_id, person_id),
        )
    )
    if membership.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        _revoke_what_they_sent(session, organisation_id, person_id)
    set_role(
        session,
        organisation_id=organisation_id,
        person_id=person_id,
        role=role,
        now=now,
        actor_id=actor.person_id,
        except_browser_id=except_browser_id,
    )


def remove_member(
    session: Session,
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    now: datetime,
    except_browser_id: int | None = None,
) -> None:
    """Take a person out of a team, or leave it; their sessions end, but for the one named.

    The invitations that they sent and that nobody has accepted yet go with them. Raises `Refused`, `NotFound`.
    """
    actor = lock_team(session, actor=actor, organisation_id=organisation_id)
    if actor.person_id != person_id:
        require(policies.can_manage_team(actor, organisation_id=organisation_id))
    membership = _membership(session, organisation_id, person_id)
    former = membership.role
    require(
        policies.can_remove(
            actor,
            organisation_id=organisation_id,
            person_id=person_id,
            former=former,
            administrators=_administrators(session, organisation_id, person_id),
        )
    )
    session.delete(membership)
    _revoke_what_they_sent(session, organisation_id, person_id)
    note(
        session,
        TeamAct.LEFT if actor.person_id == person_id else TeamAct.REMOVED,
        organisation_id=organisation_id,
        actor_id=actor.person_id,
        person_id=person_id,
        former_role=former,
        at=now,
    )
    session.flush()
    end_sessions_of_person(session, person_id=person_id, except_browser_id=except_browser_id)
    emit(
        session,
        MemberRemoved(
            organisation_id=organisation_id,
            person_id=person_id,
            actor_id=actor.person_id,
            former=former,
            at=now,
        ),
    )


def forget_person(session: Session, *, person_id: int) -> None:
    """Erase somebody: out of every team, what they were sent and what they sent, nobody in the lines of the logs.

    An erasure is not refused because of a team: administrators of the platform name its next administrator.
    """
    address = select(Person.email).where(Person.id == person_id).scalar_subquery()
    session.execute(delete(Membership).where(Membership.person_id == person_id))
    session.execute(
        delete(Invitation)
        .where(or_(Invitation.invited_by == person_id, Invitation.email == address))
        .execution_options(synchronize_session=False)
    )
    for column in (TeamEntry.actor_id, TeamEntry.person_id):
        session.execute(update(TeamEntry).where(column == person_id).values({column: None}))


def note(
    session: Session,
    act: TeamAct,
    *,
    organisation_id: int,
    actor_id: int | None,
    at: datetime,
    person_id: int | None = None,
    role: Role | None = None,
    former_role: Role | None = None,
) -> None:
    """Enter an act into the team's log."""
    session.add(
        TeamEntry(
            organisation_id=organisation_id,
            act=act,
            actor_id=actor_id,
            person_id=person_id,
            role=role,
            former_role=former_role,
            at=at,
        )
    )


def _membership(session: Session, organisation_id: int, person_id: int) -> Membership:
    found = session.get(Membership, (organisation_id, person_id))
    if found is None:
        raise NotFound
    return found


def _administrators(session: Session, organisation_id: int, person_id: int) -> int:
    """How many there are with that person: the others count while their accounts are not disabled."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.role == Role.ADMINISTRATOR,
                or_(Person.id == person_id, Person.disabled_at.is_(None)),
            )
        )
        or 0
    )


def _revoke_what_they_sent(session: Session, organisation_id: int, person_id: int) -> None:
    """Who no longer manages a team leaves no way into it behind."""
    session.execute(
        delete(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.invited_by == person_id)
    )
