"""Hiding and restoring: who may, what is recorded, and the figures that go along."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from consult.consultations import queries as consultations
from consult.consultations.values import State
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.events import install_handlers
from consult.moderation import commands, policies, rules
from consult.moderation.events import ModerationDecided
from consult.moderation.models import ModerationDecision
from consult.moderation.values import Act, Kind, Reason
from consult.organisations.values import Role
from consult.proposals.commands import withdraw_contribution
from consult.proposals.comments import withdraw_comment
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.support.factories import Factory, Made

COMMANDS: dict[tuple[Kind, Act], Any] = {
    (Kind.CONTRIBUTION, Act.HIDE): commands.hide_contribution,
    (Kind.CONTRIBUTION, Act.RESTORE): commands.restore_contribution,
    (Kind.COMMENT, Act.HIDE): commands.hide_comment,
    (Kind.COMMENT, Act.RESTORE): commands.restore_comment,
}


def decide(
    made: Made,
    actor: Actor,
    kind: Kind,
    act: Act,
    number: int,
    *,
    reason: Reason | None = None,
    words: str = "",
    now: datetime = NOW,
) -> None:
    reason = reason or (Reason.INSULT if act is Act.HIDE else Reason.REVIEWED)
    with transaction(write=True) as session:
        COMMANDS[kind, act](
            session, actor=actor, consultation_id=made.id, number=number, reason=reason, words=words, now=now
        )


def figures(made: Made) -> tuple[int, int, int, int]:
    """Participants, contributions, supports, comments."""
    with transaction() as session:
        read = consultations.figures(session, made.id, NOW)
    return read.participants, read.contributions, read.supports, read.comments


def decisions(made: Made) -> list[ModerationDecision]:
    with transaction() as session:
        rows = session.scalars(
            select(ModerationDecision)
            .where(ModerationDecision.consultation_id == made.id)
            .order_by(ModerationDecision.id)
        ).all()
        session.expunge_all()
    return list(rows)


# Who may, in which state

PEOPLE = {
    "visitor": False,
    "citizen": False,
    "moderator": True,
    "manager": True,
    "administrator": True,
    "other_team": False,
    "platform": True,
}


def person(make: Factory, organisation_id: int, name: str) -> Actor:
    if name == "visitor":
        return VISITOR
    if name == "citizen":
        return make.person()
    if name == "platform":
        return make.administrator()
    if name == "other_team":
        return make.member(make.organisation("Ailleurs"), Role.ADMINISTRATOR)
    return make.member(organisation_id, Role(name))


@pytest.mark.parametrize("name", PEOPLE)
def test_the_policy_asks_for_the_team_of_the_organisation(name: str) -> None:
    roles = {1: name} if name in set(Role) else {2: "administrator"} if name == "other_team" else {}
    actor = Actor(person_id=None if name == "visitor" else 1, is_administrator=name == "platform", roles=roles)
    decision = policies.can_moderate(actor, organisation_id=1)
    assert bool(decision) is PEOPLE[name]
    assert decision.reason == ("" if PEOPLE[name] else "moderation_team_only")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", PEOPLE)
def test_the_commands_ask_the_policy(make: Factory, name: str, kind: Kind) -> None:
    made = make.consultation()
    number = make.contribution(made)
    target = number if kind is Kind.CONTRIBUTION else make.comment(made, number)
    actor = person(make, made.organisation_id, name)
    before = figures(made)
    for act in (Act.HIDE, Act.RESTORE):
        if PEOPLE[name]:
            decide(made, actor, kind, act, target)
            continue
        with pytest.raises(Refused) as refusal:
            decide(made, actor, kind, act, target)
        assert refusal.value.reason == "moderation_team_only"
    assert figures(made) == before, "restored, or never touched"
    assert len(decisions(made)) == (2 if PEOPLE[name] else 0)


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSED])
def test_moderation_is_possible_while_open_and_after_the_end(make: Factory, state: State) -> None:
    made = make.consultation(closes_on=date(2026, 3, 12))
    number = make.contribution(made)
    comment = make.comment(made, number)
    moderator = make.member(made.organisation_id, Role.MODERATOR)
    now = NOW if state is State.OPEN else datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
    decide(made, moderator, Kind.COMMENT, Act.HIDE, comment, now=now)
    assert figures(made) == (1, 1, 0, 0)
    decide(made, moderator, Kind.CONTRIBUTION, Act.HIDE, number, now=now)
    assert figures(made) == (0, 0, 0, 0)
    decide(made, moderator, Kind.CONTRIBUTION, Act.RESTORE, number, now=now)
    decide(made, moderator, Kind.COMMENT, Act.RESTORE, comment, now=now)
    assert figures(made) == (2, 1, 0, 1)


# What goes along


def test_a_hidden_contribution_takes_everything_below_along_and_brings_it_back(make: Factory) -> None:
    made = make.consultation()
    moderator = make.member(made.organisation_id, Role.MODERATOR)
    author, busy = make.person(), make.person()
    number, other = make.contribution(made, author), make.contribution(made, busy, title="Un autre projet")
    make.support(made, number)
    make.support(made, number, busy)
    comment = make.comment(made, number)
    make.comment(made, number, author, parent=comment)
    before = figures(made)
    assert before == (4, 2, 2, 2)
    decide(made, moderator, Kind.CONTRIBUTION, Act.HIDE, number)
    assert figures(made) == (1, 1, 0, 0), "only who also wrote elsewhere is still a participant"
    decide(made, moderator, Kind.CONTRIBUTION, Act.RESTORE, number)
    assert figures(made) == before
    decide(made, moderator, Kind.CONTRIBUTION, Act.HIDE, other)
    assert figures(made) == (4, 1, 2, 2), "who supports is still a participant"


def test_a_comment_hidden_under_a_hidden_contribution_stays_out_when_that_comes_back(make: Factory) -> None:
    made = make.consultation()
    moderator = make.member(made.organisation_id, Role.MODERATOR)
    number = make.contribution(made)
    comment = make.comment(made, number)
    make.comment(made, number, parent=comment)
    decide(made, moderator, Kind.CONTRIBUTION, Act.HIDE, number)
    decide(made, moderator, Kind.COMMENT, Act.HIDE, comment)
    assert figures(made) == (0, 0, 0, 0)
    decide(made, moderator, Kind.CONTRIBUTION, Act.RESTORE, number)
    assert figures(made) == (1, 1, 0, 0)
    decide(made, moderator, Kind.COMMENT, Act.RESTORE, comment)
    assert figures(made) == (3, 1, 0, 2)


# What is refused


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_hidden_is_not_hidden_again_nor_restored_twice(make: Factory, kind: Kind) -> None:
    made = make.consultation()
    moderator = make.member(made.organisation_id, Role.MODERATOR)
    number = make.contribution(made)
    target = number if kind is Kind.CONTRIBUTION else make.comment(made, number)
    for act, code in ((Act.HIDE, "already_hidden"), (Act.RESTORE, "not_hidden")):
        decide(made, moderator, kind, act, target)
        standing = figures(made)
        with pytest.raises(Refused) as refusal:
            decide(made, moderator, kind, act, target)
        assert refusal.value.reason == code
        assert figures(made) == standing
    assert [item.act for item in decisions(made)] == [Act.HIDE, Act.RESTORE], "a refusal leaves no trace"


@pytest.mark.parametrize("act", [Act.HIDE, Act.RESTORE])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_its_author_withdrew_is_left_alone(make: Factory, kind: Kind, act: Act) -> None:
    made = make.consultation()
    moderator = make.member(made.organisation_id, Role.MODERATOR)
    author = make.person()
    number = make.contribution(made, author)
    target = number if kind is Kind.CONTRIBUTION else make.comment(made, number, author)
    withdraw = withdraw_contribution if kind is Kind.CONTRIBUTION else withdraw_comment
    with transaction(write=True) as session:
        withdraw(session, actor=author, consultation_id=made.id, number=target, now=NOW)
    with pytest.raises(Refused) as refusal:
        decide(made, moderator, kind, act, target)
    assert refusal.value.reason == "withdrawn_by_author"
    assert decisions(made) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_a_number_of_another_consultation_is_not_found(make: Factory, kind: Kind) -> None:
    made, foreign = make.consultation(), make.consultation()
    number = make.contribution(foreign)
    make.comment(foreign, number)
    with pytest.raises(NotFound):
        decide(made, make.member(made.organisation_id), kind, Act.HIDE, 1)
    assert figures(foreign)[1] == 1


@pytest.mark.parametrize(
    ("act", "reason", "words", "code"),
    [
        (Act.HIDE, Reason.REVIEWED, "", "reason_unfit"),
        (Act.RESTORE, Reason.INSULT, "", "reason_unfit"),
        (Act.HIDE, Reason.OTHER, " \n ", "words_missing"),
        (Act.RESTORE, Reason.OTHER, "", "words_missing"),
        (Act.HIDE, Reason.INSULT, "x" * (rules.MAX_WORDS + 1), "words_long"),
        (Act.HIDE, Reason.INSULT, "\x00", "characters"),
    ],
)
def test_grounds_that_do_not_hold(make: Factory, act: Act, reason: Reason, words: str, code: str) -> None:
    made = make.consultation()
    number = make.contribution(made)
    with pytest.raises(Invalid) as error:
        decide(made, make.member(made.organisation_id), Kind.CONTRIBUTION, act, number, reason=reason, words=words)
    assert error.value.code == code
    assert figures(made)[1] == 1


# The trace


def test_each_decision_is_recorded_and_told(make: Factory) -> None:
    told: list[ModerationDecided] = []
    install_handlers({ModerationDecided: (lambda _session, event: told.append(event),)})
    try:
        made = make.consultation()
        moderator = make.member(made.organisation_id, Role.MODERATOR)
        number = make.contribution(made)
        comment = make.comment(made, number)
        decide(made, moderator, Kind.COMMENT, Act.HIDE, comment, reason=Reason.OTHER, words="Hors\u202e charte")
        decide(made, moderator, Kind.CONTRIBUTION, Act.HIDE, number, reason=Reason.DUPLICATE)
    finally:
        install_handlers(HANDLERS)
    first, second = decisions(made)
    assert (first.contribution_id is None, first.act, first.reason) == (True, Act.HIDE, Reason.OTHER)
    assert first.words == "Hors charte", "nothing may turn the direction of the line round"
    assert (second.comment_id is None, second.reason, second.words) == (True, Reason.DUPLICATE, "")
    assert {item.moderator_id for item in (first, second)} == {moderator.person_id}
    assert first.decided_at == NOW
    assert [(event.kind, event.number, event.act, event.decision_id) for event in told] == [
        (Kind.COMMENT, comment, Act.HIDE, first.id),
        (Kind.CONTRIBUTION, number, Act.HIDE, second.id),
    ]
