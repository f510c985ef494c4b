"""The data map: every column of every table, what it says of people, and what an erasure does to it.

`data_map.toml` beside this file is the map; `faults` is what keeps it complete. Downloads, the page on privacy and
the tests of the erasure all read it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table

from consult.privacy.errors import DataMapInvalid
from consult.privacy.values import Fate, Kind

SOURCE = Path(__file__).with_name("data_map.toml")
PEOPLE = "accounts_person"
ADDRESS = "email"
LANGUAGES = ("fr", "en")
_WORDS = ("what", "why", "kept")


@dataclass(frozen=True)
class Entry:
    """A column."""

    name: str
    kind: Kind
    fate: Fate | None
    reason: str


@dataclass(frozen=True)
class Belonging:
    """How a row is known to be a person's: `column` holds their id or address, or leads to a row of theirs."""

    column: str
    parent: str | None = None
    by_address: bool = False


@dataclass(frozen=True)
class MappedTable:
    """A table: what it is for, in both languages, whose its rows are, and its columns.

    `others` names the columns that lead to a person without making the row theirs, with the reason; `only` those
    that nobody is shown but the person whose number stands in the column it names.
    """

    name: str
    what: Mapping[str, str]
    why: Mapping[str, str]
    kept: Mapping[str, str]
    belongs: tuple[Belonging, ...]
    others: Mapping[str, str]
    only: Mapping[str, str]
    columns: tuple[Entry, ...]

    @property
    def is_personal(self) -> bool:
        """True when a column of it says something of a person."""
        return any(entry.kind.is_personal for entry in self.columns)

    @property
    def fates(self) -> frozenset[Fate]:
        """What an erasure does to what is personal in it."""
        return frozenset(entry.fate for entry in self.columns if entry.fate is not None)


DataMap = Mapping[str, MappedTable]


@cache
def data_map() -> DataMap:
    """The map of this version."""
    return read_map(SOURCE.read_text(encoding="utf-8"))


def read_map(text: str) -> DataMap:
    """Parse a map; raises `DataMapInvalid` for what cannot be understood, `faults` finds what is missing."""
    return {name: _table(name, item) for name, item in tomllib.loads(text).items()}


def _table(name: str, item: Mapping[str, Any]) -> MappedTable:
    return MappedTable(
        name=name,
        belongs=tuple(_belonging(name, path) for path in item.get("belongs", ())),
        others=item.get("others", {}),
        only=item.get("only", {}),
        columns=tuple(_entry(name, column, said) for column, said in item.get("columns", {}).items()),
        **{word: _words(item.get(word, {})) for word in _WORDS},
    )


def _words(said: Mapping[str, str]) -> Mapping[str, str]:
    """Both languages; French gets the spaces that French has, however it was typed."""
    return {tongue: _french(text) if tongue == "fr" else text for tongue, text in said.items()}


def _french(text: str) -> str:
    text = text.replace("« ", "«\u202f").replace(" »", "\u202f»")
    return re.sub(r" ([;?!])", "\u202f\\1", text).replace(" :", "\u00a0:")


def _belonging(table: str, path: str) -> Belonging:
    """`person_id`, `email = email` (it holds their address) or `contribution_id > proposals_contribution`."""
    column, arrow, parent = (part.strip() for part in path.partition(">"))
    if arrow:
        return Belonging(column, parent=parent)
    column, equals, address = (part.strip() for part in path.partition("="))
    if equals and address != ADDRESS:
        raise DataMapInvalid(f"{table}: belongs = “{path}”: after = stands {ADDRESS}")
    return Belonging(column, by_address=bool(equals))


def _entry(table: str, column: str, said: str) -> Entry:
    """`kind`, or `kind, fate`, or `kind, fate: reason`."""
    classes, _, reason = said.partition(":")
    kind, _, fate = (part.strip() for part in classes.partition(","))
    try:
        return Entry(column, Kind(kind), Fate(fate) if fate else None, reason.strip())
    except ValueError as error:
        raise DataMapInvalid(f"{table}.{column}: “{said}”: {error}") from error


def tables_by_kind(known: DataMap) -> Mapping[Kind, tuple[MappedTable, ...]]:
    """Which tables hold something of each kind that says something of a person, in the map's order."""
    return {
        kind: tuple(mapped for mapped in known.values() if any(entry.kind is kind for entry in mapped.columns))
        for kind in Kind
        if kind.is_personal
    }


def faults(known: DataMap, schema: MetaData) -> Iterator[str]:
    """One line per reason why the map cannot be relied upon."""
    yield from (f"{name}: not in the data map" for name in schema.tables if name not in known)
    for name, mapped in known.items():
        table = schema.tables.get(name)
        if table is None:
            yield f"{name}: there is no such table any more"
            continue
        for fault in (*_faults_of_columns(mapped, table), *_faults_of_words(mapped)):
            yield f"{name}{fault}"
        yield from (f"{name}{fault}" for fault in _faults_of_belonging(mapped, table, known))


def _faults_of_columns(mapped: MappedTable, table: Table) -> Iterator[str]:
    classified = {entry.name for entry in mapped.columns}
    yield from (f".{column.name}: not classified" for column in table.columns if column.name not in classified)
    for entry in mapped.columns:
        if entry.name not in table.columns:
            yield f".{entry.name}: there is no such column any more"
        elif entry.kind.is_personal and entry.fate is None:
            yield f".{entry.name}: says something of a person, but not what becomes of it in an erasure"
        elif not entry.kind.is_personal and entry.fate is not None:
            yield f".{entry.name}: says nothing of a person, so an erasure does nothing to it"
        elif entry.fate is Fate.STAYS and len(entry.reason) < 12:
            yield f".{entry.name}: stays after an erasure without a reason"


def _faults_of_words(mapped: MappedTable) -> Iterator[str]:
    if not mapped.is_personal:
        return
    for word in _WORDS:
        said: Mapping[str, str] = getattr(mapped, word)
        yield from (f": `{word}` is not said in {tongue}" for tongue in LANGUAGES if not said.get(tongue))


def _faults_of_belonging(mapped: MappedTable, table: Table, known: DataMap) -> Iterator[str]:
    """Whatever leads to a person, or to a row of one, is theirs or says why it is not."""
    told = {path.column for path in mapped.belongs}
    for column in table.columns:
        if _leads_to_person(column, known) and column.name not in told and column.name not in mapped.others:
            yield f".{column.name}: leads to a person: name it in `belongs`, or in `others` with the reason"
    yield from (
        f": `only` names {name}, which is no column"
        for name in (*mapped.only, *mapped.only.values())
        if name not in table.columns
    )
    for path in mapped.belongs:
        if path.column not in table.columns:
            yield f": belongs by {path.column}, which is no column"
        if path.parent is not None and not (path.parent in known and known[path.parent].belongs):
            yield f": belongs by {path.parent}, which belongs to nobody"
    if mapped.belongs and not mapped.is_personal:
        yield ": belongs to people, but none of its columns says so"


def _leads_to_person(column: Column[Any], known: DataMap) -> bool:
    if column.table.name == PEOPLE:
        return column.name == "id"
    targets = {key.column.table.name for key in column.foreign_keys}
    return any(name == PEOPLE or (name in known and bool(known[name].belongs)) for name in targets)
