"""The rows of a demonstration package, the figures they add up to, and the rules they keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")


class DemonstrationError(Exception):
    """The sources contradict each other; the message is one sentence that names the file."""


def take(table: dict[str, Any], key: str, kind: type[T], where: str) -> T:
    """The value of `key`, which must be of that type."""
    value = table.get(key)
    if not isinstance(value, kind):
        raise DemonstrationError(f"{where}: “{key}” is missing or is no {kind.__name__}.")
    return value


@dataclass(frozen=True)
class Contribution:
    """What a citizen brings; `author` is empty for a meeting that has no single author."""

    number: int
    question: int
    title: str
    body: str
    author: str
    created_at: datetime
    channel: str
    status: str


@dataclass(frozen=True)
class Comment:
    """An answer to a contribution, or to another comment (`parent`)."""

    contribution: int
    number: int
    parent: int | None
    stance: str
    body: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class Support:
    """One person's support for one contribution."""

    contribution: int
    author: str
    created_at: datetime


@dataclass(frozen=True)
class Visit:
    """The readers of an ended day."""

    date: date
    visitors: int


Act = Contribution | Comment | Support


@dataclass(frozen=True)
class Calendar:
    """Turns "so many days after the opening" into instants of the organisation's time zone."""

    zone: ZoneInfo
    opens_on: date
    closes_on: date
    today: date

    @property
    def last_ended_day(self) -> date:
        """The last day that is over and still belongs to the consultation."""
        return min(self.closes_on, self.today - timedelta(days=1))

    def instant(self, table: dict[str, Any], where: str) -> datetime:
        """The instant of `time`, `day` days after the opening; between 06:00 and midnight it exists once."""
        day, at = take(table, "day", int, where), take(table, "time", time, where)
        moment = datetime.combine(self.opens_on + timedelta(days=day), at, tzinfo=self.zone)
        if at < time(6):
            raise DemonstrationError(f"{where}: {at} is not between 06:00 and midnight.")
        if not self.opens_on <= moment.date() <= self.last_ended_day:
            raise DemonstrationError(f"{where}: day {day} is not an ended day of the consultation.")
        return moment


@dataclass(frozen=True)
class Package:
    """A whole package in memory: its texts, its rows and the figures it must show."""

    name: str
    texts: dict[str, str]
    calendar: Calendar
    contributions: list[Contribution] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    supports: list[Support] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    expected: dict[str, int] | None = None


def figures(package: Package) -> dict[str, int]:
    """The figures the package shows at the start of its day, counted from its rows."""
    calendar = package.calendar
    counted = {row.number for row in package.contributions if row.status == "published"}
    acts: list[Act] = [
        *(row for row in package.contributions if row.number in counted),
        *(row for row in package.comments if row.contribution in counted),
        *(row for row in package.supports if row.contribution in counted),
    ]
    elapsed = (min(calendar.today, calendar.closes_on) - calendar.opens_on).days + 1
    return {
        "days": max(0, elapsed),
        "participants": len({row.author for row in acts if row.author}),
        "contributions": len(counted),
        "supports": sum(row.contribution in counted for row in package.supports),
        "comments": sum(row.contribution in counted for row in package.comments),
        "visitors": sum(visit.visitors for visit in package.visits),
    }


def problems(package: Package, questions: set[int]) -> Iterator[str]:
    """What breaks a rule of the product or differs from the announced figures, one sentence each."""
    if package.calendar.closes_on < package.calendar.opens_on:
        yield "it closes before it opens."
    yield from _problems_of_order("contributions", package.contributions)
    yield from _problems_of_order("comments", package.comments)
    for row in package.contributions:
        if row.question not in questions:
            yield f"contribution {row.number} answers question {row.question}, which does not exist."
        if not row.author and row.channel == "web":
            yield f"contribution {row.number} came by the web without an author."
    by_number = {row.number: row for row in package.contributions}
    yield from _problems_of_supports(package.supports, by_number)
    yield from _problems_of_comments(package.comments, by_number)
    if package.expected is not None and figures(package) != package.expected:
        yield f"it shows {figures(package)} instead of {package.expected}."


def _problems_of_order(label: str, rows: Sequence[Contribution | Comment]) -> Iterator[str]:
    """Numbers follow the dates and leave no gap."""
    if [row.number for row in rows] != list(range(1, len(rows) + 1)):
        yield f"the {label} are not numbered 1, 2, 3 … in order."
    if any(later.created_at <= earlier.created_at for earlier, later in pairwise(rows)):
        yield f"the {label} are not in the order of their dates."


def _problems_of_supports(supports: list[Support], contributions: dict[int, Contribution]) -> Iterator[str]:
    """One support per person and contribution, after it, never one's own."""
    pairs = Counter((row.contribution, row.author) for row in supports)
    for row in supports:
        label = f"the support of {row.author} for contribution {row.contribution}"
        target = contributions.get(row.contribution)
        if target is None or target.status != "published":
            yield f"{label} has no published contribution."
        elif row.created_at <= target.created_at:
            yield f"{label} comes before it."
        elif row.author == target.author:
            yield f"{label} is for their own."
        if pairs[row.contribution, row.author] > 1:
            yield f"{label} is given twice."


def _problems_of_comments(comments: list[Comment], contributions: dict[int, Contribution]) -> Iterator[str]:
    """After the contribution, replies after their parent, neutral and one level deep."""
    earlier: dict[int, Comment] = {}
    for row in comments:
        target = contributions.get(row.contribution)
        if target is None or target.status != "published" or row.created_at <= target.created_at:
            yield f"comment {row.number} has no published contribution before it."
        if row.parent is not None:
            parent = earlier.get(row.parent)
            if parent is None or parent.parent is not None or parent.contribution != row.contribution:
                yield f"comment {row.number} replies to no comment of its contribution."
            if row.stance != "neutral":
                yield f"comment {row.number} is a reply and takes sides."
        earlier[row.number] = row
