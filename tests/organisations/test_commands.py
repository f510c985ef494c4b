"""Founding organisations and giving roles."""

from __future__ import annotations

import pytest

from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.organisations import queries
from consult.organisations.commands import MAX_SLUG, found_organisation, set_role
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.support.factories import Factory


def found(actor: Actor, name: str = "Ville de Nîmes") -> int:
    with transaction(write=True) as session:
        return found_organisation(session, actor=actor, name=name, time_zone="Europe/Paris", now=NOW)


def test_its_slug_comes_from_the_name_and_its_founder_administers_it(make: Factory) -> None:
    administrator = make.administrator()
    first, second = found(administrator), found(administrator)
    assert administrator.person_id is not None
    with transaction() as session:
        listed = {item.id: item.slug for item in queries.list_organisations(session)}
        assert queries.roles_of(session, administrator.person_id) == {
            first: "administrator",
            second: "administrator",
        }
    assert (listed[first], listed[second]) == ("ville-de-nimes", "ville-de-nimes-2")


def test_a_long_name_gives_a_short_slug_each_time_another_one(make: Factory) -> None:
    administrator = make.administrator()
    for _time in range(3):
        found(administrator, "Communauté de communes " * 10)
    found(administrator, "Το Δημαρχείο")
    with transaction() as session:
        slugs = [item.slug for item in queries.list_organisations(session)]
    assert len(set(slugs)) == 4
    assert max(len(slug) for slug in slugs) <= MAX_SLUG
    assert "organisation" in slugs


def test_only_administrators_of_the_platform_found_one(make: Factory) -> None:
    team = make.member(make.organisation(), Role.ADMINISTRATOR)
    for actor in (VISITOR, make.person(), team):
        with pytest.raises(Refused) as refusal:
            found(actor)
        assert refusal.value.reason == "administrator_only"


def test_a_name_that_cannot_be_shown_is_refused(make: Factory) -> None:
    with pytest.raises(Invalid) as error:
        found(make.administrator(), "Ville\x00")
    assert (error.value.field, error.value.code) == ("name", "characters")


def test_a_role_is_given_and_changed(make: Factory) -> None:
    organisation = make.organisation()
    actor = make.member(organisation, Role.MODERATOR)
    assert actor.person_id is not None
    with transaction(write=True) as session:
        set_role(session, organisation_id=organisation, person_id=actor.person_id, role=Role.MANAGER, now=NOW)
    with transaction() as session:
        assert queries.roles_of(session, actor.person_id) == {organisation: "manager"}
