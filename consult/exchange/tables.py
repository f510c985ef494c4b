"""The tables of a package: CSV read record by record, every cell checked where it stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from consult.core.errors import Invalid
from consult.core.html import normalise_text, single_line
from consult.exchange import messages
from consult.exchange.errors import Problem, Problems, Unreadable
from consult.exchange.sources import Source
from consult.exchange.values import MAX_AUTHOR, MAX_NUMBER

E = TypeVar("E", bound=StrEnum)
NO_INSTANT, NO_DAY = datetime(1, 1, 2, tzinfo=UTC), date(1, 1, 1)
_WHOLE = re.compile(r"[0-9]{1,12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class Row:
    """A record. Its readers note what is wrong and give a value of the right type all the same.

    `failed` tells that one of them did: the values are then not to be relied upon.
    """

    def __init__(self, file: str, record: int, line: int, cells: dict[str, str], problems: Problems) -> None:
        self.file, self.record, self.line = file, record, line
        self.failed = False
        self._cells = cells
        self._problems = problems

    def refuse(self, column: str, words: str) -> None:
        """Note that this column's value cannot be used."""
        self.failed = True
        self._problems.add(Problem(self.file, words, self.record, self.line, column))

    def expect(self, column: str, what: str) -> None:
        """Note that something else was expected than what the column holds."""
        self.refuse(column, messages.expected(what, self._cells[column]))

    def has(self, column: str) -> bool:
        """True when the table has this column."""
        return column in self._cells

    def is_empty(self, column: str) -> bool:
        """True for a cell without any text."""
        return not self._cells[column].strip()

    def whole(self, column: str, *, least: int = 1, most: int = MAX_NUMBER) -> int:
        """An integer in ASCII digits; one less than the least when it is wrong."""
        cell = self._cells[column].strip()
        if _WHOLE.fullmatch(cell) and least <= int(cell) <= most:
            return int(cell)
        self.expect(column, messages.whole_number(least, most))
        return least - 1

    def instant(self, column: str) -> datetime:
        """An ISO 8601 date and time with its offset, in UTC."""
        cell = self._cells[column].strip()
        try:
            if _INSTANT.fullmatch(cell):
                return datetime.fromisoformat(cell.upper().replace(",", ".")).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # a day or an hour that no calendar knows: said below
        self.expect(column, messages.INSTANT)
        return NO_INSTANT

    def day(self, column: str) -> date:
        """An ISO 8601 date."""
        cell = self._cells[column].strip()
        try:
            if _DAY.fullmatch(cell):
                return date.fromisoformat(cell)
        except ValueError:
            pass  # a day that no calendar knows: said below
        self.expect(column, messages.DAY)
        return NO_DAY

    def choice(self, column: str, values: Iterable[E]) -> E:
        """A member of an enumeration, or of a part of one."""
        cell = self._cells[column].strip()
        for member in values:
            if member.value == cell:
                return member
        self.expect(column, messages.one_of(member.value for member in values))
        return next(iter(values))

    def text(self, column: str, longest: int) -> str:
        """Text, normalised, that says something."""
        text = self._normalised(column)
        if text == "":
            self.expect(column, messages.TEXT)
        return self._no_longer_than(longest, column, text or "")

    def title(self, column: str, longest: int) -> str:
        """Text in one line, without direction marks."""
        return single_line(self.text(column, longest))

    def author(self, column: str) -> str:
        """The key of a person. It is shown as their name, so it may be no e-mail address."""
        key = self._normalised(column)
        if key == "":
            self.expect(column, messages.AUTHOR)
        key = single_line(key or "")
        if _ADDRESS.fullmatch(key):
            self.expect(column, messages.NO_ADDRESS)
            return ""
        return self._no_longer_than(MAX_AUTHOR, column, key)

    def _no_longer_than(self, longest: int, column: str, text: str) -> str:
        if len(text) <= longest:
            return text
        self.refuse(column, f"expected {messages.at_most(longest)}, found {len(text)}")
        return ""

    def _normalised(self, column: str) -> str | None:
        """The cell's text; None, with a problem, when it holds characters that cannot be kept."""
        try:
            return normalise_text(self._cells[column], field=column, strip_bidi=column in {"title", "author"})
        except Invalid:
            self.expect(column, messages.CHARACTERS)
            return None


def read_rows(
    source: Source, name: str, columns: Sequence[str], problems: Problems, *, optional: Sequence[str] = ()
) -> Iterator[Row]:
    """The records of a table; none when the package does not hold it. It may lack the `optional` columns.

    What cannot be read at all ends the table with a problem and an `Unreadable`, so that the caller knows that
    the rest is missing.
    """
    if name not in source:
        return
    reader = csv.reader(source.lines(name), strict=True)
    line = 1
    try:
        header = next(reader, [])
        _check_header(name, header, [*columns, *(column for column in optional if column in header)])
        record = 0
        line = reader.line_num + 1
        for cells in reader:
            began, line = line, reader.line_num + 1
            if not cells:
                continue  # an empty line
            record += 1
            if len(cells) == len(header):
                yield Row(name, record, began, dict(zip(header, cells, strict=True)), problems)
            else:
                words = f"expected {len(header)} values, found {len(cells)}"
                problems.add(Problem(name, words, record, began))
    except csv.Error as error:
        raise Unreadable(Problem(name, _csv_words(error), line=line)) from error


def _check_header(name: str, header: list[str], columns: Sequence[str]) -> None:
    if sorted(header) == sorted(columns):
        return
    wanted = f"expected the columns {', '.join(columns)}"
    unknown = [cell for cell in header if cell not in columns]
    if len(header) == 1 and ";" in header[0]:
        words, column = f"{wanted} separated by commas, found semicolons", None
    elif unknown:
        words, column = f"{wanted}, found an unknown one", messages.printable(unknown[0][:60]) or None
    elif missing := [column for column in columns if column not in header]:
        words, column = f"{wanted}, found none of this name", missing[0]
    else:
        words, column = f"{wanted}, found one twice", max(header, key=header.count)
    raise Unreadable(Problem(name, words, line=1, column=column))


def _csv_words(error: csv.Error) -> str:
    if "field larger" in str(error) or "unexpected end" in str(error):
        return "expected the end of a value: a quotation mark in this record is never closed"
    return f"expected comma-separated values, quotation marks inside them doubled, found: {error}"
