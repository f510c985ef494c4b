"""Invitations: bound to an address, used once, for seven days, and not without end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.accounts.rules import hash_token, new_secrets
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.mail import OutgoingMail
from consult.organisations import invitations, queries, team
from consult.organisations.commands import set_role
from consult.organisations.errors import InvitationStale
from consult.organisations.models import Invitation, TeamEntry
from consult.organisations.rules import MAX_LETTERS, MAX_LETTERS_A_DAY, MAX_PENDING, MAX_WORDS, prepare_words
from consult.organisations.tasks import purge
from consult.organisations.values import Role, TeamAct
from tests.accounts.flows import Clock
from tests.conftest import NOW
from tests.organisations.inviting import invitation_ids, invite, letter_to
from tests.proposals.test_race import at_once
from tests.support.factories import Factory

ADDRESS = "new@example.org"
LIFETIME = timedelta(days=7)


def accept(actor: Actor, invitation_id: int, days: float = 0) -> None:
    with transaction(write=True) as session:
        invitations.accept(session, actor=actor, invitation_id=invitation_id, now=NOW + timedelta(days))


def again(actor: Actor, organisation: int, invitation_id: int, days: float = 0) -> str:
    token = new_secrets().token
    with transaction(write=True) as session:
        invitations.send_again(
            session,
            actor=actor,
            organisation_id=organisation,
            invitation_id=invitation_id,
            token=token,
            letter=letter_to(ADDRESS),
            now=NOW + timedelta(days),
        )
    return token


def revoke(actor: Actor, organisation: int, invitation_id: int) -> None:
    with transaction(write=True) as session:
        invitations.revoke(
            session, actor=actor, organisation_id=organisation, invitation_id=invitation_id, now=NOW
        )


def usable(token: str, days: float = 0) -> bool:
    with transaction() as session:
        try:
            team.invitation_of_link(session, token, now=NOW + timedelta(days))
        except InvitationStale:
            return False
    return True


def roles(person: Actor) -> dict[int, str]:
    assert person.person_id is not None
    with transaction() as session:
        return queries.roles_of(session, person.person_id)


def address_of(person: Actor) -> str:
    return f"person{person.display_name.rpartition(' ')[2]}@example.org"


@pytest.fixture
def organisation(make: Factory) -> int:
    return make.organisation()


@pytest.fixture
def boss(make: Factory, organisation: int) -> Actor:
    return make.member(organisation, Role.ADMINISTRATOR)


def test_only_a_hash_of_the_token_is_stored(organisation: int, boss: Actor) -> None:
    token = invite(boss, organisation, "  New@Example.ORG ", at=NOW)
    assert len(token) >= 43, "256 bits"
    with transaction() as session:
        row = session.scalars(select(Invitation)).one()
        assert (row.email, row.token_hash) == (ADDRESS, hash_token(token))
        assert session.scalars(select(OutgoingMail.recipient)).all() == ["  New@Example.ORG "]
    assert usable(token, days=6.9)
    assert not usable(token, days=7)
    assert not usable(token + "x")


def test_whoever_holds_the_address_joins_once(make: Factory, organisation: int, boss: Actor) -> None:
    person = make.person()
    token = invite(boss, organisation, address_of(person), Role.MODERATOR, at=NOW)
    (found,) = invitation_ids(address_of(person))
    accept(person, found)
    assert roles(person) == {organisation: "moderator"}
    assert not usable(token)
    with transaction() as session:
        assert session.scalars(select(Invitation)).all() == [], "the address is forgotten"
        entry = session.scalars(select(TeamEntry).order_by(TeamEntry.id.desc()).limit(1)).one()
        assert (entry.act, entry.actor_id, entry.person_id) == (
            TeamAct.JOINED,
            person.person_id,
            person.person_id,
        )
    with pytest.raises(Refused):
        accept(person, found)


def test_nobody_else_accepts(make: Factory, organisation: int, boss: Actor) -> None:
    invite(boss, organisation, ADDRESS, at=NOW)
    (found,) = invitation_ids(ADDRESS)
    stranger = make.person()
    for actor, reason in (
        (stranger, "invitation_other_address"),
        (make.administrator(), "invitation_other_address"),
        (VISITOR, "sign_in_first"),
    ):
        with pytest.raises(Refused) as refusal:
            accept(actor, found)
        assert refusal.value.reason == reason
    with pytest.raises(Refused) as unknown:
        accept(stranger, found + 1)
    assert unknown.value.reason == "invitation_other_address", "the same as for one that exists"
    assert roles(stranger) == {}


def test_too_late_is_too_late_for_the_right_person_as_well(make: Factory, organisation: int, boss: Actor) -> None:
    person = make.person()
    invite(boss, organisation, address_of(person), at=NOW)
    with pytest.raises(Refused):
        accept(person, *invitation_ids(address_of(person)), days=7)
    assert roles(person) == {}


def test_two_clicks_at_the_same_moment_join_once(
    app: Flask, make: Factory, organisation: int, boss: Actor
) -> None:
    person = make.person()
    invite(boss, organisation, address_of(person), at=NOW)
    (found,) = invitation_ids(address_of(person))
    (refusal,) = at_once(app, [lambda: accept(person, found)] * 2)
    assert isinstance(refusal, Refused)
    with transaction() as session:
        joined = (
            select(func.count())
            .select_from(TeamEntry)
            .where(TeamEntry.act == TeamAct.JOINED, TeamEntry.person_id == person.person_id)
        )
        assert session.scalar(joined) == 1


def test_a_place_taken_meanwhile_is_not_made_smaller(make: Factory, organisation: int, boss: Actor) -> None:
    person = make.person()
    invite(boss, organisation, address_of(person), Role.MODERATOR, at=NOW)
    assert person.person_id is not None
    with transaction(write=True) as session:
        set_role(session, organisation_id=organisation, person_id=person.person_id, role=Role.MANAGER, now=NOW)
    accept(person, *invitation_ids(address_of(person)))
    assert roles(person) == {organisation: "manager"}


def test_sending_again_replaces_the_link_and_begins_the_days_anew(organisation: int, boss: Actor) -> None:
    first = invite(boss, organisation, ADDRESS, at=NOW)
    second = again(boss, organisation, *invitation_ids(ADDRESS), days=5)
    assert not usable(first, days=5)
    assert usable(second, days=11)


def test_an_invitation_is_sent_again_three_times(organisation: int, boss: Actor) -> None:
    invite(boss, organisation, ADDRESS, at=NOW)
    (found,) = invitation_ids(ADDRESS)
    for _time in range(MAX_LETTERS):
        again(boss, organisation, found)
    with pytest.raises(Refused) as refusal:
        again(boss, organisation, found)
    assert refusal.value.reason == "invitation_letters"


def test_a_revoked_one_is_forgotten(organisation: int, boss: Actor) -> None:
    token = invite(boss, organisation, ADDRESS, at=NOW)
    (found,) = invitation_ids(ADDRESS)
    revoke(boss, organisation, found)
    assert not usable(token)
    assert invitation_ids(ADDRESS) == []
    with pytest.raises(NotFound):
        again(boss, organisation, found)


def test_another_teams_invitation_is_not_found(make: Factory, organisation: int, boss: Actor) -> None:
    invite(boss, organisation, ADDRESS, at=NOW)
    (found,) = invitation_ids(ADDRESS)
    elsewhere = make.organisation()
    outsider = make.member(elsewhere, Role.ADMINISTRATOR)
    for act in (lambda: revoke(outsider, elsewhere, found), lambda: again(outsider, elsewhere, found)):
        with pytest.raises(NotFound):
            act()
    for act in (lambda: revoke(outsider, organisation, found), lambda: again(outsider, organisation, found)):
        with pytest.raises(Refused):
            act()
    assert invitation_ids(ADDRESS) == [found]


def test_who_is_in_the_team_or_invited_is_not_invited(make: Factory, organisation: int, boss: Actor) -> None:
    member = make.member(organisation, Role.MODERATOR)
    invite(boss, organisation, ADDRESS, at=NOW)
    for email, code in (
        (address_of(member), "already_member"),
        (ADDRESS.upper(), "already_invited"),
        ("nobody", "email_invalid"),
    ):
        with pytest.raises(Invalid) as refusal:
            invite(boss, organisation, email, at=NOW)
        assert (refusal.value.field, refusal.value.code) == ("email", code)
    invite(make.member(elsewhere := make.organisation(), Role.ADMINISTRATOR), elsewhere, ADDRESS, at=NOW)


def test_fifty_wait_at_most_and_expired_ones_do_not_count(organisation: int, boss: Actor) -> None:
    for number in range(MAX_PENDING):
        invite(boss, organisation, f"a{number}@example.org", at=NOW)
    with pytest.raises(Refused) as refusal:
        invite(boss, organisation, ADDRESS, at=NOW)
    assert refusal.value.reason == "invitations_pending"
    invite(boss, organisation, ADDRESS, at=NOW + LIFETIME)


def test_a_hundred_letters_leave_within_a_day(organisation: int, boss: Actor) -> None:
    with transaction(write=True) as session:
        session.add_all(
            TeamEntry(
                organisation_id=organisation,
                act=TeamAct.INVITED,
                actor_id=boss.person_id,
                role=Role.MANAGER,
                at=NOW,
            )
            for _letter in range(MAX_LETTERS_A_DAY - 1)
        )
    invite(boss, organisation, ADDRESS, at=NOW)
    with pytest.raises(Refused) as refusal:
        invite(boss, organisation, "next@example.org", at=NOW)
    assert refusal.value.reason == "invitations_today"
    with pytest.raises(Refused):
        again(boss, organisation, *invitation_ids(ADDRESS))
    invite(boss, organisation, "next@example.org", at=NOW + timedelta(days=1, seconds=1))


def test_expired_addresses_are_forgotten_by_the_task(organisation: int, boss: Actor, real: Clock) -> None:
    invite(boss, organisation, ADDRESS)
    real.forward(LIFETIME - timedelta(seconds=1))
    purge()
    assert len(invitation_ids(ADDRESS)) == 1
    real.forward(timedelta(seconds=1))
    purge()
    assert invitation_ids(ADDRESS) == []


def test_words_are_one_plain_paragraph() -> None:
    assert prepare_words("  Bienvenue\r\n\u202eparmi nous !  ") == "Bienvenue parmi nous !"
    assert prepare_words(" \u200b ") == ""
    for bad in ("x" * (MAX_WORDS + 1), "a\x00b"):
        with pytest.raises(Invalid) as error:
            prepare_words(bad)
        assert error.value.field == "words"
