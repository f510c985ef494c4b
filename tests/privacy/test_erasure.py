"""What the data map says an erasure does is what it does, in every table, whichever there are."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select

from consult.accounts.credentials import disable_person, enable_person
from consult.core.access import Actor, Refused
from consult.core.db import Base, database_engine, transaction
from consult.core.errors import NotFound
from consult.organisations.members import remove_member
from consult.organisations.values import Role
from consult.privacy.commands import erase_account, erase_somebody
from consult.privacy.queries import Subject, owned_by
from consult.privacy.rules import data_map
from consult.privacy.values import Fate
from tests.conftest import NOW
from tests.privacy.rows import OTHER, SUBJECT, address_of, fill_every_table, is_empty
from tests.support.factories import Factory

BELONGING = [mapped.name for mapped in data_map().values() if mapped.belongs]
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def rows_of(person_id: int) -> Rows:
    subject = Subject(person_id, address_of(person_id))
    with database_engine().connect() as connection:
        return {
            name: {
                _key(table, row): dict(row)
                for row in connection.execute(select(table).where(owned_by(table, subject))).mappings()
            }
            for name in BELONGING
            for table in (Base.metadata.tables[name],)
        }


def every_row(name: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    table = Base.metadata.tables[name]
    with database_engine().connect() as connection:
        return {_key(table, row): dict(row) for row in connection.execute(select(table)).mappings()}


def _key(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def erase(person_id: int, *, keep_texts: bool = True) -> None:
    with transaction(write=True) as session:
        erase_somebody(session, person_id=person_id, keep_texts=keep_texts, now=NOW)


def test_each_column_of_each_table_has_the_fate_that_the_map_names(app: Flask) -> None:
    fill_every_table()
    before, others = rows_of(SUBJECT), rows_of(OTHER)
    assert [name for name, rows in before.items() if not rows] == [], "tables without a row of the subject"
    assert [name for name, rows in others.items() if not rows] == [], "tables without a row of somebody else"
    erase(SUBJECT)
    wrong = []
    for name, rows in before.items():
        after = every_row(name)
        for key, row in rows.items():
            wrong += [f"{name}.{fault}" for fault in _wrong_fates(name, row, after.get(key))]
    assert wrong == []


def _wrong_fates(name: str, before: dict[str, Any], after: dict[str, Any] | None) -> list[str]:
    found = []
    for entry in data_map()[name].columns:
        if entry.fate is Fate.DELETED and after is not None:
            found.append(f"{entry.name}: the row is still there")
        elif entry.fate is Fate.EMPTIED and (after is None or not is_empty(after[entry.name])):
            found.append(f"{entry.name}: not emptied")
        elif entry.fate is Fate.STAYS and (after is None or (is_empty(after[entry.name]) and before[entry.name])):
            found.append(f"{entry.name}: did not stay")
    return found


def test_nothing_of_anybody_else_changes(app: Flask) -> None:
    fill_every_table()
    before = rows_of(OTHER)
    erase(SUBJECT)
    after = rows_of(OTHER)
    for name, rows in before.items():
        assert after[name] == rows, name


def test_neither_name_nor_address_is_left_in_any_column(app: Flask) -> None:
    fill_every_table()
    with database_engine().connect() as connection:
        person = Base.metadata.tables["accounts_person"]
        name = connection.scalar(select(person.c.display_name).where(person.c.id == SUBJECT))
    contribution = Base.metadata.tables["proposals_contribution"]
    erase(SUBJECT)
    for table in Base.metadata.sorted_tables:
        for row in every_row(table.name).values():
            assert address_of(SUBJECT) not in repr(row), table.name
            assert row.get("display_name") != name or row["id"] != SUBJECT
    names = {row["author_id"]: row["author_name"] for row in every_row(contribution.name).values()}
    assert names[SUBJECT] == ""
    assert names[OTHER] != ""


def test_an_account_is_erased_once_and_never_found_again(make: Factory) -> None:
    person = make.person("Claire")
    assert person.person_id
    erase(person.person_id)
    with pytest.raises(NotFound), transaction(write=True) as session:
        erase_account(session, actor=person, keep_texts=True, now=NOW)
    with pytest.raises(NotFound), transaction(write=True) as session:
        erase_account(session, actor=Actor(), keep_texts=True, now=NOW)


def test_the_last_administrator_of_the_platform_stays_until_there_is_another(make: Factory) -> None:
    first = make.administrator()
    assert first.person_id
    with pytest.raises(Refused, match="last_administrator"):
        erase(first.person_id)
    make.administrator()
    erase(first.person_id)


def test_the_last_administrator_of_an_organisation_stays_until_there_is_another(make: Factory) -> None:
    organisation = make.organisation()
    first = make.member(organisation, Role.ADMINISTRATOR)
    make.member(organisation, Role.MANAGER)
    assert first.person_id
    with pytest.raises(Refused, match="last_administrator"):
        erase(first.person_id)
    make.member(organisation, Role.ADMINISTRATOR)
    erase(first.person_id)


@pytest.mark.parametrize("of", ["platform", "organisation"])
def test_who_is_disabled_is_no_administrator_to_rely_on(make: Factory, of: str) -> None:
    organisation = make.organisation()

    def another() -> int:
        made = make.administrator() if of == "platform" else make.member(organisation, Role.ADMINISTRATOR)
        assert made.person_id
        return made.person_id

    first, second = another(), another()
    with transaction(write=True) as session:
        disable_person(session, person_id=second, now=NOW)
    with pytest.raises(Refused, match="last_administrator"):
        erase(first)
    with transaction(write=True) as session:
        enable_person(session, person_id=second)
    erase(first)


def test_an_erasure_waits_for_a_colleague_who_is_leaving(app: Flask, make: Factory) -> None:
    organisation = make.organisation()
    leaver, stayer = (make.member(organisation, Role.ADMINISTRATOR) for _person in range(2))
    assert leaver.person_id
    assert stayer.person_id
    refused: list[str] = []

    def go() -> None:
        with app.app_context(), pytest.raises(Refused) as refusal:
            erase(stayer.person_id or 0)
        refused.append(refusal.value.reason)

    thread = Thread(target=go)
    with transaction(write=True) as session:
        remove_member(session, actor=leaver, organisation_id=organisation, person_id=leaver.person_id, now=NOW)
        thread.start()
        thread.join(0.5)
        waited = thread.is_alive()
    thread.join(10)
    assert waited
    assert refused == ["last_administrator"]


def test_a_manager_may_go(make: Factory) -> None:
    member = make.member(make.organisation(), Role.MANAGER)
    assert member.person_id
    erase(member.person_id)
