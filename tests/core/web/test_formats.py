"""Numbers and dates as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from consult.core.web import formats

DAY = date(2018, 2, 23)
MOMENT = datetime(2018, 2, 22, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "number", "day", "long_day"),
    [
        ("/", "1\u202f024", "23 févr. 2018", "23 février 2018"),
        ("/en/", "1,024", "23 Feb 2018", "23 February 2018"),
    ],
)
def test_in_the_language_of_the_page(app: Flask, address: str, number: str, day: str, long_day: str) -> None:
    environ = {"consult.language": "en" if "en" in address else "fr"}
    with app.test_request_context(address, environ_overrides=environ):
        assert formats.number(1024) == number
        assert formats.day(DAY) == day
        assert formats.long_day(DAY) == long_day


def test_an_instant_is_told_where_it_happened(app: Flask) -> None:
    with app.test_request_context("/"):
        assert formats.instant(MOMENT, "Europe/Paris") == "23 févr. 2018, 00:05"
        assert formats.day_of(MOMENT, "Europe/Paris") == "23 févr. 2018"
        assert formats.day_of(MOMENT, "America/Guadeloupe") == "22 févr. 2018"
