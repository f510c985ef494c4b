"""Proof of work: a browser computes for a moment before it sends a form, so that a million forms cost something.

The puzzle is ALTCHA's, made and checked here; no third party is asked. The library keeps no list of what was used:
ours (`core.spent`) does, and of two requests that bring the same proof at the same moment one is believed. Whoever
cannot compute (no scripts, an old browser, a page without https) waits instead, with a ticket that is as good.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from altcha import Payload, create_challenge, verify_solution
from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeSerializer

from consult.core.db import independent_transaction
from consult.core.spent import spend

PROOF, TICKET = "proof", "waited"
# Some 256 keys of 1,000 rounds each: a quarter of a second for a telephone, a thousandth of that to check.
ALGORITHM, ROUNDS, PREFIX = "PBKDF2/SHA-256", 1_000, "00"
LIFETIME = timedelta(hours=2)
# Seconds that stand in for the proof.
PAUSE = 10
_LONGEST = 4_000


@dataclass(frozen=True)
class Waiting:
    """A ticket whose time has not come yet."""

    ticket: str
    seconds_left: int


def new_challenge(purpose: str, now: datetime) -> str:
    """A puzzle for the form of this purpose in this browser, as JSON."""
    challenge = create_challenge(
        ALGORITHM,
        ROUNDS,
        key_prefix=PREFIX,
        expires_at=now + LIFETIME,
        data={"for": purpose, "in": _browser()},
        hmac_secret=_key("challenge"),
    )
    return json.dumps(challenge.to_dict(), separators=(",", ":"))


def is_proven(purpose: str, now: datetime) -> bool:
    """True when this request brings a proof, or a ticket whose time has come, that nobody has used before."""
    used = _solved(purpose, now, request.form.get(PROOF, "")) or _waited(purpose, now)
    if used is None:
        return False
    with independent_transaction() as database:
        return spend(database, used, expires_at=now + LIFETIME)


def new_ticket(purpose: str, now: datetime) -> str:
    """A ticket that is as good as a proof in `PAUSE` seconds, once, for this form in this browser."""
    return str(_tickets().dumps([purpose, _browser(), int(now.timestamp()) + PAUSE, secrets.token_hex(16)]))


def waiting(purpose: str, now: datetime) -> Waiting | None:
    """The ticket of this request when it came too early."""
    read = _read_ticket(purpose)
    if read is None or read[1] <= now.timestamp():
        return None
    return Waiting(request.form[TICKET], int(read[1] - now.timestamp()) + 1)


def _solved(purpose: str, now: datetime, text: str) -> str | None:
    """What stands for a right solution in the list of those used, or None."""
    if not text or len(text) > _LONGEST or not verify_solution(text, _key("challenge")).verified:
        return None
    challenge = Payload.from_base64(text).challenge
    parameters = challenge.parameters
    if parameters.data != {"for": purpose, "in": _browser()}:
        return None
    if parameters.expires_at is None or parameters.expires_at < now.timestamp():
        return None
    return f"proof {challenge.signature}"


def _waited(purpose: str, now: datetime) -> str | None:
    read = _read_ticket(purpose)
    if read is None:
        return None
    nonce, ripe = read
    if not ripe <= now.timestamp() < ripe + LIFETIME.total_seconds() - PAUSE:
        return None
    return f"ticket {nonce}"


def _read_ticket(purpose: str) -> tuple[str, int] | None:
    """Nonce and time of this request's ticket, if it is one of ours for this form in this browser."""
    try:
        found, browser, ripe, nonce = _tickets().loads(request.form.get(TICKET, ""))
    except (BadData, ValueError, TypeError):
        return None
    if found != purpose or not hmac.compare_digest(str(browser), _browser()):
        return None
    return str(nonce), int(ripe)


def _browser() -> str:
    """This browser as its forms know it: by their token, which is in its session."""
    generate_csrf()
    token = str(session["csrf_token"])
    return hmac.new(_key("browser"), token.encode(), sha256).hexdigest()[:32]


def _tickets() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="consult form ticket")


def _key(purpose: str) -> bytes:
    return hmac.new(str(current_app.secret_key).encode(), f"proof {purpose}".encode(), sha256).digest()
