"""A row of two people's in every table that can hold something on a person, made from the tables themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, func, select, update

from consult.core.db import Base, database_engine
from consult.privacy.rules import data_map
from tests.migrations.rows import fill

SUBJECT, OTHER = 1, 2


def address_of(person_id: int) -> str:
    """The address of one of the two."""
    return f"subject{person_id}@example.org"


def fill_every_table() -> None:
    """Two rows in every table: the first the subject's by every path, the second the other's."""
    engine = database_engine()
    fill(engine)
    with engine.connect().execution_options(consult_write=True) as connection, connection.begin():
        for mapped in data_map().values():
            table = Base.metadata.tables[mapped.name]
            for path in mapped.belongs:
                if path.by_address:
                    _set_addresses(connection, table, path.column)
        person = Base.metadata.tables["accounts_person"]
        for place in (SUBJECT, OTHER):
            connection.execute(
                update(person)
                .where(person.c.id == place)
                .values(email=address_of(place), erased_at=None, disabled_at=None)
            )
        for table in Base.metadata.tables.values():
            if "time_zone" in table.columns:
                connection.execute(update(table).values(time_zone="Europe/Paris"))
            if engine.dialect.name == "postgresql" and "id" in table.columns:
                # The rows above named their ids: the next ones are to be free.
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, 100)))
    assert _empty_tables() == []


def _set_addresses(connection: Any, table: Table, column: str) -> None:
    (key,) = table.primary_key.columns
    for place, row in enumerate(connection.execute(select(key).order_by(key)).scalars().all(), 1):
        connection.execute(update(table).where(key == row).values({column: address_of(place)}))


def _empty_tables() -> list[str]:
    with database_engine().connect() as connection:
        return [
            table.name
            for table in Base.metadata.sorted_tables
            if connection.execute(select(1).select_from(table)).first() is None
        ]


def is_empty(value: Any) -> bool:
    """What an erasure leaves in a column that it empties."""
    return value in (None, "", False, 0, [], {}, b"")
