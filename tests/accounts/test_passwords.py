"""Passwords: which are taken, how they are kept, and that nobody learns from them who has an account."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import select, update

from consult.accounts import passwords
from consult.accounts.errors import BadPassword, Busy
from consult.accounts.models import Person, SignInAttempt
from consult.accounts.rules import ACCOUNT_LIMITS, NETWORK_LIMITS
from consult.accounts.values import AttemptKind
from consult.core.access import Actor
from consult.core.db import transaction
from tests.accounts.flows import Clock, count
from tests.accounts.steps import LONG, enrol, mails_to
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

EMAIL = "person1@example.org"
PAGE = "/sign-in/password"


@pytest.fixture
def person(make: Factory) -> Actor:
    """Somebody with a password."""
    actor = make.person("Claire")
    with transaction(write=True) as session:
        session.execute(update(Person).values(password_hash=_HASH))
    return actor


_HASH = passwords.hash_password(LONG)


def attempt(browser: AuditedClient, email: str = EMAIL, password: str = LONG) -> int:
    return browser.send(PAGE, {"email": email, "password": password}).status_code


# --- which are taken


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("e" + "\u0301" * 11, "password_short"),
        ("x9" * 101, "password_long"),
        ("password1234", "password_guessed"),
        ("P@ssw0rd2026!", "password_guessed"),
        ("motdepasse2026", "password_guessed"),
        ("azertyuiop123", "password_guessed"),
        ("qwertyuiopasdf", "password_guessed"),
        ("aaaaaaaaaaaaaaaa", "password_guessed"),
        ("abcabcabcabcabc", "password_guessed"),
        ("k7Zk7Zk7Zk7Zk7Z", "password_guessed"),
        ("!!!!????!!!!????", "password_guessed"),
        ("soleilbonjour12", "password_guessed"),
        ("Claire Martin 1984", "password_guessed"),
        ("concertation-ambrelle", "password_guessed"),
        ("claire.martin@example.org", "password_guessed"),
    ],
)
def test_short_common_and_personal_passwords_are_refused(password: str, code: str) -> None:
    context = ("Concertation Ambrelle", "claire.martin@example.org", "Claire Martin")
    with pytest.raises(BadPassword) as refusal:
        passwords.accept_password(password, context=context)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "password",
    [
        LONG,
        "ééé ùù ààà çç ôô",
        "🦔🌵🎻🔦🧶🪁🧊🛶🎏🪗🥁🎷",
        "x" * 150 + " tout à fait 7 unique 42 zèbre",
        "7Gk!pQ2#vX9m",
    ],
)
def test_long_passwords_of_any_characters_are_taken(password: str) -> None:
    assert passwords.accept_password(password, context=("Consult",)) == password


def test_two_keyboards_write_the_same_accents() -> None:
    stored = passwords.hash_password(passwords.normalise_password("forêt d’été mouillée"))
    assert passwords.is_password(
        passwords.normalise_password("fore\u0302t d’e\u0301te\u0301 mouille\u0301e"), stored
    )


def test_hashes_are_argon2id_with_the_parameters_we_chose() -> None:
    assert _HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.hash_password(LONG) != _HASH


def test_no_password_on_file_takes_as_long_as_a_wrong_one() -> None:
    def seconds(stored: str | None) -> float:
        begun = perf_counter()
        assert not passwords.is_password("wrong password here", stored)
        return perf_counter() - begun

    pairs = [(seconds(None), seconds(_HASH)) for _ in range(9)]
    nobody, somebody = (min(values) for values in zip(*pairs, strict=True))
    assert 0.5 < nobody / somebody < 2


# --- a flood cannot take every thread


def test_beyond_one_who_hashes_and_one_who_waits_people_are_told_to_come_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashing, go_on = threading.Event(), threading.Event()

    class Slow:
        def verify(self, *_arguments: object) -> bool:
            hashing.set()
            return go_on.wait(10)

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    threads = [threading.Thread(target=passwords.is_password, args=(LONG, _HASH)) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        assert hashing.wait(10)
        while passwords._ADMITTED._value:  # the second one is on its way in
            pass
        with pytest.raises(Busy):
            passwords.is_password(LONG, _HASH)
        answer = AuditedClient(app).send(PAGE, {"email": "nobody@example.org", "password": LONG})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert AuditedClient(app).get("/").status_code == 200
    finally:
        go_on.set()
        for thread in threads:
            thread.join(10)
    monkeypatch.undo()
    assert passwords.is_password(LONG, _HASH)


# --- signing in with one


def test_a_person_signs_in_with_a_password(person: Actor, client: AuditedClient) -> None:
    answer = client.send(PAGE, {"email": EMAIL.upper(), "password": LONG, "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200


def test_a_known_and_an_unknown_address_are_refused_alike(person: Actor, make: Factory, app: Flask) -> None:
    make.person("Without a password")  # person2
    pages, statements = [], []
    for email in (EMAIL, "person2@example.org", "nobody@example.org"):
        browser = AuditedClient(app)
        browser.get(PAGE)
        with recorded_statements() as recorded:
            answer = browser.send(PAGE, {"email": email, "password": "not this one at all"})
        assert answer.status_code == 422
        assert "not this one" not in answer.text
        lines = answer.text.replace(email, "EMAIL").splitlines()
        pages.append([line for line in lines if "csrf_token" not in line and 'name="stamp"' not in line])
        statements.append(len(recorded))
    assert pages[0] == pages[1] == pages[2]
    assert len(set(statements)) == 1


def test_every_address_costs_one_hash(person: Actor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    real = passwords.is_password
    monkeypatch.setattr(
        "consult.accounts.views.is_password", lambda typed, stored: asked.append(stored) or real(typed, stored)
    )
    for email in (EMAIL, "nobody@example.org"):
        assert attempt(AuditedClient(app), email, "wrong password here") == 422
    assert asked == [_HASH, None]


def test_a_limited_account_is_refused_alike_whether_it_exists_or_not(person: Actor, app: Flask) -> None:
    allowed = ACCOUNT_LIMITS[AttemptKind.PASSWORD][0].count
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        for number in range(allowed):
            browser = AuditedClient(app)
            browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            assert attempt(browser, email, "wrong password here") == 422
        answer = AuditedClient(app).send(PAGE, {"email": email, "password": LONG})
        assert answer.status_code == 429
        pages.append(answer.text)
    assert pages[0] == pages[1]


def test_limits_survive_a_restart_and_end(person: Actor, app: Flask, real: Clock) -> None:
    from tests.support.variants import variant_of  # noqa: PLC0415

    for _attempt in range(ACCOUNT_LIMITS[AttemptKind.PASSWORD][0].count):
        assert attempt(AuditedClient(app), password="wrong password here") == 422
    with variant_of(app) as restarted:
        assert attempt(AuditedClient(restarted)) == 429
        real.forward(timedelta(minutes=16))
        assert attempt(AuditedClient(restarted)) == 303


def test_a_network_is_limited_however_many_addresses_it_has(
    person: Actor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = NETWORK_LIMITS[AttemptKind.PASSWORD][0]
    monkeypatch.setitem(NETWORK_LIMITS, AttemptKind.PASSWORD, (type(limit)(3, limit.window),))  # type: ignore[arg-type]
    statuses = []
    for number in range(4):
        browser = AuditedClient(app)
        browser.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number}"
        statuses.append(attempt(browser, f"nobody{number}@example.org"))
    assert statuses == [422, 422, 422, 429]
    elsewhere = AuditedClient(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert attempt(elsewhere) == 303


def test_no_network_and_no_address_is_stored_of_an_attempt(person: Actor, client: AuditedClient) -> None:
    client.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    attempt(client, password="wrong password here")
    with transaction() as session:
        row = session.scalars(select(SignInAttempt)).one()
        stored = f"{row.account_hash} {row.network_hash}"
    assert "192.0.2.77" not in stored
    assert EMAIL not in stored
    assert len(stored) == 129


def test_whoever_gets_in_is_forgiven_their_mistakes(person: Actor, app: Flask) -> None:
    for _attempt in range(ACCOUNT_LIMITS[AttemptKind.PASSWORD][0].count - 1):
        attempt(AuditedClient(app), password="wrong password here")
    assert attempt(AuditedClient(app)) == 303
    assert count(SignInAttempt) == 0


def test_a_new_browser_is_told_by_mail_a_known_one_is_not(person: Actor, app: Flask) -> None:
    assert attempt(AuditedClient(app)) == 303
    assert len(mails_to(EMAIL)) == 1
    assert "Firefox, Linux" in mails_to(EMAIL)[0]
    assert attempt(AuditedClient(app)) == 303
    assert len(mails_to(EMAIL)) == 1
    phone = AuditedClient(app)
    phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1"
    assert attempt(phone) == 303
    assert "Safari, iPhone" in mails_to(EMAIL)[-1]


def test_a_password_alone_never_opens_a_team(make: Factory, client: AuditedClient) -> None:
    make.member(make.organisation())
    with transaction(write=True) as session:
        email = session.scalars(select(Person.email)).one()
        session.execute(update(Person).values(password_hash=_HASH))
    answer = client.send(PAGE, {"email": email, "password": LONG, "next": "/manage"})
    assert answer.location == "/sign-in/second-factor?next=/manage"
    assert client.get("/manage").status_code == 302


def test_a_disabled_account_is_told_only_to_who_has_its_password(person: Actor, client: AuditedClient) -> None:
    with transaction(write=True) as session:
        session.execute(update(Person).values(disabled_at=Person.created_at))
    assert attempt(client, password="wrong password here") == 422
    answer = client.send(PAGE, {"email": EMAIL, "password": LONG})
    assert answer.status_code == 403
    assert "désactivé" in answer.text


# --- setting one


def test_a_password_is_set_changed_and_removed(
    make: Factory, client: AuditedClient, another: AuditedClient
) -> None:
    actor = make.person("Claire")
    client.sign_in(actor)
    another.sign_in(actor)
    page = client.get("/account/password").text
    assert "current-password" not in page
    assert 'autocomplete="new-password"' in page
    assert client.send("/account/password", {"password": LONG}).location == "/account/security"
    assert another.get("/account").status_code == 302  # signed out everywhere else
    assert client.send("/account/password", {"current": "wrong", "password": f"{LONG} deux"}).status_code == 422
    assert client.send("/account/password", {"password": f"{LONG} deux"}).status_code == 422
    assert client.send("/account/password", {"current": LONG, "password": f"{LONG} deux"}).status_code == 303
    assert attempt(another, password=f"{LONG} deux") == 303
    assert client.send("/account/password/remove", page="/account/security").status_code == 303
    assert attempt(AuditedClient(client.application), password=f"{LONG} deux") == 422
    assert len(mails_to(EMAIL)) >= 3


def test_a_refused_password_is_not_shown_again(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person("Claire"))
    answer = client.send("/account/password", {"password": "motdepasse2026"})
    assert answer.status_code == 422
    assert "motdepasse2026" not in answer.text
    assert 'type="password"' in answer.text


def test_with_a_second_factor_the_password_is_half_of_the_way(
    person: Actor, client: AuditedClient, another: AuditedClient
) -> None:
    client.sign_in(person)
    enrol(client)
    answer = another.send(PAGE, {"email": EMAIL, "password": LONG})
    assert answer.location == "/sign-in/second-factor"
    assert another.get("/account").status_code == 302
