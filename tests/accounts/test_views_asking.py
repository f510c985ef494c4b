"""Asking for a sign-in: the same answer for every address, and its limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.accounts.models import BrowserSession, SignInChallenge
from consult.accounts.rules import MAX_PER_ADDRESS, MAX_PER_BROWSER
from consult.core.db import transaction
from consult.core.mail import OutgoingMail
from tests.accounts.flows import EMAIL, Clock, ask, count, mail_to, open_account
from tests.accounts.mails import sign_in_mails
from tests.support.clients import AuditedClient


def test_reading_sets_no_cookie(client: AuditedClient) -> None:
    assert client.get("/").headers.getlist("Set-Cookie") == []
    assert client.get("/sign-in/code").headers.getlist("Set-Cookie") == []
    assert client.get("/sign-in/welcome").headers.getlist("Set-Cookie") == []
    assert client.get("/sign-in/link/unknown").headers.getlist("Set-Cookie") == []
    assert count(BrowserSession) == 0


def test_a_known_and_an_unknown_address_get_the_same_answer(
    app: Flask, client: AuditedClient, another: AuditedClient
) -> None:
    open_account(client, "known@example.org")
    pages = []
    for email, browser in (("known@example.org", another), ("other@example.org", AuditedClient(app))):
        ask(browser, email)
        page = browser.get("/sign-in/code").text.replace(email, "EMAIL")
        pages.append(
            [line for line in page.splitlines() if "csrf_token" not in line and 'name="stamp"' not in line]
        )
    assert pages[0] == pages[1]
    known, other = (sign_in_mails(email)[-1] for email in ("known@example.org", "other@example.org"))
    anonymous = known.text.replace(known.link, "LINK").replace(known.code, "CODE")
    assert anonymous == other.text.replace(other.link, "LINK").replace(other.code, "CODE")


@pytest.mark.parametrize("email", ["", "claire", "claire@", "a@b", "a b@example.org", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_refused_and_kept(client: AuditedClient, email: str) -> None:
    answer = client.send("/sign-in", {"email": email})
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert count(OutgoingMail) == 0


def test_the_mail_speaks_the_language_of_the_page(client: AuditedClient) -> None:
    ask(client, page="/en/sign-in")
    mail = mail_to()
    assert mail.language == "en"
    assert mail.path.startswith("/en/sign-in/link/")
    assert "You asked to sign in" in mail.text
    assert mail.link in mail.html
    assert mail.code in mail.html


def test_links_come_from_the_configured_address_whatever_the_host_header(client: AuditedClient) -> None:
    ask(client)
    client.send("/sign-in", {"email": EMAIL}, headers={"Host": "evil.example"}, page="/sign-in")
    assert all(mail.link.startswith("http://localhost/sign-in/link/") for mail in sign_in_mails(EMAIL))


def test_secrets_are_stored_hashed(client: AuditedClient) -> None:
    ask(client)
    mail = mail_to()
    with transaction() as session:
        row = session.scalars(select(SignInChallenge)).one()
        stored = f"{row.link_hash} {row.code_hash} {row.next_path}"
    assert mail.code not in stored
    assert mail.path.rpartition("/")[2] not in stored
    assert len(mail.path.rpartition("/")[2]) >= 43  # 256 bits


def test_a_browser_that_asks_for_ever_is_told_to_wait(client: AuditedClient, real: Clock) -> None:
    for number in range(MAX_PER_BROWSER):
        ask(client, f"person{number}@example.org")
    answer = client.send("/sign-in", {"email": "one.more@example.org"})
    assert answer.status_code == 429
    assert 'value="one.more@example.org"' in answer.text
    assert sign_in_mails("one.more@example.org") == []
    real.forward(timedelta(minutes=61))
    ask(client, "one.more@example.org")
    assert len(sign_in_mails("one.more@example.org")) == 1


def test_an_address_is_not_flooded_and_the_asker_is_not_told(app: Flask, real: Clock) -> None:
    for _number in range(MAX_PER_ADDRESS + 3):
        ask(AuditedClient(app))
    assert len(sign_in_mails(EMAIL)) == MAX_PER_ADDRESS
    real.forward(timedelta(minutes=61))
    ask(AuditedClient(app))
    assert len(sign_in_mails(EMAIL)) == MAX_PER_ADDRESS + 1


def test_strangers_cannot_keep_the_owner_out(app: Flask, client: AuditedClient, real: Clock) -> None:
    for _number in range(MAX_PER_ADDRESS):
        ask(AuditedClient(app))
    real.forward(timedelta(minutes=9))
    ask(client)
    assert len(sign_in_mails(EMAIL)) == MAX_PER_ADDRESS  # the link of the last one still works
    real.forward(timedelta(minutes=2))
    ask(client)
    ask(AuditedClient(app))
    assert len(sign_in_mails(EMAIL)) == MAX_PER_ADDRESS + 1
    assert client.send("/sign-in/code", {"code": mail_to().code}).location == "/sign-in/welcome"
    for _number in range(12):
        real.forward(timedelta(minutes=3))
        ask(AuditedClient(app))
    assert len(sign_in_mails(EMAIL)) <= MAX_PER_ADDRESS + 1 + 4


def test_beyond_the_limit_codes_are_refused_in_the_same_words(app: Flask, client: AuditedClient) -> None:
    for _number in range(MAX_PER_ADDRESS):
        ask(AuditedClient(app))
    ask(client)
    statuses = [client.send("/sign-in/code", {"code": f"{number:06d}"}).status_code for number in range(6)]
    assert statuses == [422] * 6
    assert "code-error" in client.send("/sign-in/code", {"code": "000000"}).text
