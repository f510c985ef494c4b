"""Who may read, create and manage: every role against every state."""

from __future__ import annotations

import pytest

from consult.consultations import policies
from consult.consultations.values import State
from consult.core.access import VISITOR, Actor

OWN, OTHER = 1, 2
PEOPLE = {
    "visitor": VISITOR,
    "citizen": Actor(person_id=1),
    "moderator": Actor(person_id=1, roles={OWN: "moderator"}),
    "manager": Actor(person_id=1, roles={OWN: "manager"}),
    "administrator": Actor(person_id=1, roles={OWN: "administrator"}),
    "other_team": Actor(person_id=1, roles={OTHER: "administrator"}),
    "platform": Actor(person_id=1, is_administrator=True),
}
TEAM = {"moderator", "manager", "administrator", "platform"}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("name", PEOPLE)
def test_a_draft_is_for_its_team_and_the_rest_for_everybody(name: str, state: State) -> None:
    decision = policies.can_read(PEOPLE[name], organisation_id=OWN, state=state)
    assert bool(decision) is (state is not State.DRAFT or name in TEAM)


@pytest.mark.parametrize("name", PEOPLE)
def test_managers_set_up_and_moderators_do_not(name: str) -> None:
    decision = policies.can_manage(PEOPLE[name], organisation_id=OWN)
    assert bool(decision) is (name in TEAM - {"moderator"})
    assert decision.reason == ("" if decision else "team_only")


@pytest.mark.parametrize("name", PEOPLE)
def test_whoever_manages_somewhere_may_create(name: str) -> None:
    expected = name in {"manager", "administrator", "other_team", "platform"}
    assert bool(policies.can_create(PEOPLE[name])) is expected


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("name", PEOPLE)
def test_citizens_act_while_it_is_open(name: str, state: State) -> None:
    decision = policies.can_act(PEOPLE[name], organisation_id=OWN, state=state)
    if state is not State.OPEN:
        assert decision.reason == f"consultation_{state.value}"
    elif name == "visitor":
        assert decision.reason == "sign_in_first"
    elif name in TEAM:
        assert decision.reason == "team_does_not_act"
    else:
        assert decision
