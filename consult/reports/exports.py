"""`contributions.csv`, canonical or made safe for a spreadsheet; the figures and the recount for a terminal.

The canonical file is exact: UTF-8, commas, RFC 4180, the Markdown source as it was written. A spreadsheet
takes a cell that begins with = + - @ for a formula, so its variant puts an apostrophe before those.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from zoneinfo import ZoneInfo

from consult.consultations.queries import Figures
from consult.proposals.values import Channel
from consult.reports.queries.contributions import ContributionRow
from consult.reports.rules import FIGURES, Recount

COLUMNS = (
    "number", "question", "title", "body", "author", "created_at", "channel", "status", "supports", "comments",
    "answer_status", "answer", "url",
)  # fmt: skip
_BATCH = 200
# What spreadsheets take for the beginning of a formula (OWASP, "CSV injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Flavour:
    """How the cells are written: what separates them, what stands before all, what is done to text."""

    delimiter: str
    prefix: str
    text: Callable[[str], str]


def neutralise(text: str) -> str:
    """A cell's text that no spreadsheet evaluates."""
    return f"'{text}" if text.startswith(_FORMULA) else text


CANONICAL = Flavour(delimiter=",", prefix="", text=str)
# Excel in French expects semicolons, and the mark at the beginning to read UTF-8.
EXCEL = Flavour(delimiter=";", prefix="\ufeff", text=neutralise)


def contribution_lines(
    rows: Iterable[ContributionRow],
    *,
    flavour: Flavour,
    time_zone: str,
    url_of: Callable[[int], str],
    deleted_account: str,
) -> Iterator[str]:
    """The file's text in pieces; nothing grows with the number of rows.

    `created_at` is ISO 8601 with the offset of the consultation's time zone, `url_of` the address of a number;
    `deleted_account` stands for the name of an author who erased their account.
    """
    zone = ZoneInfo(time_zone)
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=flavour.delimiter)
    buffer.write(flavour.prefix)
    writer.writerow(COLUMNS)
    for position, row in enumerate(rows, 1):
        writer.writerow(_cells(row, flavour, zone, url_of, deleted_account))
        if position % _BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def figure_lines(figures: Figures) -> Iterator[str]:
    """The figures for a terminal, one per line."""
    yield f"{figures.slug}: {figures.state.value}, as of {figures.as_of.isoformat(timespec='seconds')}"
    yield f"{'days':<14}{figures.days:>12} of {figures.days_total}"
    for name in FIGURES:
        yield f"{name:<14}{getattr(figures, name):>12}{' (estimate)' if name == 'visitors' else ''}"


def recount_lines(found: Recount) -> Iterator[str]:
    """A recount for a terminal: a small table, then the counters beside the figures, then the verdict."""
    yield f"{'':<14}{'live':>12}{'recounted':>12}{'by day':>12}"
    for item in found.figures:
        mark = "" if item.agrees else "  <- differs"
        yield f"{item.name:<14}{item.live:>12}{item.recounted:>12}{item.days:>12}{mark}"
    yield f"contributions whose counters differ: {found.contributions_off}"
    yield f"people whose counted acts differ: {found.participations_off}"
    yield "No drift." if found.agrees else "There is drift."


def repair_lines(found: Recount) -> Iterator[str]:
    """What a repair changed, for a terminal."""
    for item in found.figures:
        if item.live != item.recounted:
            yield f"{item.name}: {item.live} -> {item.recounted}"
        if item.days != item.recounted:
            yield f"{item.name}: the days now sum up to {item.recounted} (were {item.days})"
    if found.contributions_off:
        yield f"counters of contributions set: {found.contributions_off}"
    if found.participations_off:
        yield f"counted acts of people set: {found.participations_off}"


def _cells(
    row: ContributionRow, flavour: Flavour, zone: ZoneInfo, url_of: Callable[[int], str], deleted_account: str
) -> tuple[str | int | None, ...]:
    author = row.author or (deleted_account if row.channel is Channel.WEB else "")
    created_at = row.created_at.astimezone(zone).isoformat(timespec="seconds")
    return (
        row.number,
        row.question_number,
        flavour.text(row.title),
        flavour.text(row.body),
        flavour.text(author),
        created_at,
        row.channel.value if row.channel else None,
        row.status.value,
        row.supports,
        row.comments,
        None,  # the organisation's answers are not recorded yet
        None,
        url_of(row.number) if row.channel else None,
    )


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
