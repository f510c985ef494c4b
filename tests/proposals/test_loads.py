"""Loading in bulk gives the rows and figures that the commands give one by one, and those of a recount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from consult.consultations.commands import lock_consultation
from consult.consultations.models import Consultation, Question
from consult.consultations.queries import DayView, day_changes, figures
from consult.core.access import Actor
from consult.core.batches import BATCH
from consult.core.db import transaction
from consult.core.errors import Invalid
from consult.proposals import commands, comments
from consult.proposals.loads import ActsLoader, NewComment, NewContribution, NewSupport
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Channel, Stance, Status
from consult.reports.queries.recount import recount
from tests.conftest import NOW
from tests.support.factories import Factory, Made

TEXT = prepare_contribution("Une idée pour la halle", "Un texte **assez long** pour être publié.")
WORDS = prepare_comment("Bien dit.")
OPENING = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 31, 21, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Act:
    """An act of a scenario: people, contributions and comments by their places."""

    kind: str
    person: int
    at: datetime
    contribution: int = 0
    parent: int | None = None
    stance: Stance = Stance.NEUTRAL
    question: int = 1
    status: Status = Status.PUBLISHED


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[Act, ...]:
    """What up to five people do in a month, each act possible after those before it."""
    acts: list[Act] = []
    authors: list[int] = []
    top: list[tuple[int, int]] = []
    given_supports: set[tuple[int, int]] = set()
    written, at = 0, OPENING
    for _ in range(draw(st.integers(1, 14))):
        at += timedelta(minutes=draw(st.integers(0, 3_000)))
        person = draw(st.integers(0, 4))
        kind = draw(st.sampled_from(["contribute", "support", "comment"])) if authors else "contribute"
        contribution = draw(st.integers(0, len(authors) - 1)) if authors else 0
        status = draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.HIDDEN, Status.WITHDRAWN]))
        act = Act(kind, person, at, contribution, status=status, question=draw(st.integers(1, 2)))
        if kind == "contribute":
            authors.append(person)
        elif kind == "support":
            if authors[contribution] == person or (contribution, person) in given_supports:
                continue
            given_supports.add((contribution, person))
        else:
            parents = [place for place, under in top if under == contribution]
            parent = draw(st.sampled_from([None, *parents]))
            stance = Stance.NEUTRAL if parent is not None else draw(st.sampled_from(list(Stance)))
            act = replace(act, parent=parent, stance=stance)
            if parent is None:
                top.append((written, contribution))
            written += 1
        acts.append(act)
    return tuple(acts)


def one_by_one(consultation: Made, acts: tuple[Act, ...], people: list[Actor]) -> None:
    """Each act by its command, then what was hidden or withdrawn by its command, too."""
    for act in acts:
        common: dict[str, Any] = {
            "actor": people[act.person],
            "consultation_id": consultation.id,
            "now": act.at,
        }
        with transaction(write=True) as session:
            if act.kind == "contribute":
                commands.publish_contribution(session, question_number=act.question, text=TEXT, **common)
            elif act.kind == "support":
                commands.support_contribution(session, number=act.contribution + 1, **common)
            else:
                comments.publish_comment(
                    session,
                    contribution_number=act.contribution + 1,
                    parent_number=None if act.parent is None else act.parent + 1,
                    stance=act.stance,
                    text=WORDS,
                    **common,
                )
    _change(consultation, [act for act in acts if act.kind == "contribute"], commands._change_status)
    _change(consultation, [act for act in acts if act.kind == "comment"], comments._change_status)


def _change(consultation: Made, acts: list[Act], change: Callable[..., None]) -> None:
    for number, act in enumerate(acts, 1):
        if act.status is Status.PUBLISHED:
            continue
        with transaction(write=True) as session:
            locked = lock_consultation(session, consultation.id)
            if act.kind == "comment":
                comment, contribution = comments.find_comment(session, consultation.id, number)
                change(session, locked, comment, contribution, status=act.status, now=LATER)
            else:
                contribution = commands.find_contribution(session, consultation.id, number)
                change(session, locked, contribution, act.status, LATER)


def in_bulk(consultation: Made, acts: tuple[Act, ...], people: list[Actor]) -> None:
    """All acts by the loader."""
    said = list(enumerate((act for act in acts if act.kind == "comment"), 1))
    with transaction(write=True) as session:
        loader = ActsLoader(session, lock_consultation(session, consultation.id))
        loader.add_contributions(
            NewContribution(
                number=number,
                question=act.question,
                author_id=people[act.person].person_id,
                author_name=people[act.person].display_name,
                text=TEXT,
                created_at=act.at,
                status=act.status,
            )
            for number, act in enumerate((act for act in acts if act.kind == "contribute"), 1)
        )
        for replies in (False, True):
            loader.add_comments(
                new_comment(number, act, people[act.person])
                for number, act in said
                if (act.parent is not None) is replies
            )
        loader.add_supports(
            NewSupport(act.contribution + 1, person_id(people[act.person]), act.at)
            for act in acts
            if act.kind == "support"
        )
        loader.finish({})


def new_comment(number: int, act: Act, actor: Actor) -> NewComment:
    return NewComment(
        contribution=act.contribution + 1,
        number=number,
        parent=None if act.parent is None else act.parent + 1,
        stance=act.stance,
        author_id=person_id(actor),
        author_name=actor.display_name,
        text=WORDS,
        created_at=act.at,
        status=act.status,
    )


def person_id(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id


def stored(consultation: Made) -> dict[str, Any]:
    """Everything the database holds of a consultation's acts, without ids that differ between consultations."""
    parent = aliased(Comment)
    here = Contribution.consultation_id == consultation.id
    with transaction() as session:
        live = figures(session, consultation.id, NOW)
        return {
            "contributions": session.execute(
                select(
                    *(
                        column
                        for column in Contribution.__table__.c
                        if column.name not in {"id", "consultation_id", "question_id", "shuffle", "status_at"}
                    ),
                    Question.number.label("question"),
                )
                .outerjoin(Question, Question.id == Contribution.question_id)
                .where(here)
                .order_by(Contribution.number)
            ).all(),
            "comments": session.execute(
                select(
                    *(
                        column
                        for column in Comment.__table__.c
                        if column.name
                        not in {"id", "consultation_id", "contribution_id", "parent_id", "status_at"}
                    ),
                    Contribution.number.label("contribution"),
                    parent.number.label("parent"),
                )
                .join(Contribution, Contribution.id == Comment.contribution_id)
                .outerjoin(parent, parent.id == Comment.parent_id)
                .where(here)
                .order_by(Comment.number)
            ).all(),
            "supports": session.execute(
                select(Contribution.number, Support.person_id, Support.created_at)
                .join(Contribution, Contribution.id == Support.contribution_id)
                .where(here)
                .order_by(Contribution.number, Support.person_id)
            ).all(),
            "participations": session.execute(
                select(Participation.person_id, Participation.counted_acts, Participation.author_key)
                .where(Participation.consultation_id == consultation.id)
                .order_by(Participation.person_id)
            ).all(),
            "figures": (live.participants, live.contributions, live.supports, live.comments),
            "next numbers": session.execute(
                select(Consultation.next_contribution_number, Consultation.next_comment_number).where(
                    Consultation.id == consultation.id
                )
            ).one(),
        }


def days(consultation: Made) -> list[DayView]:
    with transaction() as session:
        return [
            day
            for day in day_changes(session, consultation.id)
            if day.participants or day.contributions or day.supports or day.comments
        ]


def agrees(consultation: Made) -> bool:
    with transaction() as session:
        return recount(session, consultation.id, now=NOW).agrees


@pytest.mark.parametrize("engine_name", ["sqlite"])
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=scenarios())
def test_a_load_equals_the_same_acts_one_by_one(make: Factory, acts: tuple[Act, ...]) -> None:
    people = [make.person() for _ in range(5)]
    single, loaded = make.consultation(), make.consultation()
    one_by_one(single, acts, people)
    in_bulk(loaded, acts, people)
    assert stored(loaded) == stored(single)
    assert agrees(single)
    assert agrees(loaded)
    if all(act.status is Status.PUBLISHED for act in acts):
        assert days(loaded) == days(single)


def test_a_load_of_more_than_a_batch_on_both_engines(make: Factory) -> None:
    consultation, people = make.consultation(), [make.person() for _ in range(3)]
    authors = [person_id(actor) for actor in people]
    count = BATCH + 17
    moments = [OPENING + timedelta(minutes=30 * place) for place in range(count)]
    with transaction(write=True) as session:
        loader = ActsLoader(session, lock_consultation(session, consultation.id))
        # Numbers run against the order of insertion: ids are found by number, not by place.
        added = loader.add_contributions(
            NewContribution(count - place, None, authors[0], "a", TEXT, moments[place]) for place in range(count)
        )
        commented = loader.add_comments(
            NewComment(place + 1, place + 1, None, Stance.FOR, authors[1], "b", WORDS, LATER)
            for place in range(count)
        )
        supported = loader.add_supports(NewSupport(place + 1, authors[2], LATER) for place in range(count))
        loader.finish({authors[0]: "the first key"})
    assert (added, commented, supported) == (count, count, count)
    with transaction() as session:
        live = figures(session, consultation.id, NOW)
        rows = session.execute(
            select(Contribution.number, Contribution.created_at, Contribution.supports, Contribution.comments)
            .where(Contribution.consultation_id == consultation.id)
            .order_by(Contribution.number)
        ).all()
        keys = {row.person_id: row.author_key for row in session.scalars(select(Participation))}
    assert (live.participants, live.contributions, live.supports, live.comments) == (3, count, count, count)
    assert rows == [(number, moments[count - number], 1, 1) for number in range(1, count + 1)]
    assert keys == {authors[0]: "the first key", authors[1]: None, authors[2]: None}
    assert agrees(consultation)


def test_an_act_without_a_person_makes_no_participant(make: Factory) -> None:
    consultation = make.consultation()
    with transaction(write=True) as session:
        loader = ActsLoader(session, lock_consultation(session, consultation.id))
        received = date(2026, 3, 1)
        loader.add_contributions(
            [NewContribution(1, 1, None, "", TEXT, OPENING, Channel.PAPER, received_on=received)]
        )
        loader.finish({})
    assert stored(consultation)["figures"] == (0, 1, 0, 0)
    assert stored(consultation)["participations"] == []
    assert agrees(consultation)


def test_somebody_whose_acts_do_not_count_is_kept_with_their_key(make: Factory) -> None:
    consultation, actor = make.consultation(), make.person()
    with transaction(write=True) as session:
        loader = ActsLoader(session, lock_consultation(session, consultation.id))
        loader.add_contributions(
            [NewContribution(4, 1, actor.person_id, "a", TEXT, OPENING, status=Status.HIDDEN)]
        )
        loader.finish({person_id(actor): "key"})
    found = stored(consultation)
    assert found["participations"] == [(actor.person_id, 0, "key")]
    assert found["figures"] == (0, 0, 0, 0)
    assert found["next numbers"] == (5, 1)


def test_a_consultation_with_acts_is_not_loaded_into(make: Factory) -> None:
    consultation = make.consultation()
    make.contribution(consultation)
    with transaction(write=True) as session, pytest.raises(Invalid) as refusal:
        ActsLoader(session, lock_consultation(session, consultation.id))
    assert refusal.value.code == "not_empty"


def test_constraints_stand_behind_the_loader(app: Flask, make: Factory) -> None:
    consultation, actor = make.consultation(), make.person()
    double = [NewContribution(1, 1, actor.person_id, "a", TEXT, OPENING)] * 2
    with pytest.raises(IntegrityError), transaction(write=True) as session:
        ActsLoader(session, lock_consultation(session, consultation.id)).add_contributions(double)
    assert stored(consultation)["contributions"] == []
