"""Many at once: nobody counts twice, and the figures agree with the rows afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from consult.consultations.queries import figures
from consult.core.access import Actor
from consult.core.db import db, transaction
from consult.proposals import commands
from consult.proposals.models import Contribution, Participation, Support
from tests.conftest import NOW
from tests.support.factories import Factory, Made

CROWD = 12


def at_once(app: Flask, acts: list[Callable[[], None]]) -> list[BaseException]:
    """Run all acts at the same moment, each in a thread with its own connection; returns what went wrong."""
    start, errors = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - collected for the assertion
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def support(consultation: Made, actor: Actor, *, give: bool) -> None:
    command = commands.support_contribution if give else commands.withdraw_support
    with transaction(write=True) as session:
        command(session, actor=actor, consultation_id=consultation.id, number=1, now=NOW)


def test_a_person_clicking_in_many_windows_supports_once(app: Flask, make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    make.contribution(consultation)
    assert at_once(app, [lambda: support(consultation, person, give=True)] * CROWD) == []
    assert _state(consultation) == (1, 1, 1, 2)
    assert at_once(app, [lambda: support(consultation, person, give=False)] * CROWD) == []
    assert _state(consultation) == (0, 0, 0, 1)


def test_a_crowd_is_counted_to_the_last_one(app: Flask, make: Factory) -> None:
    consultation = make.consultation(closes_on=date(2026, 12, 31))
    make.contribution(consultation)
    people = [make.person() for _ in range(CROWD)]
    acts: list[Callable[[], None]] = [lambda who=who: support(consultation, who, give=True) for who in people]  # type: ignore[misc]
    assert at_once(app, acts) == []
    assert _state(consultation) == (CROWD, CROWD, CROWD, CROWD + 1)


def test_numbers_are_given_once(app: Flask, make: Factory) -> None:
    consultation = make.consultation()
    people = [make.person() for _ in range(CROWD)]
    found: list[int] = []
    acts: list[Callable[[], None]] = [
        lambda who=who: found.append(make.contribution(consultation, who))  # type: ignore[misc]
        for who in people
    ]
    assert at_once(app, acts) == []
    assert sorted(found) == list(range(1, CROWD + 1))


def test_the_schema_itself_refuses_a_second_support(make: Factory) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    person = make.support(consultation, number)
    with transaction() as session:
        contribution_id = session.scalars(select(Contribution.id)).one()
    row = {"contribution_id": contribution_id, "person_id": person.person_id, "created_at": NOW}
    with pytest.raises(IntegrityError), transaction(write=True) as session:
        session.execute(insert(Support), row)
    assert _state(consultation) == (1, 1, 1, 2)


def _state(consultation: Made) -> tuple[int, int, int, int]:
    """Rows, the contribution's counter, the live supports and the live participants."""
    with transaction() as session:
        rows = session.scalar(select(func.count()).select_from(Support)) or 0
        counter = session.scalar(select(Contribution.supports)) or 0
        live = figures(session, consultation.id, NOW)
        acting = session.scalar(
            select(func.count()).select_from(Participation).where(Participation.counted_acts > 0)
        )
    assert acting == live.participants
    return rows, counter, live.supports, live.participants
