"""Downloading what is held on one, and having it erased, through the pages."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select, update

from consult.accounts.models import BrowserSession, Person
from consult.core.access import Actor
from consult.core.db import Base, database_engine, transaction
from consult.core.installation import current_settings
from consult.organisations.values import Role
from consult.privacy import erasures
from consult.privacy.queries import OTHER as SOMEBODY
from consult.privacy.queries import SECRET
from consult.privacy.rules import data_map
from consult.privacy.values import Kind
from consult.proposals.models import Contribution
from consult.proposals.values import Status
from tests.privacy.rows import OTHER, SUBJECT, address_of, fill_every_table
from tests.privacy.test_erasure import rows_of
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


def downloaded(client: AuditedClient, prefix: str = "") -> ZipFile:
    answer = client.send(f"{prefix}/account/data")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    return ZipFile(BytesIO(answer.data))


def signed_in(client: AuditedClient, actor: Actor) -> AuditedClient:
    client.sign_in(actor)
    return client


@pytest.mark.parametrize("page", ["/account/data", "/account/erase"])
def test_visitors_are_sent_to_sign_in(client: AuditedClient, page: str) -> None:
    assert "/sign-in" in client.get(page).headers["Location"]


def test_whatever_table_holds_something_on_somebody_it_is_in_their_download(
    app: Flask, client: AuditedClient
) -> None:
    fill_every_table()
    held = rows_of(SUBJECT)
    assert all(held.values())
    file = downloaded(signed_in(client, Actor(person_id=SUBJECT)))
    told = json.loads(file.read("data.json"))["tables"]
    for name, rows in held.items():
        secrets = {entry.name for entry in data_map()[name].columns if entry.kind is Kind.SECURITY}
        listed = list(csv.reader(StringIO(file.read(f"{name}.csv").decode())))
        # The browser that asks for the file has a session of its own by then.
        assert len(told[name]) >= len(rows)
        assert len(listed) == len(told[name]) + 1
        assert set(told[name][0]) == {column.name for column in Base.metadata.tables[name].columns}
        for row in rows.values():
            assert any(_tells(line, row, secrets) for line in told[name]), name
    assert set(told) == set(held)


def _tells(line: dict[str, Any], row: dict[str, Any], secrets: set[str]) -> bool:
    return all(
        line[name] == SECRET
        if name in secrets and value is not None
        else line[name] in (value, SOMEBODY, getattr(value, "isoformat", lambda: None)(), str(value))
        for name, value in row.items()
    )


def test_somebody_else_s_address_is_not_told_to_whom_they_want_to_become(
    app: Flask, client: AuditedClient
) -> None:
    fill_every_table()
    change = Base.metadata.tables["accounts_address_change"]
    with transaction(write=True) as session:
        session.execute(
            update(change)
            .where(change.c.person_id == OTHER)
            .values(new_email=address_of(SUBJECT), old_email="somebody@example.net")
        )
        session.execute(update(change).where(change.c.person_id == SUBJECT).values(old_email="mine@example.net"))
    file = downloaded(signed_in(client, Actor(person_id=SUBJECT)))
    told = json.loads(file.read("data.json"))["tables"]["accounts_address_change"]
    assert sorted(row["old_email"] for row in told) == [SOMEBODY, "mine@example.net"]
    assert not any(b"somebody@example.net" in file.read(name) for name in file.namelist())


def test_nothing_of_anybody_else_is_in_it(app: Flask, client: AuditedClient) -> None:
    fill_every_table()
    mine, theirs = rows_of(SUBJECT), rows_of(OTHER)
    file = downloaded(signed_in(client, Actor(person_id=SUBJECT)))
    told = json.loads(file.read("data.json"))["tables"]
    for name, rows in theirs.items():
        for key, row in rows.items():
            if key not in mine[name]:
                assert not any(_tells(line, row, set()) for line in told[name]), name
    everything = b"".join(file.read(name) for name in file.namelist()).decode()
    assert address_of(OTHER) not in everything


def test_the_page_inside_can_be_read_in_both_languages(make: Factory, client: AuditedClient) -> None:
    claire = make.person("Claire <b>")
    made = make.consultation(title="La halle & la place")
    make.contribution(made, claire, title="Un <script> dans la halle")
    signed_in(client, claire)
    french, english = (downloaded(client, prefix).read("index.html").decode() for prefix in ("", "/en"))
    assert "Vos contributions" in french
    assert "Your contributions" in english
    for page in (french, english):
        assert "Un &lt;script&gt; dans la halle" in page
        assert "<script>" not in page
    told = json.loads(downloaded(client).read("data.json"))
    assert told["consultations"] == [{"id": made.id, "slug": made.slug, "title": "La halle & la place"}]


def test_a_cell_that_a_spreadsheet_would_evaluate_is_text(make: Factory, client: AuditedClient) -> None:
    claire = make.person()
    make.contribution(make.consultation(), claire, title="=HYPERLINK(1) et la halle")
    file = downloaded(signed_in(client, claire))
    assert "'=HYPERLINK(1)" in file.read("proposals_contribution.csv").decode()


def test_the_conditions_agreed_to_are_in_it_with_their_words(make: Factory, client: AuditedClient) -> None:
    claire = make.person()
    with transaction(write=True) as session:
        consent = Base.metadata.tables["accounts_consent"]
        person = Base.metadata.tables["accounts_person"]
        created = session.execute(select(person.c.created_at)).scalar()
        session.execute(
            consent.insert().values(person_id=claire.person_id, version="2026-11-22", given_at=created)
        )
    told = json.loads(downloaded(signed_in(client, claire), "/en").read("data.json"))
    assert any("never published" in sentence for sentence in told["conditions"]["2026-11-22"])


def erased(client: AuditedClient, address: str, **data: str) -> Any:
    return client.send("/en/account/erase", {"address": address, **data})


def address(actor: Actor) -> str:
    with transaction() as session:
        return session.scalar(select(Person.email).where(Person.id == actor.person_id)) or ""


def test_an_account_goes_with_its_sessions_and_its_cookie(make: Factory, client: AuditedClient) -> None:
    claire = make.person("Claire")
    typed = address(claire)
    signed_in(client, claire)
    answer = erased(client, f" {typed.upper()} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/account/erased")
    assert "Nothing here leads to you" in client.get("/en/account/erased").text
    assert "/sign-in" in client.get("/account").headers["Location"]
    with transaction() as session:
        assert session.scalars(select(BrowserSession).where(BrowserSession.person_id.is_not(None))).all() == []
        row = session.get(Person, claire.person_id)
        assert row is not None
        assert (row.email, row.display_name) == (None, "")
    listed = erasures.read(current_settings().resolved_erasure_list)
    assert listed[-1].person_id == claire.person_id
    assert listed[-1].keep_texts


def test_another_address_than_ones_own_confirms_nothing(make: Factory, client: AuditedClient) -> None:
    claire = make.person("Claire")
    signed_in(client, claire)
    for typed in ("", "somebody@example.org"):
        assert erased(client, typed).status_code == 422
    assert client.get("/account").status_code == 200


def test_what_is_open_is_withdrawn_when_they_choose_so(make: Factory, client: AuditedClient) -> None:
    claire, made = make.person("Claire"), make.consultation()
    make.contribution(made, claire)
    signed_in(client, claire)
    assert "Withdraw it" in client.get("/en/account/erase").text
    assert erased(client, address(claire), texts="withdraw").status_code == 303
    with transaction() as session:
        assert session.scalars(select(Contribution.status)).all() == [Status.WITHDRAWN]
    assert not erasures.read(current_settings().resolved_erasure_list)[-1].keep_texts


def test_nobody_is_asked_about_texts_they_have_not_written(make: Factory, client: AuditedClient) -> None:
    claire = make.person("Claire")
    signed_in(client, claire)
    assert "Withdraw it" not in client.get("/en/account/erase").text
    assert erased(client, address(claire), texts="withdraw").status_code == 303


def test_the_last_administrator_reads_why_not(make: Factory, client: AuditedClient) -> None:
    member = make.member(make.organisation(), Role.ADMINISTRATOR)
    signed_in(client, member)
    assert "You are the last administrator" in client.get("/en/account/erase").text
    page = client.post("/en/account/erase", data={"address": address(member)})
    assert page.status_code in {400, 422}
    with database_engine().connect() as connection:
        assert connection.scalar(select(Person.__table__.c.erased_at)) is None


def test_the_same_address_opens_another_account(make: Factory, client: AuditedClient) -> None:
    claire = make.person("Claire")
    typed = address(claire)
    erased(signed_in(client, claire), typed)
    with transaction(write=True) as session:
        from consult.accounts.commands import register_person  # noqa: PLC0415
        from tests.conftest import NOW  # noqa: PLC0415

        again = register_person(session, email=typed, display_name="Claire", administrator=False, now=NOW)
    assert again != claire.person_id
