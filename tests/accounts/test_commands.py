"""Sign-ins, people and purging, without the web."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts import commands, queries
from consult.accounts.errors import BadName, CodeRefused, LinkStale
from consult.accounts.events import SignedIn
from consult.accounts.models import BrowserSession, Person, SignInChallenge
from consult.accounts.rules import MAX_PER_ADDRESS, new_secrets
from consult.accounts.values import Purpose, SignInSecrets, WrittenTo
from consult.core import events
from consult.core.access import VISITOR, Refused
from consult.core.db import independent_transaction
from consult.core.errors import NotFound
from consult.core.mail import Letter, OutgoingMail
from tests.conftest import NOW

KEY = b"key"
EMAIL = "claire@example.org"


def browser(session: Session, name: str = "browser") -> int:
    made = commands.store_browser_session(
        session, browser_id=None, token_hash=name, data={}, now=NOW, expires_at=NOW + timedelta(days=7)
    )
    assert made is not None
    return made


def ask(session: Session, browser_id: int, email: str = EMAIL, minutes: int = 0) -> SignInSecrets:
    secrets = new_secrets()
    commands.request_sign_in(
        session,
        email=email,
        browser_session_id=browser_id,
        next_path="/account",
        secrets=secrets,
        letter=Letter(email, "subject", "text", "html", "fr"),
        key=KEY,
        now=NOW + timedelta(minutes=minutes),
    )
    return secrets


def register(session: Session, email: str = EMAIL, name: str = "Claire") -> int:
    return commands.register_person(session, email=email, display_name=name, administrator=False, now=NOW)


def test_signing_in_is_told_to_whom_it_may_concern(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(events, "_handlers", {SignedIn: (lambda _session, event: heard.append(event),)})
    person_id, browser_id = register(session), browser(session)
    secrets = ask(session, browser_id)
    proof = commands.use_link(session, token=secrets.token, browser_session_id=browser_id, now=NOW)
    assert (proof.person_id, proof.email, proof.next_path) == (person_id, EMAIL, "/account")
    assert heard == [SignedIn(person_id=person_id, browser_session_id=browser_id, at=NOW)]
    assert session.get_one(Person, person_id).last_signed_in_at == NOW


def test_a_first_sign_in_is_told_once_the_account_is_open(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(events, "_handlers", {SignedIn: (lambda _session, event: heard.append(event),)})
    browser_id = browser(session)
    secrets = ask(session, browser_id)
    proof = commands.use_link(session, token=secrets.token, browser_session_id=browser_id, now=NOW)
    assert proof.person_id is None
    assert heard == []
    person_id = commands.complete_first_sign_in(
        session,
        email=proof.email,
        display_name="Claire",
        language="fr",
        browser_session_id=browser_id,
        now=NOW,
        signed_in_at=NOW + timedelta(minutes=1),
    )
    assert heard == [SignedIn(person_id, browser_id, NOW + timedelta(minutes=1))]
    assert session.get_one(Person, person_id).consented_at == NOW


def test_codes_live_ten_minutes_and_work_once(session: Session) -> None:
    browser_id = browser(session)
    secrets = ask(session, browser_id)
    late = NOW + timedelta(minutes=10)
    with pytest.raises(CodeRefused, match="code_stale"):
        commands.begin_attempt(session, email=EMAIL, browser_session_id=browser_id, now=late)
    attempt = commands.begin_attempt(session, email=EMAIL, browser_session_id=browser_id, now=NOW)

    def use(code: str) -> None:
        commands.use_code(
            session, challenge_id=attempt, browser_session_id=browser_id, code=code, key=KEY, now=NOW
        )

    use(secrets.code)
    with pytest.raises(CodeRefused, match="code_stale"):
        use(secrets.code)
    with pytest.raises(LinkStale):
        commands.use_link(session, token=secrets.token, browser_session_id=browser_id, now=NOW)


def test_a_code_needs_its_own_browser_and_the_key_of_the_installation(session: Session) -> None:
    first, second = browser(session, "first"), browser(session, "second")
    secrets = ask(session, first)
    attempt = commands.begin_attempt(session, email=EMAIL, browser_session_id=first, now=NOW)
    with pytest.raises(CodeRefused, match="code_stale"):
        commands.use_code(
            session, challenge_id=attempt, browser_session_id=second, code=secrets.code, key=KEY, now=NOW
        )
    with pytest.raises(CodeRefused, match="code_wrong"):
        commands.use_code(
            session, challenge_id=attempt, browser_session_id=first, code=secrets.code, key=b"other", now=NOW
        )
    with pytest.raises(CodeRefused, match="code_stale"):
        commands.begin_attempt(session, email=EMAIL, browser_session_id=second, now=NOW)


def test_the_fifth_wrong_code_says_that_it_was_the_last(session: Session) -> None:
    browser_id = browser(session)
    ask(session, browser_id)
    said = []
    for _number in range(6):
        try:
            attempt = commands.begin_attempt(session, email=EMAIL, browser_session_id=browser_id, now=NOW)
            commands.use_code(
                session, challenge_id=attempt, browser_session_id=browser_id, code="x", key=KEY, now=NOW
            )
        except CodeRefused as refusal:
            said.append(refusal.code)
    assert said == ["code_wrong"] * 4 + ["code_exhausted"] * 2


def test_the_limits_of_an_hour(session: Session) -> None:
    browsers = [browser(session, f"browser {number}") for number in range(MAX_PER_ADDRESS + 2)]
    for browser_id in browsers:
        ask(session, browser_id)
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == MAX_PER_ADDRESS
    ask(session, browsers[0], minutes=60)
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == MAX_PER_ADDRESS + 1
    for number in range(18):
        ask(session, browsers[1], email=f"other{number}@example.org")
    ask(session, browsers[1], email="other@example.org")
    with pytest.raises(Refused, match="sign_in_too_often"):
        ask(session, browsers[1], email="last@example.org")


def test_a_code_for_another_address_is_not_tried(session: Session) -> None:
    browser_id = browser(session)
    ask(session, browser_id)
    with pytest.raises(CodeRefused, match="code_stale"):
        commands.begin_attempt(session, email="noe@example.org", browser_session_id=browser_id, now=NOW)


def test_a_storm_of_requests_does_not_flood_an_address(app: Flask) -> None:
    with independent_transaction() as session:
        browsers = [browser(session, f"browser {number}") for number in range(16)]

    def storm(browser_id: int) -> None:
        with app.app_context(), independent_transaction() as session:
            ask(session, browser_id)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(storm, browsers))
    with independent_transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(OutgoingMail)) == MAX_PER_ADDRESS
        assert session.scalar(select(func.count()).select_from(SignInChallenge)) == 16


def test_a_link_is_used_once_in_a_storm(app: Flask) -> None:
    with independent_transaction() as session:
        browser_id = browser(session)
        register(session)
        token = ask(session, browser_id).token

    def storm(_number: int) -> bool:
        try:
            with app.app_context(), independent_transaction() as session:
                commands.use_link(session, token=token, browser_session_id=browser_id, now=NOW)
        except LinkStale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(storm, range(16))) == 1


def test_attempts_are_counted_exactly_in_a_storm(app: Flask) -> None:
    with independent_transaction() as session:
        browser_id = browser(session)
        ask(session, browser_id)

    def storm(_number: int) -> bool:
        try:
            with app.app_context(), independent_transaction() as session:
                commands.begin_attempt(session, email=EMAIL, browser_session_id=browser_id, now=NOW)
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(storm, range(24))) == 5


def test_a_one_time_link_lives_a_day_and_has_no_code(session: Session) -> None:
    register(session)
    browser_id = browser(session)
    first = commands.create_one_time_link(session, email=EMAIL, now=NOW, next_path="/manage")
    second = commands.create_one_time_link(session, email=EMAIL, now=NOW)
    assert queries.address_of_link(session, first, now=NOW + timedelta(hours=23, minutes=59)) == EMAIL
    assert queries.address_of_link(session, first, now=NOW + timedelta(hours=24)) is None
    proof = commands.use_link(session, token=first, browser_session_id=browser_id, now=NOW + timedelta(hours=23))
    assert proof.next_path == "/manage"
    with pytest.raises(LinkStale):
        commands.use_link(session, token=second, browser_session_id=browser_id, now=NOW + timedelta(hours=24))
    assert queries.mails_to_address(session, EMAIL, Purpose.SIGN_IN, now=NOW) == WrittenTo()


def test_nobody_is_who_was_erased(session: Session) -> None:
    person_id = register(session)
    found = queries.identity_of(session, person_id)
    assert found is not None
    assert found.display_name == "Claire"
    session.get_one(Person, person_id).erased_at = NOW
    session.flush()
    assert queries.identity_of(session, person_id) is None


def test_registering_twice_keeps_the_first(session: Session) -> None:
    first = register(session, "Claire@Example.org", "Claire")
    assert register(session, "claire@example.org", "Somebody else") == first
    person = queries.get_person(session, first)
    assert person is not None
    assert (person.email, person.display_name, person.is_administrator) == ("claire@example.org", "Claire", False)
    assert session.get_one(Person, first).consent_version is None


def test_names_are_changed_by_their_owner_only(session: Session) -> None:
    with pytest.raises(NotFound):
        commands.change_display_name(session, actor=VISITOR, display_name="Claire")
    with pytest.raises(BadName):
        commands.change_display_name(session, actor=VISITOR, display_name="")


def test_purging_takes_what_is_over_and_leaves_the_rest(session: Session) -> None:
    old, young = browser(session, "old"), browser(session, "young")
    session.get_one(BrowserSession, old).expires_at = NOW + timedelta(days=2)
    ask(session, old)
    kept = ask(session, young, minutes=60 * 24)
    commands.purge_expired(session, now=NOW + timedelta(days=1, minutes=20))
    assert set(session.scalars(select(BrowserSession.id))) == {old, young}
    assert len(session.scalars(select(SignInChallenge.id)).all()) == 1
    commands.purge_expired(session, now=NOW + timedelta(days=2))
    assert session.scalars(select(BrowserSession.id)).all() == [young]
    assert (
        commands.use_link(session, token=kept.token, browser_session_id=young, now=NOW + timedelta(days=1)).email
        == EMAIL
    )


def test_every_session_of_a_person_ends_but_the_one_named(session: Session) -> None:
    person_id, other_id = register(session), register(session, "other@example.org", "Other")
    kept, ended, others = browser(session, "kept"), browser(session, "ended"), browser(session, "others")
    for browser_id, owner in ((kept, person_id), (ended, person_id), (others, other_id)):
        session.get_one(BrowserSession, browser_id).person_id = owner
    session.flush()
    assert commands.end_sessions_of_person(session, person_id=person_id, except_browser_id=kept) == 1
    session.expire_all()
    assert set(session.scalars(select(BrowserSession.id))) == {kept, others}
    assert commands.end_sessions_of_person(session, person_id=person_id) == 1
    assert set(session.scalars(select(BrowserSession.id))) == {others}
