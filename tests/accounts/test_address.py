"""Change of address: both mailboxes confirm, nothing leaks, the old one is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.accounts import tasks
from consult.accounts.models import AddressChange, Person
from consult.core.access import Actor
from consult.core.db import transaction
from tests.accounts.flows import Clock, count
from tests.accounts.steps import mails_to
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

OLD, NEW = "person1@example.org", "claire@nouvelle.example"


@pytest.fixture
def person(make: Factory, client: AuditedClient) -> Actor:
    actor = make.person("Claire")
    client.sign_in(actor)
    return actor


def ask(client: AuditedClient, email: str = NEW) -> None:
    assert client.send("/account/address", {"email": email}).location == "/account/address"


def link_to(email: str) -> str:
    found = re.findall(r"http://localhost(/\S*account/address/\S+)", mails_to(email)[-1])
    return str(found[-1])


def address_of(person: Actor) -> str | None:
    with transaction() as session:
        return session.scalar(select(Person.email).where(Person.id == person.person_id))


def test_it_takes_effect_once_both_addresses_have_confirmed(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    another.sign_in(person)
    ask(client)
    old, new = link_to(OLD), link_to(NEW)
    assert "n’a pas encore confirmé" in client.get("/account/address").text
    assert client.send(new).status_code == 200
    assert address_of(person) == OLD
    assert client.send(new).status_code == 200  # the same side twice is one side
    assert address_of(person) == OLD
    assert client.send(old).status_code == 200
    assert address_of(person) == NEW
    assert client.get("/account").status_code == 200
    assert another.get("/account").status_code == 302
    assert NEW in mails_to(OLD)[-1]
    assert client.get(old).status_code == 410
    assert count(AddressChange) == 0


def test_looking_at_the_links_confirms_nothing(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    ask(client)
    for email in (OLD, NEW):
        page = another.get(link_to(email))
        assert page.status_code == 200
        assert NEW in page.text
    assert address_of(person) == OLD


def test_the_old_address_alone_cannot_and_the_new_one_alone_cannot(person: Actor, client: AuditedClient) -> None:
    ask(client)
    client.send(link_to(OLD))
    client.send(link_to(OLD))
    assert address_of(person) == OLD


def test_an_address_that_has_an_account_is_answered_alike_and_its_holder_is_told(
    person: Actor, make: Factory, client: AuditedClient
) -> None:
    make.person("Noé")  # person2
    pages = []
    for email in (NEW, "person2@example.org"):
        ask(client, email)
        page = client.get("/account/address").text.replace(email, "EMAIL")
        pages.append([line for line in page.splitlines() if "csrf_token" not in line])
    assert pages[0] == pages[1]
    assert "a déjà son propre compte" in mails_to("person2@example.org")[-1]
    assert "/account/address/" not in mails_to("person2@example.org")[-1]
    client.send(link_to(OLD))
    assert address_of(person) == OLD


def test_an_address_taken_meanwhile_is_not_taken_twice(
    person: Actor, make: Factory, client: AuditedClient
) -> None:
    ask(client)
    client.send(link_to(OLD))
    other = make.person("Noé")
    with transaction(write=True) as session:
        session.get_one(Person, other.person_id).email = NEW
    assert client.send(link_to(NEW)).status_code == 410
    assert address_of(person) == OLD


def test_whoever_reads_the_new_mailbox_is_not_told_the_earlier_address(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    ask(client)
    assert OLD not in another.get(link_to(NEW)).text
    assert NEW in another.get(link_to(NEW)).text
    assert OLD in another.get(link_to(OLD)).text
    assert OLD in client.get(link_to(NEW)).text


def test_it_asks_again_who_one_is(person: Actor, client: AuditedClient, real: Clock) -> None:
    real.forward(timedelta(minutes=16))
    assert client.get("/account/address").location == "/account/confirm?next=/account/address"
    answer = client.send("/account/address", {"email": NEW}, page="/account")
    assert "/account/confirm" in str(answer.location)
    assert count(AddressChange) == 0


def test_it_can_be_given_up_and_ends_by_itself(person: Actor, client: AuditedClient, real: Clock) -> None:
    ask(client)
    link = link_to(NEW)
    client.send("/account/address/forget", page="/account/address")
    assert client.get(link).status_code == 410
    ask(client)
    link = link_to(NEW)
    real.forward(timedelta(hours=24))
    assert client.get(link).status_code == 410
    tasks.purge()
    assert count(AddressChange) == 1
    real.forward(timedelta(hours=24))
    tasks.purge()
    assert count(AddressChange) == 0


def test_nobody_is_flooded_with_changes_of_address(
    person: Actor, client: AuditedClient, another: AuditedClient, make: Factory
) -> None:
    for _number in range(5):
        ask(client)
    assert client.send("/account/address", {"email": "other@example.org"}).status_code == 429
    another.sign_in(make.person("Noé"))
    assert another.send("/account/address", {"email": NEW}).status_code == 429
    assert len(mails_to(NEW)) == 5
    assert mails_to("other@example.org") == []


def test_ones_own_address_is_no_change(person: Actor, client: AuditedClient) -> None:
    assert client.send("/account/address", {"email": OLD.upper()}).status_code == 422
    assert mails_to(OLD) == []


def test_somebody_elses_change_is_not_seen(
    person: Actor, client: AuditedClient, app: Flask, make: Factory
) -> None:
    ask(client)
    other = AuditedClient(app)
    other.sign_in(make.person("Noé"))
    assert NEW not in other.get("/account/address").text
