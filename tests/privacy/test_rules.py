"""The data map: complete as it is, and a fault for each way in which it could be incomplete."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from consult.core.db import Base
from consult.privacy.errors import DataMapInvalid
from consult.privacy.rules import data_map, faults, read_map
from consult.privacy.values import Fate, Kind

WORDS = """
what = { fr = "Votre compte", en = "Your account" }
why = { fr = "Pour vous", en = "For you" }
kept = { fr = "Un an", en = "A year" }
"""
GOOD = f"""
[accounts_person]
{WORDS}
belongs = ["id"]
[accounts_person.columns]
id = "pseudonym, stays: a number without a name"
email = "identifies, emptied"
[notes]
{WORDS}
belongs = ["person_id", "address = email"]
[notes.columns]
id = "nothing"
person_id = "pseudonym, deleted"
address = "identifies, deleted"
text = "written, deleted"
[pages]
{WORDS}
belongs = ["note_id > notes"]
[pages.columns]
note_id = "nothing"
text = "written, deleted"
"""


def schema() -> MetaData:
    found = MetaData()
    Table("accounts_person", found, Column("id", Integer, primary_key=True), Column("email", String))
    Table(
        "notes",
        found,
        Column("id", Integer, primary_key=True),
        Column("person_id", ForeignKey("accounts_person.id")),
        Column("address", String),
        Column("text", String),
    )
    Table("pages", found, Column("note_id", ForeignKey("notes.id")), Column("text", String))
    return found


def test_every_column_of_every_table_is_classified() -> None:
    assert list(faults(data_map(), Base.metadata)) == []


def test_a_complete_map_has_no_fault() -> None:
    assert list(faults(read_map(GOOD), schema())) == []


@pytest.mark.parametrize(
    ("line", "instead", "fault"),
    [
        ('text = "written, deleted"\n[pages]', "[pages]", "notes.text: not classified"),
        (
            'text = "written, deleted"\n[pages]',
            'text = "written"\n[pages]',
            "notes.text: says something of a person",
        ),
        ('id = "nothing"\n', 'id = "nothing"\nmood = "nothing"\n', "notes.mood: there is no such column any more"),
        ('id = "nothing"\n', 'id = "nothing, deleted"\n', "notes.id: says nothing of a person"),
        ("stays: a number without a name", "stays", "accounts_person.id: stays after an erasure without a reason"),
        ('"person_id", "address', '"address', "notes.person_id: leads to a person"),
        ('belongs = ["note_id > notes"]', "", "pages.note_id: leads to a person"),
        ("note_id > notes", "note_id > nothing", "pages: belongs by nothing, which belongs to nobody"),
        ('"address = email"', '"adress = email"', "notes: belongs by adress, which is no column"),
        ('kept = { fr = "Un an", en = "A year" }', 'kept = { fr = "Un an" }', "pages: `kept` is not said in en"),
    ],
)
def test_what_is_missing_is_a_fault(line: str, instead: str, fault: str) -> None:
    assert line in GOOD
    assert any(found.startswith(fault) for found in faults(read_map(GOOD.replace(line, instead)), schema()))


def test_a_new_column_and_a_new_table_are_faults_until_they_are_classified() -> None:
    grown = schema()
    grown.tables["pages"].append_column(Column("mood", String))
    Table("moods", grown, Column("id", Integer, primary_key=True))
    assert list(faults(read_map(GOOD), grown)) == ["moods: not in the data map", "pages.mood: not classified"]


def test_a_column_whose_rows_are_somebody_elses_says_why() -> None:
    named = GOOD.replace('["note_id > notes"]', '[]\nothers = { note_id = "of their reader" }')
    assert list(faults(read_map(named), schema())) == []


@pytest.mark.parametrize(
    "text",
    ['[t.columns]\nid = "secret"', '[t.columns]\nid = "written, burnt"', '[t]\nbelongs = ["a = name"]'],
)
def test_an_unknown_word_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DataMapInvalid, match="t"):
        read_map(text)


def test_only_people_without_an_account_are_left_to_the_team() -> None:
    by_hand = {
        mapped.name for mapped in data_map().values() for entry in mapped.columns if entry.fate is Fate.BY_HAND
    }
    assert not [name for name in by_hand if data_map()[name].belongs]


def test_kinds_that_say_something_of_a_person() -> None:
    assert {kind for kind in Kind if kind.is_personal} == {
        Kind.IDENTIFIES,
        Kind.PSEUDONYM,
        Kind.WRITTEN,
        Kind.SECURITY,
    }
    person = data_map()["accounts_person"]
    assert person.is_personal
    assert not replace(person, columns=()).is_personal
    assert person.fates == {Fate.EMPTIED, Fate.STAYS}


def test_french_words_have_the_spaces_of_french() -> None:
    ordinary = [
        words["fr"]
        for mapped in data_map().values()
        for words in (mapped.what, mapped.why, mapped.kept)
        if re.search(r" [;:?!»]|« ", words.get("fr", ""))
    ]
    assert ordinary == []
