"""The six-digit code: once, for a while, in the browser that asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from consult.accounts.models import Person, SignInChallenge
from consult.accounts.values import CONSENT_VERSION
from consult.core.db import transaction
from tests.accounts.flows import EMAIL, Clock, ask, count, mail_to, open_account
from tests.accounts.mails import wrong
from tests.support.clients import AuditedClient


def test_a_first_sign_in_by_code(client: AuditedClient) -> None:
    ask(client, next="/account")
    answer = client.send("/sign-in/code", {"code": mail_to().code})
    assert (answer.status_code, answer.location) == (303, "/sign-in/welcome")
    assert count(Person) == 0
    answer = client.send("/sign-in/welcome", {"display_name": "  Claire \u202e M. ", "consent": "y"})
    assert (answer.status_code, answer.location) == (303, "/account")
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        assert (person.email, person.display_name, person.language) == (EMAIL, "Claire M.", "fr")
        assert (person.is_administrator, person.consent_version) == (False, CONSENT_VERSION)
    page = client.get("/account").text
    assert EMAIL in page
    assert page.count("Claire M.") >= 2


def test_the_code_may_be_typed_with_spaces(client: AuditedClient) -> None:
    ask(client)
    code = mail_to().code
    answer = client.send("/sign-in/code", {"code": f" {code[:3]} {code[3:]} "})
    assert answer.status_code == 303


def test_coming_back(client: AuditedClient, another: AuditedClient) -> None:
    open_account(client)
    ask(another, "CLAIRE@Example.org")
    answer = another.send("/sign-in/code", {"code": mail_to().code})
    assert (answer.status_code, answer.location) == (303, "/")
    assert another.get("/account").status_code == 200
    assert count(Person) == 1


def test_five_wrong_codes_end_the_code_but_not_the_link(client: AuditedClient) -> None:
    ask(client)
    mail = mail_to()
    for _attempt in range(5):
        assert client.send("/sign-in/code", {"code": wrong(mail.code)}).status_code == 422
    assert client.send("/sign-in/code", {"code": mail.code}).status_code == 422
    with transaction() as session:
        assert session.scalars(select(SignInChallenge)).one().attempts == 5
    assert client.send(mail.path).location == "/sign-in/welcome"


def test_what_is_not_six_digits_is_no_attempt(client: AuditedClient) -> None:
    ask(client)
    assert client.send("/sign-in/code", {"code": "12 34"}).status_code == 422
    with transaction() as session:
        assert session.scalars(select(SignInChallenge)).one().attempts == 0


def test_a_code_expires_and_is_used_once(client: AuditedClient, real: Clock) -> None:
    ask(client)
    code = mail_to().code
    real.forward(timedelta(minutes=10))
    assert client.send("/sign-in/code", {"code": code}).status_code == 422
    ask(client)
    code = mail_to().code
    real.forward(timedelta(minutes=9, seconds=59))
    assert client.send("/sign-in/code", {"code": code}).status_code == 303
    client.send("/sign-in/welcome", {"display_name": "Claire", "consent": "y"})
    client.send("/sign-out", page="/account")
    assert client.get("/sign-in/code").status_code == 303  # nothing is left to type a code for


def test_only_the_newest_code_of_a_browser_works(client: AuditedClient) -> None:
    ask(client)
    first = mail_to().code
    ask(client)
    if mail_to().code != first:
        assert client.send("/sign-in/code", {"code": first}).status_code == 422
    assert client.send("/sign-in/code", {"code": mail_to().code}).status_code == 303


def test_a_code_is_refused_in_another_browser(client: AuditedClient, another: AuditedClient) -> None:
    ask(client)
    code = mail_to().code
    ask(another, "somebody.else@example.org")
    assert another.send("/sign-in/code", {"code": code}).status_code in {422, 303}
    assert EMAIL not in another.get("/sign-in/welcome").text
    assert client.send("/sign-in/code", {"code": code}).status_code == 303
