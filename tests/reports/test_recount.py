"""The recount agrees with every act made through commands, sees every kind of drift, and repairs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, insert, select, update

from consult.audience.commands import count_reader
from consult.audience.models import AudienceDay
from consult.consultations import queries as consultations
from consult.consultations.commands import lock_consultation
from consult.consultations.models import DayChange, Tally
from consult.core.clock import civil_date
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.proposals.commands import set_contribution_status, withdraw_support
from consult.proposals.comments import set_comment_status, withdraw_comment
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.values import Stance, Status
from consult.reports.commands import repair
from consult.reports.queries.recount import recount
from consult.reports.rules import Recount
from consult.reports.tasks import find_drift, repair_drift
from tests.conftest import NOW
from tests.reports.material import fill
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements


def counted(made: Made) -> Recount:
    return find_drift(made.slug, now=NOW)


def do(statement: Executable) -> None:
    with transaction(write=True) as session:
        session.execute(statement)


@pytest.fixture
def lively(make: Factory) -> Made:
    """Acts of every kind, some of them taken back, hidden and restored, all through commands."""
    made = make.consultation()
    author, other, third = make.person(), make.person(), make.person()
    first = make.contribution(made, author)
    second = make.contribution(made, other, title="Des bancs à l’ombre")
    for actor in (other, third):
        make.support(made, first, actor)
    make.support(made, second, third)
    make.support(made, second)
    comment = make.comment(made, first, third)
    make.comment(made, first, author, parent=comment, stance=Stance.NEUTRAL)
    hidden = make.comment(made, second, stance=Stance.AGAINST)
    make.comment(made, second, parent=hidden, stance=Stance.NEUTRAL)
    regretted = make.comment(made, first, other)
    with transaction(write=True) as session:
        withdraw_comment(session, actor=other, consultation_id=made.id, number=regretted, now=NOW)
        withdraw_support(session, actor=third, consultation_id=made.id, number=second, now=NOW)
        locked = lock_consultation(session, made.id)
        set_comment_status(session, consultation=locked, number=hidden, status=Status.HIDDEN, now=NOW)
        set_contribution_status(session, consultation=locked, number=first, status=Status.HIDDEN, now=NOW)
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=first, status=Status.PUBLISHED, now=NOW)
        for reader in ("a", "b"):
            count_reader(
                session,
                consultation_id=made.id,
                day=civil_date(NOW, "Europe/Paris"),
                reader_hash=reader,
                now=NOW,
            )
    return made


def test_commands_leave_no_drift(lively: Made) -> None:
    found = counted(lively)

    assert found.agrees, found
    live = {item.name: item.live for item in found.figures}
    # Two authors, a supporter who also commented, and the one whose support stands; hidden ones do not count.
    assert live == {
        "days": 10,
        "participants": 4,
        "contributions": 2,
        "supports": 3,
        "comments": 2,
        "visitors": 2,
    }


def test_a_hidden_contribution_takes_everything_below_it_along(lively: Made) -> None:
    with transaction(write=True) as session:
        locked = lock_consultation(session, lively.id)
        set_contribution_status(session, consultation=locked, number=1, status=Status.HIDDEN, now=NOW)

    found = counted(lively)

    assert found.agrees, found
    live = {item.name: item.recounted for item in found.figures}
    assert (live["contributions"], live["supports"], live["comments"], live["participants"]) == (1, 1, 0, 2)


def _contribution(made: Made) -> object:
    return select(Contribution.id).where(Contribution.consultation_id == made.id).limit(1).scalar_subquery()


DRIFTS: dict[str, tuple[str, Callable[[Made], Executable]]] = {
    "participants": (
        "participants",
        lambda made: update(Tally).where(Tally.consultation_id == made.id).values(participants=9),
    ),
    "contributions": (
        "contributions",
        lambda made: update(Tally).where(Tally.consultation_id == made.id).values(contributions=0),
    ),
    "a day": (
        "supports",
        lambda made: update(DayChange).where(DayChange.consultation_id == made.id).values(supports=40),
    ),
    "a lost day": ("visitors", lambda made: delete(DayChange).where(DayChange.consultation_id == made.id)),
    "visitors": (
        "visitors",
        lambda made: update(AudienceDay).where(AudienceDay.consultation_id == made.id).values(visitors=7),
    ),
    "a support written by hand": (
        "supports",
        lambda made: insert(Support).from_select(
            ["contribution_id", "person_id", "created_at"],
            select(Contribution.id, Contribution.author_id, Contribution.created_at).where(
                Contribution.consultation_id == made.id
            ),
        ),
    ),
    "a status written by hand": (
        "comments",
        lambda made: update(Comment).where(Comment.consultation_id == made.id).values(status=Status.PUBLISHED),
    ),
}


@pytest.mark.parametrize("kind", DRIFTS)
def test_each_drift_of_a_figure_is_seen_and_repaired(lively: Made, kind: str) -> None:
    name, statement = DRIFTS[kind]
    do(statement(lively))

    found = counted(lively)
    assert name in {item.name for item in found.figures if not item.agrees}
    assert not found.agrees

    repaired = repair_drift(lively.slug, now=NOW)

    assert repaired == found
    after = counted(lively)
    assert after.agrees, after
    assert [item.recounted for item in after.figures] == [item.recounted for item in found.figures]


def test_counters_of_contributions_are_seen_and_repaired(lively: Made) -> None:
    do(update(Contribution).where(Contribution.consultation_id == lively.id).values(supports=5, comments=0))

    found = counted(lively)
    assert found.contributions_off == 2
    assert all(item.agrees for item in found.figures)

    repair_drift(lively.slug, now=NOW)

    assert counted(lively).agrees
    with transaction() as session:
        rows = session.execute(
            select(Contribution.supports, Contribution.comments).order_by(Contribution.number)
        ).all()
    assert [tuple(row) for row in rows] == [(2, 2), (1, 0)]


@pytest.mark.parametrize("change", ["too many", "missing", "left over"])
def test_counted_acts_are_seen_and_repaired(lively: Made, make: Factory, change: str) -> None:
    mine = Participation.consultation_id == lively.id
    idle = make.person()
    statement: Executable = {
        "too many": update(Participation).where(mine, Participation.counted_acts > 0).values(counted_acts=50),
        "missing": delete(Participation).where(mine),
        "left over": insert(Participation).values(
            consultation_id=lively.id, person_id=idle.person_id, counted_acts=1
        ),
    }[change]
    do(statement)

    found = counted(lively)
    assert found.participations_off == (1 if change == "left over" else 4)

    repair_drift(lively.slug, now=NOW)

    assert counted(lively).agrees


def test_the_difference_is_dated_on_the_day_of_the_repair(lively: Made) -> None:
    do(update(Tally).where(Tally.consultation_id == lively.id).values(supports=8))
    do(update(DayChange).where(DayChange.consultation_id == lively.id).values(supports=8))
    later = NOW + timedelta(days=3)

    repair_drift(lively.slug, now=later)

    with transaction() as session:
        days = consultations.day_changes(session, lively.id)
        version = consultations.figures(session, lively.id, later).version
    assert [(day.day, day.supports) for day in days] == [
        (civil_date(NOW, "Europe/Paris"), 8),
        (civil_date(later, "Europe/Paris"), -5),
    ]
    assert counted(lively).agrees
    repair_drift(lively.slug, now=later)
    with transaction() as session:
        assert consultations.figures(session, lively.id, later).version == version, (
            "nothing to repair, nothing new"
        )


def test_another_consultation_is_left_alone(lively: Made, make: Factory) -> None:
    neighbour = make.consultation()
    make.support(neighbour, make.contribution(neighbour))
    do(update(Tally).values(supports=77))

    repair_drift(lively.slug, now=NOW)

    assert counted(lively).agrees
    assert not counted(neighbour).agrees


def test_the_number_of_statements_does_not_depend_on_the_size(app: Flask, make: Factory) -> None:
    counts = []
    for size in (5, 60):
        made = make.consultation()
        fill(made, contributions=size, now=NOW)
        do(update(Contribution).where(Contribution.consultation_id == made.id).values(supports=99))
        do(update(Participation).where(Participation.consultation_id == made.id).values(counted_acts=99))
        with recorded_statements() as statements, transaction(write=True) as session:
            repair(session, made.id, now=NOW)
        counts.append(len(statements))
        assert counted(made).agrees
    assert counts[0] == counts[1] <= 15  # PostgreSQL locks, then reads


def test_an_unknown_consultation(app: Flask) -> None:
    with pytest.raises(NotFound):
        find_drift("nowhere", now=NOW)
    with pytest.raises(NotFound), transaction() as session:
        recount(session, 4711, now=NOW)
