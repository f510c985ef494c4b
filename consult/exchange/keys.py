"""TOML read key by key: each value checked where it stands, unknown keys refused, lines found again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from consult.consultations import rules
from consult.core.errors import Invalid
from consult.core.html import normalise_text
from consult.exchange import messages
from consult.exchange.errors import Problem, Problems, Unreadable

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*(\[{1,2})\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]")
_LONG_STRING = re.compile(r'"""|\'\'\'')
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Table:
    """A TOML table: gives values by key and notes what is wrong with them.

    A value that cannot be used is replaced by an empty one, so that reading goes on. `path` names the table in
    problems ("" for the whole file, `questions[2]` for the second of its kind).
    """

    def __init__(self, file: str, path: str, content: dict[str, Any], lines: dict[str, int], problems: Problems):
        self._file, self._path, self._content = file, path, content
        self._lines, self._problems = lines, problems
        self._taken: set[str] = set()

    def problem(self, key: str, words: str) -> Problem:
        """A problem with a key, at the line where it (or its table) stands."""
        path = messages.printable(f"{self._path}.{key}" if self._path else key)
        return Problem(self._file, words, line=_line_of(self._lines, path), column=path)

    def refuse(self, key: str, words: str) -> None:
        """Note that this key's value cannot be used."""
        self._problems.add(self.problem(key, words))

    def expect(self, key: str, what: str, found: object) -> None:
        """Note that something else was expected of this key."""
        self.refuse(key, messages.expected(what, found))

    def take(self, key: str, what: str, *, optional: bool = False) -> Any:
        """The value as TOML has it, None without one; `what` is what a missing one should have been."""
        self._taken.add(key)
        if key not in self._content and not optional:
            self.refuse(key, f"expected {what}, found no such key")
        return self._content.get(key)

    def text(self, key: str, longest: int, *, optional: bool = False) -> str:
        """Normalised text of at most `longest` characters; not empty unless optional."""
        value = self.take(key, messages.TEXT, optional=optional)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.expect(key, messages.TEXT, value)
            return ""
        try:
            text = normalise_text(value, field=key)
        except Invalid:
            self.expect(key, messages.CHARACTERS, value)
            return ""
        if not text and not optional:
            self.expect(key, messages.TEXT, text)
        if len(text) > longest:
            self.refuse(key, f"expected {messages.at_most(longest)}, found {len(text)}")
        return text

    def day(self, key: str, *, optional: bool = False) -> date | None:
        """A date, written as TOML's own or as text."""
        value = found = self.take(key, messages.DAY, optional=optional)
        if isinstance(value, str) and _DAY.fullmatch(value):
            with suppress(ValueError):  # a day that no calendar knows: said below
                value = date.fromisoformat(value)
        if type(value) is date and rules.is_plausible(value):  # a date and time is a date to isinstance
            return value
        if type(value) is date:
            self.expect(key, f"a day from {rules.FIRST_DAY} to {rules.LAST_DAY}", value)
        elif value is not None:
            self.expect(key, messages.DAY, found)
        return None

    def whole(self, key: str, most: int) -> int | None:
        """A whole number from 1."""
        what = messages.whole_number(1, most)
        value = self.take(key, what)
        if type(value) is int and 1 <= value <= most:  # true is an int to isinstance
            return value
        if value is not None:
            self.expect(key, what, value)
        return None

    def table(self, key: str, *, optional: bool) -> Table | None:
        """The table `[key]`."""
        what = f"a table [{key}]"
        value = self.take(key, what, optional=optional)
        if isinstance(value, dict):
            return Table(self._file, key, value, self._lines, self._problems)
        if value is not None:
            self.expect(key, what, value)
        return None

    def tables(self, key: str) -> list[Table]:
        """The tables `[[key]]`, in their order; there may be none."""
        value = self.take(key, "", optional=True)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.expect(key, f"tables [[{key}]]", value)
            return []
        places = enumerate(value, 1)
        return [Table(self._file, f"{key}[{place}]", item, self._lines, self._problems) for place, item in places]

    def refuse_unknown(self) -> None:
        """Note every key that nobody asked for: a mistyped one would otherwise be lost in silence."""
        for key in sorted(self._content.keys() - self._taken):
            self.refuse(key, f"this key is unknown: expected {messages.one_of(sorted(self._taken))}")


def parse(file: str, text: str, problems: Problems) -> Table:
    """The whole file as a table; raises `Unreadable` when it is no TOML."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also numbers of thousands of digits
        found = _AT_LINE.search(str(error))
        words = f"expected TOML: {messages.printable(_AT_LINE.sub('', str(error)))}"
        raise Unreadable(Problem(file, words, line=int(found[1]) if found else None)) from error
    return Table(file, "", content, _first_lines(_places(text)), problems)


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Where tables and keys are written. tomllib does not tell, so this reads the usual way of writing TOML."""
    counts: dict[str, int] = {}
    table, inside = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if header := _HEADER.match(line):
            table = header[2]
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                yield table, number
                table = f"{table}[{counts[table]}]"
            yield table, number
        elif key := _KEY.match(line):
            yield f"{table}.{key[1]}" if table else key[1], number
            opened = _LONG_STRING.search(line)
            inside = opened[0] if opened and line.count(opened[0]) == 1 else ""


def _first_lines(places: Iterator[tuple[str, int]]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for path, number in places:
        lines.setdefault(path, number)
    return lines


def _line_of(lines: dict[str, int], path: str) -> int:
    """The line of a key; of the table it belongs to when it is missing there; else the first line."""
    while path not in lines and path:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)
