"""Instants and civil days, also on the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from consult.core import clock

PARIS = "Europe/Paris"


def test_the_clock_can_be_held_and_let_go() -> None:
    moment = datetime(2019, 8, 29, 10, tzinfo=UTC)
    with clock.frozen_at(moment):
        assert clock.is_held()
        assert clock.now() == moment
        assert clock.real_now() > moment + timedelta(days=365)
    assert not clock.is_held()


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_civil_day_lasts_as_long_as_it_does(day: date, hours: int) -> None:
    assert clock.end_of_day(day, PARIS) - clock.start_of_day(day, PARIS) == timedelta(hours=hours)


def test_the_civil_date_is_that_of_the_zone() -> None:
    moment = datetime(2019, 8, 31, 22, 30, tzinfo=UTC)
    assert clock.civil_date(moment, PARIS) == date(2019, 9, 1)
    assert clock.civil_date(moment, "America/Guadeloupe") == date(2019, 8, 31)
