"""Limits of sign-in: exact in a storm, kept a day, and a flood that writes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.accounts import tasks, throttles
from consult.accounts.errors import TooManyAttempts
from consult.accounts.models import SignInAttempt
from consult.accounts.rules import ACCOUNT_LIMITS, NETWORK_LIMITS, hashed_account
from consult.accounts.values import AttemptKind
from consult.core.db import independent_transaction
from tests.accounts.flows import Clock, ask, count
from tests.conftest import NOW
from tests.support.clients import AuditedClient

KIND = AttemptKind.PASSWORD
LIMIT = ACCOUNT_LIMITS[KIND][0]


def allow(session: Session, account: str = "account", network: str = "network", now: datetime = NOW) -> None:
    throttles.allow_attempt(session, kind=KIND, account=account, network=network, now=now)


def test_attempts_are_counted_exactly_in_a_storm_from_many_networks(app: Flask) -> None:
    def storm(number: int) -> bool:
        try:
            with app.app_context(), independent_transaction() as session:
                allow(session, network=f"network {number}")
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(storm, range(24))) == LIMIT.count
    assert count(SignInAttempt) == LIMIT.count


def test_there_is_room_again_when_it_was_said(session: Session) -> None:
    for minute in range(LIMIT.count):
        allow(session, now=NOW + timedelta(minutes=minute))
    late = NOW + timedelta(minutes=LIMIT.count)
    with pytest.raises(TooManyAttempts) as refusal:
        allow(session, now=late)
    wait = timedelta(seconds=refusal.value.seconds)
    assert late + wait == NOW + LIMIT.window
    with pytest.raises(TooManyAttempts):
        allow(session, now=late + wait - timedelta(seconds=1))
    allow(session, now=late + wait)


def test_slow_guessing_meets_the_limit_of_the_day(session: Session) -> None:
    day = ACCOUNT_LIMITS[KIND][1]
    for number in range(day.count):
        allow(session, network=f"network {number}", now=NOW + number * timedelta(minutes=10))
    with pytest.raises(TooManyAttempts):
        allow(session, network="another", now=NOW + day.count * timedelta(minutes=10))


def test_a_network_and_an_account_have_limits_of_their_own(session: Session) -> None:
    for number in range(NETWORK_LIMITS[KIND][0].count):
        allow(session, account=f"account {number}")
    with pytest.raises(TooManyAttempts):
        allow(session, account="one more")
    allow(session, account="one more", network="another")


def test_kinds_do_not_use_each_other_up(session: Session) -> None:
    for _number in range(LIMIT.count):
        allow(session)
    throttles.allow_attempt(session, kind=AttemptKind.SECOND_FACTOR, account="account", network="network", now=NOW)


def test_attempts_are_forgotten_after_a_day(app: Flask, real: Clock) -> None:
    with independent_transaction() as session:
        allow(session, now=real.now - timedelta(hours=23))
        allow(session, now=real.now - timedelta(hours=24))
    tasks.purge()
    assert count(SignInAttempt) == 1


def test_a_network_that_asks_for_ever_is_told_to_wait_whoever_it_asks_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = NETWORK_LIMITS[AttemptKind.MAIL][0]
    monkeypatch.setitem(NETWORK_LIMITS, AttemptKind.MAIL, (type(limit)(3, limit.window),))  # type: ignore[arg-type]
    for number in range(3):
        ask(AuditedClient(app), f"person{number}@example.org")
    refused = AuditedClient(app)
    answer = refused.send("/sign-in", {"email": "one.more@example.org"})
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 3000) == (429, True)
    before = count(SignInAttempt)
    assert refused.send("/sign-in", {"email": "one.more@example.org"}).status_code == 429
    assert count(SignInAttempt) == before
    elsewhere = AuditedClient(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    ask(elsewhere, "one.more@example.org")


def test_an_account_is_named_by_a_keyed_hash() -> None:
    known = hashed_account("claire@example.org", key=b"key")
    assert "claire" not in known
    assert known != hashed_account("claire@example.org", key=b"other")
