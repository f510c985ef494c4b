"""Numbers and dates as people write them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from flask import Flask

from consult.core.web.languages import current_language

# Babel's plain "en" writes dates as Americans do; this is a European platform.
_DATES = {"en": "en_GB"}


@cache
def _locale(name: str) -> Locale:
    # Parsed once: given a string, Babel parses it again for each of the hundreds of numbers of a page.
    return Locale.parse(name)


def date_locale() -> Locale:
    """The locale that dates of the current language are written in (British for English)."""
    language = current_language()
    return _locale(_DATES.get(language, language))


@lru_cache(maxsize=4096)
def _number(value: int, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


@lru_cache(maxsize=4096)
def _day(value: date, width: Literal["medium", "long"], locale: Locale) -> str:
    return format_date(value, width, locale=locale)


def number(value: int) -> str:
    """« 1 024 » with the narrow no-break space of French, "1,024" in English."""
    return _number(value, current_language())


def day(value: date) -> str:
    """« 23 févr. 2018 »."""
    return _day(value, "medium", date_locale())


def long_day(value: date) -> str:
    """« 23 février 2018 »."""
    return _day(value, "long", date_locale())


def instant(value: datetime, time_zone: str) -> str:
    """An instant as a day and time of a time zone: « 23 févr. 2018, 14:05 »."""
    local = value.astimezone(ZoneInfo(time_zone))
    return format_datetime(local, "d MMM y, HH:mm", locale=date_locale())


def time_of(value: datetime, time_zone: str) -> str:
    """The time of an instant in a time zone: « 14:05 »."""
    return format_datetime(value.astimezone(ZoneInfo(time_zone)), "HH:mm", locale=date_locale())


def day_of(value: datetime, time_zone: str) -> str:
    """The civil day of an instant in a time zone: « 23 févr. 2018 »."""
    return day(value.astimezone(ZoneInfo(time_zone)).date())


def month_of(value: str) -> str:
    """A month written "2018-02" as people write it: « février 2018 »."""
    return format_skeleton("yMMMM", date.fromisoformat(f"{value}-01"), locale=date_locale())


def configure_formats(app: Flask) -> None:
    """Offer the formats to templates as filters."""
    for function in (number, day, long_day, instant, day_of, month_of):
        app.add_template_filter(function)
