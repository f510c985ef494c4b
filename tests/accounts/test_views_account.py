"""The first sign-in, the session it begins, and the account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from consult.accounts.models import BrowserSession, Person
from consult.core.db import transaction
from tests.accounts.flows import EMAIL, Clock, ask, cookie, count, mail_to, open_account
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

# --- the first sign-in


def test_without_consent_nothing_is_made_and_the_name_stays(client: AuditedClient) -> None:
    ask(client)
    client.send("/sign-in/code", {"code": mail_to().code})
    answer = client.send("/sign-in/welcome", {"display_name": "Claire de la Halle"})
    assert answer.status_code == 422
    assert 'value="Claire de la Halle"' in answer.text
    assert count(Person) == 0


@pytest.mark.parametrize(
    "name", ["", " ", "C", "x" * 61, "…!", "claire@example.org", "a\x00b", "a\x1fb\x07", "e" + "\u0301" * 20]
)
def test_a_name_that_cannot_be_shown_is_refused(client: AuditedClient, name: str) -> None:
    ask(client)
    client.send("/sign-in/code", {"code": mail_to().code})
    answer = client.send("/sign-in/welcome", {"display_name": name, "consent": "y"})
    assert answer.status_code == 422
    assert count(Person) == 0


def test_a_proven_address_waits_half_an_hour(client: AuditedClient, real: Clock) -> None:
    ask(client, next="/account")
    client.send("/sign-in/code", {"code": mail_to().code})
    client.get("/sign-in/welcome")
    real.forward(timedelta(minutes=30))
    answer = client.send("/sign-in/welcome", {"display_name": "Claire", "consent": "y"}, page="/sign-in")
    assert answer.location == "/sign-in?next=/account"
    assert count(Person) == 0


def test_an_account_opened_meanwhile_is_used(client: AuditedClient, another: AuditedClient) -> None:
    ask(client)
    client.send("/sign-in/code", {"code": mail_to().code})
    open_account(another, name="Première")
    answer = client.send("/sign-in/welcome", {"display_name": "Deuxième", "consent": "y"})
    assert answer.status_code == 303
    assert count(Person) == 1
    assert "Première" in client.get("/account").text


def test_unknown_fields_change_nothing(client: AuditedClient) -> None:
    ask(client)
    client.send("/sign-in/code", {"code": mail_to().code})
    extra = {"email": "admin@example.org", "is_administrator": "1", "role": "administrator", "next": "/manage"}
    answer = client.send("/sign-in/welcome", {"display_name": "Claire", "consent": "y", **extra})
    assert answer.location == "/"
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        assert (person.email, person.is_administrator) == (EMAIL, False)


# --- the session


def test_each_step_up_changes_the_token(client: AuditedClient) -> None:
    ask(client)
    asked = cookie(client)
    client.send("/sign-in/code", {"code": mail_to().code})
    proven = cookie(client)
    client.send("/sign-in/welcome", {"display_name": "Claire", "consent": "y"})
    assert len({asked, proven, cookie(client)}) == 3
    thief = AuditedClient(client.application)
    for token in (asked, proven):
        thief.set_cookie("consult", token)
        assert thief.get("/account").status_code == 302


def test_the_session_holds_the_person_and_nothing_else(client: AuditedClient) -> None:
    open_account(client)
    client.get("/account")
    with transaction() as session:
        row = session.scalars(select(BrowserSession)).one()
        assert set(row.data) <= {"_user_id", "_fresh", "csrf_token", "standing"}
        assert row.person_id is not None


def test_signing_out_ends_the_session_on_both_sides(client: AuditedClient) -> None:
    open_account(client)
    token = cookie(client)
    answer = client.send("/sign-out", page="/account")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "consult=;" in answer.headers["Set-Cookie"]
    assert client.get_cookie("consult") is None
    assert count(BrowserSession) == 0
    client.set_cookie("consult", token)
    assert client.get("/account").status_code == 302


def test_signing_out_needs_the_form(client: AuditedClient) -> None:
    open_account(client)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/sign-out").status_code == 405
    assert client.get("/account").status_code == 200


def test_a_person_who_is_gone_is_a_visitor(client: AuditedClient, make: Factory) -> None:
    open_account(client)
    with transaction(write=True) as session:
        session.execute(update(BrowserSession).values(data={"_user_id": "999999"}, person_id=None))
    assert client.get("/account").status_code == 302


# --- the account


def test_the_name_can_be_changed(client: AuditedClient) -> None:
    open_account(client)
    answer = client.send("/account", {"display_name": "Claire  de\tla Halle"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert 'value="Claire de la Halle"' in client.get("/account").text
    answer = client.send("/account", {"display_name": "x"})
    assert answer.status_code == 422
    assert 'value="x"' in answer.text
    assert client.get("/account").headers["Cache-Control"] == "no-store"


def test_the_account_is_for_people_who_signed_in(client: AuditedClient) -> None:
    assert client.get("/account").location == "/sign-in?next=/account"
    client.get("/sign-in")
    assert client.send("/account", {"display_name": "Claire"}, page="/sign-in").status_code == 401
