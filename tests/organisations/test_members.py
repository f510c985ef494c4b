"""Changing a team: roles, removals, the last administrator, the log, and who goes when an account is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.credentials import disable_person
from consult.accounts.events import PersonErased
from consult.accounts.models import BrowserSession
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.events import emit, install_handlers
from consult.organisations import members, queries
from consult.organisations.events import MemberJoined, MemberRemoved, MemberRoleChanged
from consult.organisations.models import Invitation, Membership, TeamEntry
from consult.organisations.values import Role, TeamAct
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.organisations.inviting import invitation_ids, invite
from tests.proposals.test_race import at_once
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

ADMINISTRATOR, MANAGER, MODERATOR = Role.ADMINISTRATOR, Role.MANAGER, Role.MODERATOR


def give(actor: Actor, organisation: int, person: Actor, role: Role) -> None:
    assert person.person_id is not None
    with transaction(write=True) as session:
        members.change_role(
            session, actor=actor, organisation_id=organisation, person_id=person.person_id, role=role, now=NOW
        )


def remove(actor: Actor, organisation: int, person: Actor) -> None:
    assert person.person_id is not None
    with transaction(write=True) as session:
        members.remove_member(
            session, actor=actor, organisation_id=organisation, person_id=person.person_id, now=NOW
        )


def role_of(person: Actor, organisation: int) -> str | None:
    assert person.person_id is not None
    with transaction() as session:
        return queries.roles_of(session, person.person_id).get(organisation)


def log() -> list[tuple[TeamAct, int | None, int | None, Role | None, Role | None]]:
    with transaction() as session:
        rows = session.scalars(select(TeamEntry).order_by(TeamEntry.id))
        return [(row.act, row.actor_id, row.person_id, row.former_role, row.role) for row in rows]


def sessions_of(person: Actor) -> int:
    with transaction() as session:
        mine = select(func.count()).select_from(BrowserSession).where(BrowserSession.person_id == person.person_id)
        return session.scalar(mine) or 0


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What is emitted about members, in order."""
    events: list[object] = []

    def hear(_session: Session, event: object) -> None:
        events.append(event)

    install_handlers(
        {**HANDLERS, MemberJoined: (hear,), MemberRoleChanged: (hear,), MemberRemoved: (hear,)},
    )
    yield events
    install_handlers(HANDLERS)


def test_a_role_changes_with_an_event_a_line_and_the_end_of_sessions(
    app: Flask, make: Factory, heard: list[object]
) -> None:
    organisation = make.organisation()
    boss, person = make.member(organisation, ADMINISTRATOR), make.member(organisation, MODERATOR)
    for _browser in range(2):
        AuditedClient(app).sign_in(person)
    AuditedClient(app).sign_in(boss)
    heard.clear()
    give(boss, organisation, person, MANAGER)
    assert role_of(person, organisation) == "manager"
    assert (sessions_of(person), sessions_of(boss)) == (0, 1)
    assert heard == [MemberRoleChanged(organisation, person.person_id, boss.person_id, MODERATOR, MANAGER, NOW)]
    assert log()[-1] == (TeamAct.ROLE_CHANGED, boss.person_id, person.person_id, MODERATOR, MANAGER)


def test_the_same_role_again_changes_nothing(app: Flask, make: Factory, heard: list[object]) -> None:
    organisation = make.organisation()
    boss, person = make.member(organisation, ADMINISTRATOR), make.member(organisation, MANAGER)
    AuditedClient(app).sign_in(person)
    before = log()
    heard.clear()
    give(boss, organisation, person, MANAGER)
    assert (log(), heard, sessions_of(person)) == (before, [], 1)


def test_who_is_removed_loses_place_sessions_and_the_ways_in_they_left(
    app: Flask, make: Factory, heard: list[object]
) -> None:
    organisation = make.organisation()
    boss, person = make.member(organisation, ADMINISTRATOR), make.member(organisation, ADMINISTRATOR)
    invite(person, organisation, "second-address@example.org")
    invite(boss, organisation, "somebody@example.org")
    AuditedClient(app).sign_in(person)
    heard.clear()
    remove(boss, organisation, person)
    assert (role_of(person, organisation), sessions_of(person)) == (None, 0)
    assert heard == [MemberRemoved(organisation, person.person_id, boss.person_id, ADMINISTRATOR, NOW)]
    assert log()[-1] == (TeamAct.REMOVED, boss.person_id, person.person_id, ADMINISTRATOR, None)
    assert invitation_ids("second-address@example.org") == []
    assert len(invitation_ids("somebody@example.org")) == 1


def test_an_administrator_made_manager_leaves_no_way_in_either(make: Factory) -> None:
    organisation = make.organisation()
    boss, person = make.member(organisation, ADMINISTRATOR), make.member(organisation, ADMINISTRATOR)
    invite(person, organisation, "second-address@example.org")
    give(boss, organisation, person, MANAGER)
    assert invitation_ids("second-address@example.org") == []


def test_everybody_may_leave(make: Factory) -> None:
    organisation = make.organisation()
    person = make.member(organisation, MODERATOR)
    remove(person, organisation, person)
    assert role_of(person, organisation) is None
    assert log()[-1] == (TeamAct.LEFT, person.person_id, person.person_id, MODERATOR, None)


@pytest.mark.parametrize("by", ["herself", "the platform"])
def test_the_last_administrator_stays(make: Factory, by: str) -> None:
    organisation = make.organisation()
    last = make.member(organisation, ADMINISTRATOR)
    make.member(organisation, MANAGER)
    elsewhere = make.member(make.organisation(), ADMINISTRATOR)
    actor = last if by == "herself" else make.administrator()
    before = log()
    for act in (
        lambda: give(actor, organisation, last, MANAGER),
        lambda: remove(actor, organisation, last),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.reason == "last_administrator"
    assert role_of(last, organisation) == "administrator"
    assert role_of(elsewhere, organisation) is None
    assert log() == before


@pytest.mark.parametrize("role", [MODERATOR, MANAGER, None])
def test_nobody_else_changes_a_team(make: Factory, role: Role | None) -> None:
    organisation, other = make.organisation(), make.organisation()
    person = make.member(organisation, MODERATOR)
    outsider = make.member(other, ADMINISTRATOR) if role is None else make.member(organisation, role)
    for act in (
        lambda: give(outsider, organisation, person, ADMINISTRATOR),
        lambda: give(outsider, organisation, outsider, ADMINISTRATOR),
        lambda: remove(outsider, organisation, person),
        lambda: invite(outsider, organisation, "a@example.org"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.reason == "team_administrators_only"
    assert role_of(person, organisation) == "moderator"


def test_rights_are_asked_of_the_rows_and_not_of_what_a_request_began_with(make: Factory) -> None:
    organisation = make.organisation()
    boss, former = make.member(organisation, ADMINISTRATOR), make.member(organisation, ADMINISTRATOR)
    person = make.member(organisation, MODERATOR)
    remove(boss, organisation, former)
    with pytest.raises(Refused) as refusal:
        give(former, organisation, person, ADMINISTRATOR)
    assert refusal.value.reason == "team_administrators_only"


def test_a_person_who_is_no_member_is_not_found(make: Factory) -> None:
    organisation = make.organisation()
    boss, citizen = make.member(organisation, ADMINISTRATOR), make.person()
    for act in (lambda: give(boss, organisation, citizen, MANAGER), lambda: remove(boss, organisation, citizen)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        remove(boss, organisation + 1, citizen)


@pytest.mark.parametrize("way", ["demote each other", "leave together"])
def test_two_administrators_at_the_same_moment_leave_one(app: Flask, make: Factory, way: str) -> None:
    for _round in range(5):
        organisation = make.organisation()
        pair = [make.member(organisation, ADMINISTRATOR) for _person in range(2)]
        acts: list[Callable[[], None]] = [
            partial(remove, mine, organisation, mine)
            if way == "leave together"
            else partial(give, mine, organisation, yours, MODERATOR)
            for mine, yours in (pair, reversed(pair))
        ]
        (refusal,) = at_once(app, acts)
        assert isinstance(refusal, Refused), refusal
        assert refusal.reason in {"last_administrator", "team_administrators_only"}
        assert [role_of(person, organisation) for person in pair].count("administrator") == 1


def test_a_disabled_administrator_does_not_count_but_may_be_removed(make: Factory) -> None:
    organisation = make.organisation()
    boss, gone = make.member(organisation, ADMINISTRATOR), make.member(organisation, ADMINISTRATOR)
    assert gone.person_id is not None
    with transaction(write=True) as session:
        disable_person(session, person_id=gone.person_id, now=NOW)
    for act in (lambda: give(boss, organisation, boss, MANAGER), lambda: remove(boss, organisation, boss)):
        with pytest.raises(Refused, match="last_administrator"):
            act()
    remove(boss, organisation, gone)
    assert role_of(gone, organisation) is None
    assert role_of(boss, organisation) == "administrator"


def test_an_erased_person_leaves_teams_invitations_and_the_log(make: Factory) -> None:
    organisation = make.organisation()
    boss, person = make.member(organisation, ADMINISTRATOR), make.member(organisation, ADMINISTRATOR)
    citizen = make.person()
    invite(person, organisation, "a@example.org")
    invite(boss, organisation, f"person{_number_of(citizen)}@example.org")
    invite(boss, organisation, "b@example.org")
    assert person.person_id is not None
    assert citizen.person_id is not None
    with transaction(write=True) as session:
        emit(session, PersonErased(person.person_id, keep_texts=True, at=NOW))
        emit(session, PersonErased(citizen.person_id, keep_texts=True, at=NOW + timedelta(1)))
    with transaction() as session:
        assert session.scalars(select(Membership.person_id)).all() == [boss.person_id]
        assert session.scalars(select(Invitation.email)).all() == ["b@example.org"]
        named = select(TeamEntry.id).where(
            (TeamEntry.actor_id == person.person_id) | (TeamEntry.person_id == person.person_id)
        )
        assert session.scalars(named).all() == []
    assert len(log()) == 5


def _number_of(person: Actor) -> int:
    return int(person.display_name.rpartition(" ")[2])
