"""Readers are counted once, ended days are sealed, imported days are loaded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.audience import commands
from consult.audience.models import AudienceDay, Sighting
from consult.audience.queries import days_to_seal
from consult.consultations import queries as consultations
from consult.consultations.commands import lock_consultation
from consult.core.db import independent_transaction, transaction
from consult.core.errors import NotFound
from tests.conftest import NOW
from tests.support.factories import Factory, Made

TODAY = date(2026, 3, 10)


def count(made: Made, reader: str = "a", *, now: datetime = NOW, day: date = TODAY) -> bool:
    with transaction(write=True) as session:
        return commands.count_reader(session, consultation_id=made.id, day=day, reader_hash=reader, now=now)


def seal(made: Made, *, now: datetime, day: date = TODAY) -> None:
    with transaction(write=True) as session:
        commands.seal_day(session, consultation_id=made.id, day=day, now=now)


def visitors(made: Made, now: datetime = NOW) -> int:
    with transaction() as session:
        return consultations.figures(session, made.id, now).visitors


def day_rows(made: Made) -> list[tuple[date, int, datetime | None]]:
    with transaction() as session:
        rows = session.scalars(
            select(AudienceDay).where(AudienceDay.consultation_id == made.id).order_by(AudienceDay.day)
        )
        return [(row.day, row.visitors, row.sealed_at) for row in rows]


def sightings() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Sighting)) or 0


def test_a_reader_counts_once_a_day(make: Factory) -> None:
    made = make.consultation()
    assert count(made)
    assert not count(made)
    assert count(made, "b")
    assert visitors(made) == 2
    assert day_rows(made) == [(TODAY, 2, None)]


def test_the_next_day_they_count_again(make: Factory) -> None:
    made = make.consultation()
    count(made)
    tomorrow = TODAY + timedelta(days=1)
    assert count(made, now=NOW + timedelta(days=1), day=tomorrow)
    assert visitors(made) == 2
    with transaction() as session:
        assert consultations.figures_at(session, made.id, TODAY).visitors == 1


def test_each_consultation_counts_for_itself(make: Factory) -> None:
    first, second = make.consultation(), make.consultation()
    count(first)
    assert count(second)
    assert (visitors(first), visitors(second)) == (1, 1)


@pytest.mark.parametrize("published", [True, False])
def test_nobody_counts_before_the_opening_after_the_closing_or_in_a_draft(make: Factory, published: bool) -> None:
    announced = make.consultation(opens_on=date(2026, 3, 11), published=published)
    closed = make.consultation(closes_on=date(2026, 3, 9), published=published)
    assert not count(announced)
    assert not count(closed)
    assert (visitors(announced), visitors(closed), sightings()) == (0, 0, 0)


def test_a_request_that_waited_past_midnight_changes_no_other_day(make: Factory) -> None:
    made = make.consultation()
    assert not count(made, now=NOW + timedelta(days=1), day=TODAY)
    assert visitors(made) == 0


def test_the_last_second_of_the_closing_day_counts_and_the_next_does_not(make: Factory) -> None:
    made = make.consultation(opens_on=date(2018, 2, 23), closes_on=date(2019, 8, 31))
    midnight = datetime(2019, 8, 31, 22, tzinfo=UTC)
    assert count(made, "a", now=midnight - timedelta(seconds=1), day=date(2019, 8, 31))
    assert not count(made, "b", now=midnight, day=date(2019, 9, 1))


def test_an_unknown_consultation_is_not_found(make: Factory) -> None:
    with pytest.raises(NotFound):
        count(Made(999, "none", 1))


def test_sealing_keeps_the_figure_and_forgets_the_readers(make: Factory) -> None:
    made = make.consultation()
    count(made, "a")
    count(made, "b")
    later = NOW + timedelta(days=1)
    seal(made, now=later)
    assert day_rows(made) == [(TODAY, 2, later)]
    assert sightings() == 0
    assert visitors(made) == 2


def test_sealing_twice_changes_nothing(make: Factory) -> None:
    made = make.consultation()
    count(made)
    first = NOW + timedelta(days=1)
    seal(made, now=first)
    seal(made, now=first + timedelta(days=1))
    assert day_rows(made) == [(TODAY, 1, first)]


def test_a_day_that_is_not_over_is_not_sealed(make: Factory) -> None:
    made = make.consultation()
    count(made)
    # 23:59:59 in Paris.
    seal(made, now=datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC))
    assert day_rows(made) == [(TODAY, 1, None)]
    assert sightings() == 1


def test_a_sealed_day_counts_nobody_any_more(make: Factory) -> None:
    made = make.consultation()
    count(made)
    seal(made, now=NOW + timedelta(days=1))
    # A request of that day which was held up until after the sealing.
    assert not count(made, "b", now=NOW, day=TODAY)
    assert visitors(made) == 1
    assert sightings() == 0


def test_days_are_due_when_they_end_where_they_are(make: Factory) -> None:
    paris = make.consultation(organisation_id=make.organisation(time_zone="Europe/Paris"))
    guadeloupe = make.consultation(organisation_id=make.organisation(time_zone="America/Guadeloupe"))
    count(paris)
    count(guadeloupe)
    with transaction() as session:
        assert days_to_seal(session, now=NOW) == ()
        after_paris = days_to_seal(session, now=datetime(2026, 3, 10, 23, tzinfo=UTC))
        after_both = days_to_seal(session, now=datetime(2026, 3, 11, 4, tzinfo=UTC))
    assert [item.consultation_id for item in after_paris] == [paris.id]
    assert {item.consultation_id for item in after_both} == {paris.id, guadeloupe.id}


def test_a_sealed_day_is_not_due_again(make: Factory) -> None:
    made = make.consultation()
    count(made)
    later = NOW + timedelta(days=1)
    seal(made, now=later)
    with transaction() as session:
        assert days_to_seal(session, now=later) == ()


def test_loaded_days_are_sealed_but_for_today(make: Factory) -> None:
    made = make.consultation()
    yesterday = TODAY - timedelta(days=1)
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        commands.load_days(session, locked, [(yesterday, 740), (TODAY, 5)], NOW)
    assert day_rows(made) == [(yesterday, 740, NOW), (TODAY, 5, None)]
    assert visitors(made) == 745
    with transaction() as session:
        assert consultations.figures_at(session, made.id, yesterday).visitors == 740


def test_readers_of_today_are_added_to_what_was_loaded(make: Factory) -> None:
    made = make.consultation()
    with transaction(write=True) as session:
        commands.load_days(session, lock_consultation(session, made.id), [(TODAY, 5)], NOW)
    assert count(made)
    assert day_rows(made) == [(TODAY, 6, None)]
    assert visitors(made) == 6


def test_the_same_reader_in_many_processes_counts_once(app: Flask, make: Factory) -> None:
    made = make.consultation()

    def one(_number: int) -> bool:
        with app.app_context(), independent_transaction() as session:
            return commands.count_reader(session, consultation_id=made.id, day=TODAY, reader_hash="a", now=NOW)

    assert at_once(one, 16) == [False] * 15 + [True]
    assert visitors(made) == 1
    assert day_rows(made) == [(TODAY, 1, None)]


def test_different_readers_at_once_all_count(app: Flask, make: Factory) -> None:
    made = make.consultation()

    def one(number: int) -> bool:
        with app.app_context(), independent_transaction() as session:
            return commands.count_reader(
                session, consultation_id=made.id, day=TODAY, reader_hash=str(number), now=NOW
            )

    assert at_once(one, 16) == [True] * 16
    assert visitors(made) == 16
    assert day_rows(made) == [(TODAY, 16, None)]


def at_once(act: Callable[[int], bool], times: int) -> list[bool]:
    """Each thread has a connection of its own, as each process of the service has."""
    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(act, range(times)))
