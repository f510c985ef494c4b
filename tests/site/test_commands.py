"""Opening accounts from the command line."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from consult.accounts import queries as people
from consult.core.db import transaction
from consult.core.errors import OperatorError
from consult.organisations import queries as organisations
from consult.organisations.commands import create_organisation, set_role
from consult.organisations.values import Role
from consult.site.commands import OpenedAccount, open_account
from tests.conftest import NOW

FIRST = "first@example.org"


def open_(email: str = FIRST, name: str = "Camille", **options: Any) -> OpenedAccount:
    values = {"administrator": False, "organisation": None, "team_path": "/manage", **options}
    with transaction(write=True) as session:
        return open_account(
            session, email=email, display_name=name, demonstration=False, now=NOW, real_now=NOW, **values
        )


def organisation(slug: str) -> int:
    with transaction(write=True) as session:
        return create_organisation(session, slug=slug, name=slug.title(), time_zone="Europe/Paris", now=NOW)


def roles(email: str) -> dict[int, str]:
    with transaction() as session:
        person = people.person_by_email(session, email)
        assert person is not None
        return organisations.roles_of(session, person.id)


def is_administrator(email: str) -> bool:
    with transaction() as session:
        person = people.person_by_email(session, email)
        return person is not None and person.is_administrator


def test_the_first_account_administers(app: Flask) -> None:
    account = open_()
    assert (account.created, account.first_administrator, account.is_administrator) == (True, True, True)
    assert is_administrator(FIRST)
    assert roles(FIRST) == {}


def test_the_first_account_needs_no_organisation_even_among_several(app: Flask) -> None:
    organisation("aulnes")
    organisation("tilleuls")
    assert open_().first_administrator


def test_the_first_account_may_already_have_been_there(app: Flask) -> None:
    open_()
    with transaction(write=True) as session:
        session.connection().exec_driver_sql("UPDATE accounts_person SET is_administrator = false")
    account = open_()
    assert (account.created, account.first_administrator) == (False, True)
    assert is_administrator(FIRST)


def test_later_accounts_manage_the_only_organisation(app: Flask) -> None:
    only = organisation("tilleuls")
    open_()
    account = open_("second@example.org")
    assert (account.is_administrator, account.organisation) == (False, "Tilleuls")
    assert roles("second@example.org") == {only: "manager"}


def test_among_several_organisations_one_has_to_be_named(app: Flask) -> None:
    organisation("aulnes")
    wanted = organisation("tilleuls")
    open_()
    with pytest.raises(OperatorError, match="aulnes, tilleuls"):
        open_("second@example.org")
    with pytest.raises(OperatorError, match=r"“chênes”.*aulnes, tilleuls"):
        open_("second@example.org", organisation="chênes")
    assert open_("second@example.org", organisation="tilleuls").created  # nothing was left of the refusals
    assert roles("second@example.org") == {wanted: "manager"}


def test_administrators_may_manage_an_organisation_too(app: Flask) -> None:
    place = organisation("tilleuls")
    open_()
    account = open_("second@example.org", administrator=True, organisation="tilleuls")
    assert (account.is_administrator, account.first_administrator, account.organisation) == (
        True,
        False,
        "Tilleuls",
    )
    assert roles("second@example.org") == {place: "manager"}
    assert open_("third@example.org", administrator=True).organisation is None


def test_an_existing_account_keeps_its_name_and_its_place(app: Flask) -> None:
    organisation("aulnes")
    place = organisation("tilleuls")
    open_()
    open_("second@example.org", name="Dominique", organisation="tilleuls")
    again = open_("Second@Example.org", name="Somebody else")
    assert (again.created, again.display_name, again.is_team) == (False, "Dominique", True)
    with transaction(write=True) as session:
        person = people.person_by_email(session, "second@example.org")
        assert person is not None
        set_role(session, organisation_id=place, person_id=person.id, role=Role.ADMINISTRATOR, now=NOW)
    open_("second@example.org", organisation="tilleuls")
    assert roles("second@example.org") == {place: "administrator"}


def test_an_existing_citizen_is_promoted(app: Flask) -> None:
    open_()
    citizen = open_("second@example.org")
    assert (citizen.is_team, citizen.organisation) == (False, None)
    assert open_("second@example.org", administrator=True).is_administrator
    assert is_administrator("second@example.org")


def test_a_role_can_be_named_and_is_never_made_smaller(app: Flask) -> None:
    place = organisation("tilleuls")
    open_()
    moderator = open_("second@example.org", role=Role.MODERATOR)
    assert (moderator.role, moderator.organisation, moderator.is_team) == (Role.MODERATOR, "Tilleuls", True)
    assert open_("second@example.org", role=Role.ADMINISTRATOR).role is Role.ADMINISTRATOR
    assert open_("second@example.org", role=Role.MODERATOR).role is Role.ADMINISTRATOR
    assert roles("second@example.org") == {place: "administrator"}


@pytest.mark.parametrize(
    ("email", "name", "option"),
    [
        ("nobody", "Camille", "--email"),
        (FIRST, "C", "--name"),
        (FIRST, FIRST, "--name"),
        (FIRST, "a\x00b", "--name"),
    ],
)
def test_mistakes_are_one_sentence_that_names_the_option(app: Flask, email: str, name: str, option: str) -> None:
    with pytest.raises(OperatorError) as mistake:
        open_(email, name)
    assert str(mistake.value).startswith(option)
    assert "\n" not in str(mistake.value)


def test_the_link_leads_the_team_to_its_entrance(app: Flask) -> None:
    token = open_().token
    with transaction() as session:
        assert people.address_of_link(session, token, now=NOW) == FIRST
