"""The link of the mail, and where it leads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.accounts.flows import EMAIL, Clock, ask, mail_to, open_account
from tests.support.clients import AuditedClient

# --- the link


def test_looking_at_a_link_does_not_use_it(client: AuditedClient, another: AuditedClient) -> None:
    ask(client)
    path = mail_to().path
    for _scanner in range(3):
        page = another.get(path)
        assert page.status_code == 200
        assert EMAIL in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert client.send(path).location == "/sign-in/welcome"


def test_a_link_works_in_another_browser_once(app: Flask, client: AuditedClient, another: AuditedClient) -> None:
    open_account(client)
    ask(client_asks := AuditedClient(app), next="/account")
    mail = mail_to()
    answer = another.send(mail.path)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert another.get("/account").status_code == 200
    assert AuditedClient(app).get(mail.path).status_code == 410
    assert client_asks.send("/sign-in/code", {"code": mail.code}).status_code == 422
    assert client_asks.get("/account").status_code == 302


def test_a_used_link_is_refused_to_who_looked_at_it_before(client: AuditedClient, another: AuditedClient) -> None:
    ask(client)
    path = mail_to().path
    client.get(path)
    assert another.send(path).status_code == 303
    answer = client.send(path, page="/sign-in")
    assert answer.status_code == 410
    assert "/sign-in" in answer.text


def test_a_link_expires(client: AuditedClient, real: Clock) -> None:
    ask(client)
    path = mail_to().path
    client.get(path)
    real.forward(timedelta(minutes=15))
    assert client.get(path).status_code == 410
    assert client.send(path, page="/sign-in").status_code == 410


def test_a_link_changes_the_person_and_keeps_nothing_of_the_one_before(
    client: AuditedClient, another: AuditedClient
) -> None:
    open_account(client, "first@example.org", "Premier")
    open_account(another, "second@example.org", "Seconde")
    another.send("/sign-out", page="/account")
    ask(another, "second@example.org")
    path = mail_to("second@example.org").path
    assert "Premier" in client.get(path).text
    client.send(path)
    page = client.get("/account").text
    assert "second@example.org" in page
    assert "first@example.org" not in page


# --- where one goes on to


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/account?x=1", "/account?x=1"),
        ("/en/account", "/en/account"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in?next=/account", "/"),
        ("/en/sign-in/code", "/"),
        ("/sign-out", "/"),
        ("/" + "x" * 2000, "/"),
        ("/a\nb", "/"),
    ],
)
def test_next_survives_mail_code_and_welcome_and_never_leads_elsewhere(
    client: AuditedClient, another: AuditedClient, asked: str, reached: str
) -> None:
    ask(client, next=asked)
    client.send("/sign-in/code", {"code": mail_to().code})
    answer = client.send("/sign-in/welcome", {"display_name": "Claire", "consent": "y"})
    assert answer.location == reached
    ask(another, next=asked)
    assert another.send(mail_to().path).location == reached


def test_next_survives_a_mistyped_address_and_another_mail(client: AuditedClient) -> None:
    page = client.get("/account")
    assert page.location == "/sign-in?next=/account"
    answer = client.send("/sign-in", {"email": "oops"}, page="/sign-in?next=/account")
    assert answer.status_code == 422
    ask(client, next="/account")
    assert '<input type="hidden" name="next" value="/account">' in client.get("/sign-in/code").text


def test_somebody_signed_in_goes_straight_on(client: AuditedClient) -> None:
    open_account(client)
    assert client.get("/sign-in?next=/account").location == "/account"
    assert client.get("/sign-in?next=//evil.example").location == "/"
