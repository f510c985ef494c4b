from datetime import date

from consult.reports.plots import Week, monday_of, weeks


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 3, 9)) == date(2026, 3, 9)
    assert monday_of(date(2026, 3, 15)) == date(2026, 3, 9)


def test_quiet_weeks_are_there() -> None:
    changes = [(date(2026, 3, 1), 2), (date(2026, 3, 16), 3), (date(2026, 3, 22), -1)]

    found = weeks(changes, date(2026, 3, 1), date(2026, 3, 24))

    assert found == (
        Week(date(2026, 2, 23), 2),
        Week(date(2026, 3, 2), 0),
        Week(date(2026, 3, 9), 0),
        Week(date(2026, 3, 16), 2),
        Week(date(2026, 3, 23), 0),
    )


def test_a_decision_after_the_closing_widens_the_span() -> None:
    found = weeks([(date(2026, 4, 20), -1)], date(2026, 3, 2), date(2026, 3, 8))

    assert found[0] == Week(date(2026, 3, 2), 0)
    assert found[-1] == Week(date(2026, 4, 20), -1)
    assert len(found) == 8


def test_nothing_happened_yet() -> None:
    assert weeks([], date(2026, 3, 3), date(2026, 3, 3)) == (Week(date(2026, 3, 2), 0),)
