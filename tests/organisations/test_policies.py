"""Who may found an organisation and who sets its identity: every role."""

from __future__ import annotations

import pytest

from consult.core.access import VISITOR, Actor
from consult.organisations import policies

OWN, OTHER = 1, 2
PEOPLE = {
    "visitor": VISITOR,
    "citizen": Actor(person_id=1),
    "moderator": Actor(person_id=1, roles={OWN: "moderator"}),
    "manager": Actor(person_id=1, roles={OWN: "manager"}),
    "administrator": Actor(person_id=1, roles={OWN: "administrator"}),
    "other_team": Actor(person_id=1, roles={OTHER: "administrator"}),
    "moderator_here_manager_there": Actor(person_id=1, roles={OWN: "moderator", OTHER: "manager"}),
    "platform": Actor(person_id=1, is_administrator=True),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_managers_set_the_identity_of_their_own(name: str) -> None:
    decision = policies.can_set_identity(PEOPLE[name], organisation_id=OWN)
    assert bool(decision) is (name in {"manager", "administrator", "platform"})
    assert decision.reason == ("" if decision else "managers_only")


@pytest.mark.parametrize("name", PEOPLE)
def test_the_platform_founds_organisations(name: str) -> None:
    assert bool(policies.can_found(PEOPLE[name])) is (name == "platform")
