"""Who is a reader, and how one is told from another for a day: pure computation.

What is counted and kept, and why: docs/decisions/0008-visitors.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import blake2b

from crawleruseragents import is_crawler

from consult.core.clock import civil_date

# Browsers send far less; what is cut off would only make the crawler patterns slow.
_MAX_USER_AGENT = 400
_HASH_BYTES = 16
# A reader who does not want to be counted says so here, or by a browser that says it everywhere.
OBJECTION_COOKIE = "consult_uncounted"
OBJECTION_HEADERS = ("DNT", "Sec-GPC")
PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def reader_hash(salt: bytes, consultation_id: int, address: str, user_agent: str) -> str:
    """The name of a reader of one consultation for one day: a keyed hash that says nothing without the salt.

    The consultation is part of it, so that two sightings in two consultations cannot be joined.
    """
    text = "\n".join((str(consultation_id), address, user_agent[:_MAX_USER_AGENT]))
    return blake2b(text.encode("utf-8", "surrogateescape"), key=salt, digest_size=_HASH_BYTES).hexdigest()


def is_person(user_agent: str) -> bool:
    """False for crawlers, programs and whoever does not say what they read with."""
    user_agent = user_agent[:_MAX_USER_AGENT].strip()
    return bool(user_agent) and not is_crawler(user_agent)


def is_ahead_of_reading(purposes: Iterable[str]) -> bool:
    """True when a browser fetches a page that nobody has asked to see yet (prefetch, prerender, preview).

    `purposes`: what the headers `PURPOSE_HEADERS` of the request say, empty where absent.
    """
    return any("pre" in purpose.lower() for purpose in purposes)


def has_objected(cookie: str | None, signals: Iterable[str]) -> bool:
    """True for a reader who chose not to be counted: their cookie, or one of `OBJECTION_HEADERS` being 1."""
    return cookie == "1" or any(signal.strip() == "1" for signal in signals)


def is_spent(day: date, time_zone: str, now: datetime) -> bool:
    """True when the salt of a civil day has no use at `now`: the day is over, or (after a rehearsal) far off."""
    today = civil_date(now, time_zone)
    return not today <= day <= today + timedelta(days=1)
