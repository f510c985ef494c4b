"""Who is a reader, and what is left of their address."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from consult.audience import rules

SALT = b"s" * 32
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_a_reader_keeps_their_hash_under_one_salt() -> None:
    first = rules.reader_hash(SALT, 1, "192.0.2.7", FIREFOX)
    assert first == rules.reader_hash(SALT, 1, "192.0.2.7", FIREFOX)
    assert len(first) == 32
    assert "192" not in first


@pytest.mark.parametrize(
    ("salt", "consultation", "address", "user_agent"),
    [
        (b"t" * 32, 1, "192.0.2.7", FIREFOX),
        (SALT, 2, "192.0.2.7", FIREFOX),
        (SALT, 1, "192.0.2.8", FIREFOX),
        (SALT, 1, "192.0.2.7", "Mozilla/5.0 Safari/605"),
    ],
)
def test_another_salt_consultation_address_or_browser_is_another_hash(
    salt: bytes, consultation: int, address: str, user_agent: str
) -> None:
    known = rules.reader_hash(SALT, 1, "192.0.2.7", FIREFOX)
    assert rules.reader_hash(salt, consultation, address, user_agent) != known


@pytest.mark.parametrize(
    "user_agent",
    [
        FIREFOX,
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.0 Mobile/15E148 Safari/604.1"
        ),
    ],
)
def test_browsers_are_people(user_agent: str) -> None:
    assert rules.is_person(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "   ",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
    ],
)
def test_crawlers_programs_and_the_nameless_are_not(user_agent: str) -> None:
    assert not rules.is_person(user_agent)


def test_an_endless_name_is_cut_before_it_is_looked_at() -> None:
    assert rules.is_person(FIREFOX + "x" * 1_000_000)


@pytest.mark.parametrize(
    ("purpose", "ahead"),
    [("prefetch", True), ("prefetch;prerender", True), ("Preview", True), ("", False)],
)
def test_pages_fetched_ahead_of_reading(purpose: str, ahead: bool) -> None:
    assert rules.is_ahead_of_reading(["", purpose]) is ahead


def test_a_salt_is_spent_once_its_day_is_over_or_far_off() -> None:
    # Midnight in Paris on 1 September 2019 is 22:00 UTC the evening before.
    before, after = datetime(2019, 8, 31, 21, 59, 59, tzinfo=UTC), datetime(2019, 8, 31, 22, tzinfo=UTC)
    day = date(2019, 8, 31)
    assert not rules.is_spent(day, "Europe/Paris", before)
    assert rules.is_spent(day, "Europe/Paris", after)
    assert not rules.is_spent(day, "America/Guadeloupe", after)
    assert rules.is_spent(date(2030, 1, 1), "Europe/Paris", after)
