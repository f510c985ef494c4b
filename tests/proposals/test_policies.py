"""Role × state: one line per act says who may do it, and with which code the others are refused."""

from __future__ import annotations

from itertools import product

import pytest

from consult.consultations.values import State
from consult.core.access import VISITOR, Actor, Decision
from consult.proposals import policies
from consult.proposals.values import Status

HERE, ELSEWHERE = 1, 2
AUTHOR_ID = 10
ACTORS = {
    "visitor": VISITOR,
    "citizen": Actor(person_id=11),
    "author": Actor(person_id=AUTHOR_ID),
    "moderator": Actor(person_id=12, roles={HERE: "moderator"}),
    "manager": Actor(person_id=13, roles={HERE: "manager"}),
    "organisation administrator": Actor(person_id=14, roles={HERE: "administrator"}),
    "other team": Actor(person_id=15, roles={ELSEWHERE: "manager"}),
    "platform administrator": Actor(person_id=16, is_administrator=True),
}
TEAM = {"moderator", "manager", "organisation administrator", "platform administrator"}


def _reason_while_open(act: str, role: str) -> str:
    if role == "visitor":
        return "sign_in_first"
    if act == "change":
        return "" if role == "author" else "not_author"
    if act == "withdraw support":
        return ""
    if role in TEAM:
        return "team_does_not_act"
    if act == "support" and role == "author":
        return "own_contribution"
    return ""


def _ask(act: str, actor: Actor, state: State, status: Status = Status.PUBLISHED) -> Decision:
    match act:
        case "contribute":
            return policies.can_contribute(actor, organisation_id=HERE, state=state)
        case "support":
            return policies.can_support(
                actor, organisation_id=HERE, state=state, author_id=AUTHOR_ID, status=status
            )
        case "withdraw support":
            return policies.can_withdraw_support(actor, state=state)
        case "comment":
            return policies.can_comment(actor, organisation_id=HERE, state=state, status=status)
        case _:
            return policies.can_change(
                actor, organisation_id=HERE, state=state, author_id=AUTHOR_ID, status=status
            )


ACTS = ("contribute", "support", "withdraw support", "comment", "change")


@pytest.mark.parametrize(("act", "role", "state"), list(product(ACTS, ACTORS, State)))
def test_every_act_for_every_role_in_every_state(act: str, role: str, state: State) -> None:
    decision = _ask(act, ACTORS[role], state)
    expected = _reason_while_open(act, role) if state is State.OPEN else f"consultation_{state.value}"
    assert (decision.allowed, decision.reason) == (expected == "", expected)


@pytest.mark.parametrize("status", [Status.HIDDEN, Status.WITHDRAWN])
@pytest.mark.parametrize("act", ["support", "comment", "change"])
def test_what_is_not_published_takes_no_acts(act: str, status: Status) -> None:
    role = "author" if act == "change" else "citizen"
    assert _ask(act, ACTORS[role], State.OPEN, status).reason == "not_published"
