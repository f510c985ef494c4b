"""Everything held on a person as one file: a page to read, the same as JSON, and a CSV per table; streamed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any
from zipfile import ZIP_DEFLATED

from markupsafe import Markup, escape
from zipstream import ZipStream

from consult.privacy.queries import HeldTable

Row = Mapping[str, Any]
# Reads a table's rows anew each time it is called: the same rows go into three files.
Reader = Callable[[HeldTable], Iterator[Row]]


@dataclass(frozen=True)
class Words:
    """What the readable page says, in the reader's language."""

    language: str
    title: str
    introduction: str
    nothing: str
    kept: str
    conditions: str


@dataclass(frozen=True)
class Conditions:
    """A version of the conditions, as it was agreed to."""

    version: str
    sentences: tuple[str, ...]


def archive(
    tables: tuple[HeldTable, ...],
    read: Reader,
    *,
    words: Words,
    conditions: tuple[Conditions, ...],
    consultations: tuple[Row, ...],
    made_at: datetime,
) -> Iterator[bytes]:
    """The zip in pieces: nothing grows with how much is held."""
    file = ZipStream(compress_type=ZIP_DEFLATED)
    file.add(_encoded(_page(tables, read, words, conditions)), "index.html")
    file.add(_encoded(_json(tables, read, conditions, consultations, made_at)), "data.json")
    for held in tables:
        file.add(_encoded(_csv(held, read)), f"{held.mapped.name}.csv")
    yield from file


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """A value as JSON knows it; instants and days in ISO 8601, pictures as their size."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    return str(value)


def _json(
    tables: tuple[HeldTable, ...],
    read: Reader,
    conditions: tuple[Conditions, ...],
    consultations: tuple[Row, ...],
    made_at: datetime,
) -> Iterator[str]:
    head = {
        "made_at": made_at.isoformat(),
        "conditions": {item.version: item.sentences for item in conditions},
        "consultations": [dict(row) for row in consultations],
    }
    yield json.dumps(head, ensure_ascii=False, default=str)[:-1] + ', "tables": {'
    for place, held in enumerate(tables):
        yield f"{', ' if place else ''}{json.dumps(held.mapped.name)}: ["
        for number, row in enumerate(read(held)):
            line = json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
            yield f"{', ' if number else ''}\n{line}"
        yield "]"
    yield "}}\n"


def _csv(held: HeldTable, read: Reader) -> Iterator[str]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(held.columns)
    for row in read(held):
        writer.writerow([_cell(row[name]) for name in held.columns])
        yield _taken(buffer)
    yield _taken(buffer)


def _cell(value: Any) -> str:
    plain = _plain(value)
    text = "" if plain is None else plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    # It is opened in a spreadsheet: what somebody wrote must not be evaluated there.
    return (
        f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) and isinstance(plain, str) else text
    )


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _page(
    tables: tuple[HeldTable, ...], read: Reader, words: Words, conditions: tuple[Conditions, ...]
) -> Iterator[str]:
    yield Markup(
        '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        "<h1>{title}</h1><p>{introduction}</p>\n"
    ).format(language=words.language, title=words.title, introduction=words.introduction)
    for held in tables:
        yield from _section(held, read, words)
    for item in conditions:
        yield Markup("<h2>{title} – {version}</h2><ul>").format(title=words.conditions, version=item.version)
        yield from (Markup("<li>{}</li>").format(sentence) for sentence in item.sentences)
        yield "</ul>\n"
    yield "</body></html>\n"


def _section(held: HeldTable, read: Reader, words: Words) -> Iterator[str]:
    mapped, tongue = held.mapped, words.language
    yield Markup("<h2>{}</h2><p>{}</p><p>{} {}</p>\n").format(
        mapped.what[tongue], mapped.why[tongue], words.kept, mapped.kept[tongue]
    )
    empty = True
    for row in read(held):
        empty = False
        yield "<dl>"
        yield from (
            Markup("<dt>{}</dt><dd>{}</dd>").format(name, _plain(value))
            for name, value in row.items()
            if value not in (None, "")
        )
        yield "</dl><hr>\n"
    if empty:
        yield f"<p>{escape(words.nothing)}</p>\n"
