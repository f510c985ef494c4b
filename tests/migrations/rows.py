"""Rows for whatever tables a database has: made from its own description, so that any revision can be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError

ROWS = 2
# The migrations' own bookkeeping, and the full-text index with its shadow tables.
_NOT_OURS = re.compile(r"alembic_version|proposals_search.*")
Values = dict[str, Any]


def tables_of(engine: Engine) -> dict[str, Table]:
    """The tables of the product as the database describes them, parents first."""
    names = [name for name in inspect(engine).get_table_names() if not _NOT_OURS.fullmatch(name)]
    found = MetaData()
    found.reflect(engine, only=names)
    return {table.name: table for table in found.sorted_tables}


def fill(engine: Engine) -> None:
    """Put `ROWS` rows into every table that is empty; each refers to the row of the same place of its parents."""
    choices = _choices(engine)
    with engine.connect().execution_options(consult_write=True) as connection, connection.begin():
        for table in tables_of(engine).values():
            if connection.scalar(select(func.count()).select_from(table)) == 0:
                for place in range(1, ROWS + 1):
                    _insert(connection, table, place, choices)


def contents(engine: Engine) -> dict[str, list[Values]]:
    """Every row of every table, in the order of its primary key."""
    with engine.connect() as connection:
        return {
            name: [
                dict(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for name, table in tables_of(engine).items()
        }


def _insert(connection: Connection, table: Table, place: int, choices: dict[tuple[str, str], str]) -> None:
    """Insert the fullest row that the table's rules accept."""
    for values in _candidates(connection, table, place, choices):
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(values))
        except IntegrityError as error:
            refusal = error
        else:
            return
    raise AssertionError(f"{table.name}: no row of ours is accepted: {refusal}")


def _candidates(
    connection: Connection, table: Table, place: int, choices: dict[tuple[str, str], str]
) -> Iterator[Values]:
    """A row with every column filled, then with one optional reference left out, then with none of them."""
    row = {column.name: _value(connection, table, column, place, choices) for column in table.columns}
    optional = [column.name for column in table.columns if column.foreign_keys and column.nullable]
    yield row
    for name in optional:
        yield {**row, name: None}
    yield {**row, **dict.fromkeys(optional)}


def _value(
    connection: Connection, table: Table, column: Column[Any], place: int, choices: dict[tuple[str, str], str]
) -> Any:
    if column.foreign_keys:
        return _referred(connection, table, column, place)
    if (table.name, column.name) in choices:
        return choices[table.name, column.name]
    samples: tuple[tuple[type, Any], ...] = (
        (Boolean, False),
        (Integer, place),
        (DateTime, datetime(2026, 3, place, 11, 30, tzinfo=UTC)),
        (Date, date(2026, 3, place)),
        (JSON, {"place": place}),
        (LargeBinary, bytes([place])),
        (String, f"{column.name} {place}"),
    )
    for kind, value in samples:
        if isinstance(column.type, kind):
            return value
    raise AssertionError(f"{table.name}.{column.name}: no sample for {column.type!r}")


def _referred(connection: Connection, table: Table, column: Column[Any], place: int) -> Any:
    (key,) = column.foreign_keys
    if key.column.table is table:
        return None
    return connection.scalar(select(key.column).order_by(key.column).offset(place - 1).limit(1))


def _choices(engine: Engine) -> dict[tuple[str, str], str]:
    """For each column with a list of allowed words, the first of them, read from the CHECK constraint."""
    inspector = inspect(engine)
    found = {}
    for table in inspector.get_table_names():
        names = [column["name"] for column in inspector.get_columns(table)]
        for check in inspector.get_check_constraints(table):
            listed = re.match(r"\W*(\w+)\W.*?\b(?:IN|ANY)\b.*?'([^']*)'", check["sqltext"], re.IGNORECASE)
            if listed and listed[1] in names:
                found[table, listed[1]] = listed[2]
    return found
