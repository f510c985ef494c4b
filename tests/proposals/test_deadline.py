"""The first and the last midnight, a millisecond at a time: nothing late is accepted, nothing timely lost.

The instants are written out in UTC, so that no computation of ours can be wrong on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from consult.consultations.models import DayChange
from consult.consultations.queries import figures
from consult.core.access import Refused
from consult.core.clock import end_of_day, start_of_day
from consult.core.db import transaction
from tests.proposals.citizen_acts import ACTS, ENDING, Scene, run, set_scene
from tests.support.factories import Factory

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Edge:
    """A consultation's first and last day, and the instants at which the first begins and the last is over."""

    name: str
    time_zone: str
    opens_on: date
    closes_on: date
    opens_at: datetime
    closes_at: datetime


def edge(name: str, time_zone: str, days: str, instants: str) -> Edge:
    """`days` and `instants` each hold two, the first and the last."""
    opens_on, closes_on = map(date.fromisoformat, days.split())
    opens_at, closes_at = map(datetime.fromisoformat, instants.split())
    return Edge(name, time_zone, opens_on, closes_on, opens_at, closes_at)


EDGES = [
    edge("winter", "Europe/Paris", "2026-01-10 2026-02-10", "2026-01-09T23:00Z 2026-02-10T23:00Z"),
    # Clocks go forward in the night to 29 March, at two: that day has 23 hours.
    edge("eve of March", "Europe/Paris", "2026-03-01 2026-03-28", "2026-02-28T23:00Z 2026-03-28T23:00Z"),
    edge("day of March", "Europe/Paris", "2026-03-29 2026-03-29", "2026-03-28T23:00Z 2026-03-29T22:00Z"),
    # … and back in the night to 25 October, at three: that day has 25 hours.
    edge("eve of October", "Europe/Paris", "2026-10-01 2026-10-24", "2026-09-30T22:00Z 2026-10-24T22:00Z"),
    edge("day of October", "Europe/Paris", "2026-10-25 2026-10-25", "2026-10-24T22:00Z 2026-10-25T23:00Z"),
    edge("Martinique", "America/Martinique", "2026-03-01 2026-03-28", "2026-03-01T04:00Z 2026-03-29T04:00Z"),
    edge("Saint-Pierre", "America/Miquelon", "2026-03-01 2026-03-08", "2026-03-01T03:00Z 2026-03-09T02:00Z"),
    edge("Tahiti", "Pacific/Tahiti", "2026-10-01 2026-10-24", "2026-10-01T10:00Z 2026-10-25T10:00Z"),
    edge("Marquises", "Pacific/Marquesas", "2026-10-01 2026-10-24", "2026-10-01T09:30Z 2026-10-25T09:30Z"),
    edge("Nouméa", "Pacific/Noumea", "2026-03-01 2026-03-28", "2026-02-28T13:00Z 2026-03-28T13:00Z"),
    edge("Wallis", "Pacific/Wallis", "2026-03-01 2026-03-28", "2026-02-28T12:00Z 2026-03-28T12:00Z"),
]
EACH_EDGE = pytest.mark.parametrize("at", EDGES, ids=lambda item: item.name)


def scene_at(make: Factory, at: Edge, when: datetime) -> Scene:
    """Everything of the scene happened at `when`."""
    made = make.consultation(
        opens_on=at.opens_on,
        closes_on=at.closes_on,
        organisation_id=make.organisation(time_zone=at.time_zone),
    )
    make.now = when
    return set_scene(make, made)


def outcome(act: str, scene: Scene, make: Factory, now: datetime) -> str:
    """ "" or the code of the refusal; who acts is somebody new, unless only the author may."""
    own = act in {"edit", "withdraw", "withdraw comment", "withdraw support"}
    try:
        run(ACTS[act], scene, scene.author if own else make.person(), now)
    except Refused as refusal:
        return refusal.reason
    return ""


@EACH_EDGE
def test_the_instants_are_those_of_the_calendar(at: Edge) -> None:
    assert start_of_day(at.opens_on, at.time_zone) == at.opens_at
    assert end_of_day(at.closes_on, at.time_zone) == at.closes_at


@EACH_EDGE
def test_the_last_midnight(make: Factory, at: Edge) -> None:
    scene = scene_at(make, at, at.closes_at - timedelta(hours=1))
    for late in (at.closes_at, at.closes_at + MILLISECOND):
        found = {act: outcome(act, scene, make, late) for act in ENDING}
        assert found == dict.fromkeys(ENDING, "consultation_closed")
    before = counted(scene, at.closes_at)
    in_time = at.closes_at - MILLISECOND
    assert {act: outcome(act, scene, make, in_time) for act in ENDING} == dict.fromkeys(ENDING, "")
    # One contributes and one withdraws; one supports and one takes it back; two comment and one takes it back.
    after = counted(scene, at.closes_at)
    assert [new - old for new, old in zip(after, before, strict=True)] == [4, 0, 0, 1]
    with transaction() as session:
        days = session.scalars(select(DayChange.day).order_by(DayChange.day)).all()
    assert days == [at.closes_on]


@EACH_EDGE
def test_the_first_midnight(make: Factory, at: Edge) -> None:
    scene = scene_at(make, at, at.opens_at + timedelta(hours=1))
    early = at.opens_at - MILLISECOND
    found = {act: outcome(act, scene, make, early) for act in ENDING}
    assert found == dict.fromkeys(ENDING, "consultation_announced")
    for in_time in (at.opens_at, at.opens_at + MILLISECOND):
        acts = [act for act in ENDING if act not in {"withdraw", "withdraw comment"}]
        assert {act: outcome(act, scene, make, in_time) for act in acts} == dict.fromkeys(acts, "")


def counted(scene: Scene, now: datetime) -> tuple[int, int, int, int]:
    with transaction() as session:
        live = figures(session, scene.made.id, now)
    return live.participants, live.contributions, live.supports, live.comments
