"""The sessions of one's account, how long they last, showing again who one is, and the mails one gets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from consult.accounts import queries
from consult.accounts.models import BrowserSession, MailRefusal
from consult.accounts.rules import ACCOUNT_LIMITS, MAX_PER_ADDRESS, describe_device
from consult.accounts.values import AttemptKind, MailKind
from consult.core.access import Actor
from consult.core.db import transaction
from consult.organisations.commands import set_role
from consult.organisations.values import Role
from tests.accounts.flows import Clock, cookie, count
from tests.accounts.mails import wrong
from tests.accounts.steps import LONG, code_of, enrol, mails_to
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of

EMAIL = "person1@example.org"


@pytest.fixture
def person(make: Factory, client: AuditedClient) -> Actor:
    actor = make.person("Claire")
    client.sign_in(actor)
    return actor


def ways_to_end(html: str) -> list[str]:
    return re.findall(r'action="(/account/sessions/\d+/end)"', html)


# --- the list


def test_it_lists_my_browsers_and_marks_this_one(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    another.sign_in(person)
    html = client.get("/en/account/sessions").text
    assert html.count("Firefox, Linux</strong>") == 2
    assert html.count("(this browser)") == 1
    assert len(re.findall(r'action="/en/account/sessions/\d+/end"', html)) == 1
    assert "127.0.0.1" not in html


def test_a_browser_is_signed_out_from_another(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    another.sign_in(person)
    (path,) = ways_to_end(client.get("/account/sessions").text)
    assert client.send(path, page="/account/sessions").location == "/account/sessions"
    assert another.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_sessions_of_somebody_else(
    person: Actor, client: AuditedClient, another: AuditedClient, app: Flask, make: Factory
) -> None:
    another.sign_in(person)
    (path,) = ways_to_end(client.get("/account/sessions").text)
    other = AuditedClient(app)
    other.sign_in(make.person("Noé"))
    assert other.send(path, page="/account").status_code == 404
    assert another.get("/account").status_code == 200


def test_everything_else_is_signed_out_at_once(
    person: Actor, client: AuditedClient, another: AuditedClient, app: Flask, make: Factory
) -> None:
    another.sign_in(person)
    others = AuditedClient(app)
    others.sign_in(make.person("Noé"))
    client.send("/account/sessions/end-others", page="/account/sessions")
    assert client.get("/account").status_code == 200
    assert another.get("/account").status_code == 302
    assert others.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17.0 Safari/605.1", "Safari, macOS"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_is_described_coarsely(user_agent: str, device: str) -> None:
    assert describe_device(user_agent) == device


# --- how long they last


def test_a_session_ends_after_a_week_without_use(person: Actor, client: AuditedClient, real: Clock) -> None:
    real.forward(timedelta(days=6, hours=23))
    assert client.get("/account").status_code == 200
    real.forward(timedelta(days=7))
    assert client.get("/account").status_code == 302


def test_a_teams_session_ends_after_two_hours_without_use(
    make: Factory, client: AuditedClient, real: Clock
) -> None:
    client.sign_in(make.member(make.organisation()))
    real.forward(timedelta(hours=1, minutes=59))
    assert client.get("/manage").status_code == 200
    real.forward(timedelta(hours=2))
    assert client.get("/manage").status_code == 302
    assert count(BrowserSession) == 0


def test_a_teams_session_ends_after_twelve_hours_however_much_it_is_used(
    make: Factory, client: AuditedClient, real: Clock
) -> None:
    client.sign_in(make.member(make.organisation()))
    for _hour in range(11):
        real.forward(timedelta(hours=1))
        assert client.get("/manage").status_code == 200
    real.forward(timedelta(hours=1, seconds=5))
    assert client.get("/manage").status_code == 302


def test_a_change_of_role_ends_every_session(make: Factory, client: AuditedClient) -> None:
    organisation = make.organisation()
    actor = make.member(organisation, Role.MODERATOR)
    client.sign_in(actor)
    with transaction(write=True) as session:
        set_role(
            session,
            organisation_id=organisation,
            person_id=actor.person_id or 0,
            role=Role.MANAGER,
            now=make.now,
        )
    assert client.get("/manage").status_code == 302


def test_a_session_from_before_this_release_has_to_sign_in_again(person: Actor, client: AuditedClient) -> None:
    with transaction(write=True) as session:
        session.execute(update(BrowserSession).values(data={"_user_id": str(person.person_id), "_fresh": True}))
    assert client.get("/account").status_code == 302


# --- showing again who one is


def test_a_recent_sign_in_is_proof_enough(person: Actor, client: AuditedClient, real: Clock) -> None:
    real.forward(timedelta(minutes=14))
    assert client.get("/account/password").status_code == 200
    real.forward(timedelta(minutes=2))
    assert client.get("/account/password").location == "/account/confirm?next=/account/password"


@pytest.mark.parametrize(
    "path",
    [
        "/account/password/remove",
        "/account/second-factor/off",
        "/account/second-factor/codes",
    ],
)
def test_every_change_of_how_one_signs_in_asks_again(
    person: Actor, client: AuditedClient, real: Clock, path: str
) -> None:
    real.forward(timedelta(minutes=16))
    answer = client.send(path, page="/account")
    assert answer.location == "/account/confirm?next=/account/security"


def test_without_anything_else_a_mailed_code_shows_it(person: Actor, client: AuditedClient, real: Clock) -> None:
    real.forward(timedelta(minutes=16))
    confirm = "/account/confirm?next=/account/password"
    assert "code-input" not in client.get(confirm).text
    answer = client.send("/account/confirm/mail", {"next": "/account/password"}, page=confirm)
    code = re.findall(r"^ {4}(\d{6})$", mails_to(EMAIL)[-1], re.MULTILINE)[0]
    page = str(answer.location)
    fields = {"by": "mail", "next": "/account/password"}
    assert client.send("/account/confirm", {"code": wrong(code), **fields}, page=page).status_code == 422
    before = cookie(client)
    assert client.send("/account/confirm", {"code": code, **fields}, page=page).location == "/account/password"
    assert cookie(client) != before
    assert client.get("/account/password").status_code == 200


def test_strangers_do_not_use_up_the_codes_to_confirm_nor_these_the_sign_ins(
    person: Actor, client: AuditedClient, app: Flask
) -> None:
    for _number in range(MAX_PER_ADDRESS + 1):
        AuditedClient(app).send("/sign-in", {"email": EMAIL})
    assert len(mails_to(EMAIL)) == MAX_PER_ADDRESS
    stranger = AuditedClient(app)
    for _attempt in range(ACCOUNT_LIMITS[AttemptKind.CODE][0].count):
        stranger.send("/sign-in", {"email": EMAIL})
        stranger.send("/sign-in/code", {"code": "000000"})
    client.send("/account/confirm/mail", page="/account/confirm")
    assert len(mails_to(EMAIL)) == MAX_PER_ADDRESS + 1
    (code,) = re.findall(r"^ {4}(\d{6})$", mails_to(EMAIL)[-1], re.MULTILINE)
    answer = client.send("/account/confirm", {"code": code, "by": "mail"}, page="/account/confirm?by=mail")
    assert answer.location == "/account/security"


def test_codes_to_confirm_leave_the_mails_of_sign_ins(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    for _number in range(MAX_PER_ADDRESS):
        client.send("/account/confirm/mail", page="/account/confirm")
    another.send("/sign-in", {"email": EMAIL})
    assert len(mails_to(EMAIL)) == MAX_PER_ADDRESS + 1


def test_a_code_to_confirm_signs_nobody_in(person: Actor, client: AuditedClient, another: AuditedClient) -> None:
    client.send("/account/confirm/mail", page="/account/confirm")
    code = re.findall(r"^ {4}(\d{6})$", mails_to(EMAIL)[-1], re.MULTILINE)[0]
    another.send("/sign-in", {"email": "other@example.org"})
    assert another.send("/sign-in/code", {"code": code}).status_code == 422


def test_who_has_a_password_shows_it_again(person: Actor, client: AuditedClient, real: Clock) -> None:
    client.send("/account/password", {"password": LONG})
    real.forward(timedelta(minutes=16))
    assert client.send("/account/confirm", {"password": "wrong password here"}).status_code == 422
    assert client.send("/account/confirm", {"password": LONG}).location == "/account/security"


def test_who_has_a_second_factor_cannot_do_with_less(person: Actor, client: AuditedClient, real: Clock) -> None:
    secret, _codes = enrol(client)
    real.forward(timedelta(minutes=16))
    assert "code-input" not in client.get("/account/confirm?by=mail").text
    assert client.send("/account/confirm", {"code": "000000", "by": "mail"}).status_code == 422
    assert client.send("/account/confirm", {"code": code_of(secret)}).location == "/account/security"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/sign-out"])
def test_it_never_leads_elsewhere(person: Actor, client: AuditedClient, target: str) -> None:
    client.send("/account/password", {"password": LONG})
    assert client.send("/account/confirm", {"password": LONG, "next": target}).location == "/account/security"


# --- cookies and mails


def test_behind_https_every_renewed_cookie_is_secure_and_bound_to_the_host(app: Flask, make: Factory) -> None:
    base = "https://consult.example.org"
    with variant_of(app, base_url=base) as secure:
        browser = AuditedClient(secure)
        answer = browser.get("/sign-in", base_url=base)
        (header,) = answer.headers.getlist("Set-Cookie")
        assert header.startswith("__Host-consult=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
        assert "Domain" not in header


def test_mails_are_chosen_but_for_those_that_are_always_written(person: Actor, client: AuditedClient) -> None:
    def wanted() -> set[MailKind]:
        with transaction() as session:
            return {kind for kind in MailKind if queries.wants_mail(session, person.person_id or 0, kind)}

    assert wanted() == set(MailKind)
    assert client.get("/account/notifications").text.count("checked") == 2
    assert client.send("/account/notifications", {"wanted": "reports"}).status_code == 303
    assert wanted() == set(MailKind) - {MailKind.NEWS}
    assert client.send("/account/notifications").status_code == 303
    assert wanted() == {MailKind.SECURITY, MailKind.MODERATION}
    assert client.send("/account/notifications", {"wanted": "security"}).status_code == 422
    assert count(MailRefusal) == 2
    assert client.send("/account/notifications", {"wanted": ["news", "reports"]}).status_code == 303
    assert count(MailRefusal) == 0


@pytest.mark.parametrize("path", ["/account", "/account/security", "/account/sessions", "/account/notifications"])
def test_the_pages_of_an_account_lead_to_each_other(person: Actor, client: AuditedClient, path: str) -> None:
    html = client.get(path).text
    for other in ("/account", "/account/security", "/account/sessions", "/account/notifications"):
        assert f'href="{other}"' in html
    assert 'aria-current="page"' in html
