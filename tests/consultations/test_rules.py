"""States and days, to the second, on both sides of midnight and of the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations import rules
from consult.consultations.values import State
from consult.core.errors import Invalid

PARIS = "Europe/Paris"
OPENS, CLOSES = date(2018, 2, 23), date(2019, 8, 31)
# Civil midnights in Paris: winter time is an hour ahead of UTC, summer time two.
OPENING = datetime(2018, 2, 22, 23, tzinfo=UTC)
CLOSING = datetime(2019, 8, 31, 22, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


def state(now: datetime, *, published: bool = True, time_zone: str = PARIS) -> State:
    return rules.state_at(published=published, opens_on=OPENS, closes_on=CLOSES, time_zone=time_zone, now=now)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENING - TICK, State.ANNOUNCED),
        (OPENING, State.OPEN),
        (OPENING + TICK, State.OPEN),
        (CLOSING - timedelta(seconds=1), State.OPEN),
        (CLOSING - TICK, State.OPEN),
        (CLOSING, State.CLOSED),
        (CLOSING + TICK, State.CLOSED),
    ],
)
def test_it_opens_and_closes_at_midnight_of_its_time_zone(now: datetime, expected: State) -> None:
    assert state(now) is expected


@pytest.mark.parametrize("now", [OPENING - TICK, OPENING, CLOSING])
def test_a_draft_is_a_draft_whatever_the_day(now: datetime) -> None:
    assert state(now, published=False) is State.DRAFT


def test_midnight_is_that_of_the_consultation() -> None:
    # Six hours after Paris has closed it is still the last evening in Guadeloupe.
    assert state(CLOSING, time_zone="America/Guadeloupe") is State.OPEN
    assert state(CLOSING + timedelta(hours=6), time_zone="America/Guadeloupe") is State.CLOSED


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        # The last day has 23 hours: clocks go forward in its night.
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        # The last day has 25 hours: clocks go back.
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_closing_day_on_which_clocks_change_lasts_until_its_midnight(day: date, midnight: datetime) -> None:
    def at(now: datetime) -> State:
        return rules.state_at(published=True, opens_on=date(2026, 1, 1), closes_on=day, time_zone=PARIS, now=now)

    assert at(midnight - TICK) is State.OPEN
    assert at(midnight) is State.CLOSED


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (OPENING - TICK, 0),
        (OPENING, 1),
        (datetime(2019, 8, 29, 10, tzinfo=UTC), 553),
        (CLOSING - TICK, 555),
        (CLOSING, 555),
        (CLOSING + timedelta(days=1000), 555),
    ],
)
def test_days_are_counted_with_the_first_and_the_last(now: datetime, days: int) -> None:
    assert rules.days_open(OPENS, CLOSES, PARIS, now) == days
    assert rules.days_total(OPENS, CLOSES) == 555


@given(
    opens_on=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    length=st.integers(0, 1000),
    hours=st.integers(-9_000, 500_000),
    time_zone=st.sampled_from([PARIS, "America/Guadeloupe", "Pacific/Noumea", "Indian/Reunion", "UTC"]),
)
def test_days_and_state_tell_the_same_story(opens_on: date, length: int, hours: int, time_zone: str) -> None:
    now = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    closes_on = opens_on + timedelta(days=length)
    found = rules.state_at(published=True, opens_on=opens_on, closes_on=closes_on, time_zone=time_zone, now=now)
    days = rules.days_open(opens_on, closes_on, time_zone, now)
    total = rules.days_total(opens_on, closes_on)
    assert 0 <= days <= total
    assert (found is State.ANNOUNCED) == (days == 0)
    if found is State.CLOSED:
        assert days == total


@pytest.mark.parametrize(("days_left", "last_week"), [(28, False), (7, False), (6, True), (0, True)])
def test_the_last_week_is_seven_days_today_included(days_left: int, last_week: bool) -> None:
    assert rules.is_last_week(days_left) is last_week


def test_as_known_at_the_end_of_a_day_is_its_last_instant() -> None:
    assert rules.last_instant(CLOSES, PARIS) == CLOSING - timedelta(microseconds=1)


@pytest.mark.parametrize("slug", ["halle", "place-de-la-halle", "2026", "a" * 80])
def test_a_slug_is_words_and_hyphens(slug: str) -> None:
    assert rules.check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "Halle", "été", "a b", "a/b", "a" * 81])
def test_anything_else_is_no_slug(slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_slug(slug)
    assert (caught.value.field, caught.value.code) == ("slug", "slug")


def test_it_does_not_close_before_it_opens() -> None:
    rules.check_dates(OPENS, OPENS)
    with pytest.raises(Invalid) as caught:
        rules.check_dates(CLOSES, OPENS)
    assert (caught.value.field, caught.value.code) == ("closes_on", "closes_before_opening")


def test_a_time_zone_is_one_that_exists() -> None:
    assert rules.check_time_zone("Indian/Reunion") == "Indian/Reunion"
    with pytest.raises(Invalid) as caught:
        rules.check_time_zone("Paris")
    assert caught.value.code == "time_zone"
