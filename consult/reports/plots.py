"""Plots as values: what the SVG macros of `components/plot.html` draw, on the page and in the PDF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """One bar or column; `series` (1 to 5) chooses its colour and its pattern.

    `language` is that of the label where it is not the page's.
    """

    label: str
    value: int
    value_label: str
    short_label: str = ""
    series: int = 1
    language: str | None = None


@dataclass(frozen=True)
class Plot:
    """A plot with the sentence that says what it shows and the heads of its table's two columns."""

    id: str
    title: str
    summary: str
    label_heading: str
    unit: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Week:
    """The acts of a week, Monday to Sunday: those that came less those that went (may be below 0)."""

    monday: date
    acts: int


def monday_of(day: date) -> date:
    """The Monday of a day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def weeks(changes: Iterable[tuple[date, int]], first: date, last: date) -> tuple[Week, ...]:
    """The acts of every week from that of `first` to that of `last`, empty weeks included.

    `changes` are acts per civil day; days outside of the span (a decision after the closing) widen it.
    """
    sums: dict[date, int] = {}
    for day, acts in changes:
        monday = monday_of(day)
        sums[monday] = sums.get(monday, 0) + acts
    monday = min([monday_of(first), *sums])
    final = max([monday_of(last), *sums])
    found = []
    while monday <= final:
        found.append(Week(monday, sums.get(monday, 0)))
        monday += WEEK
    return tuple(found)
