"""How often a sign-in may be asked for, a code tried, and who may do without a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

from consult.accounts.rules import CHALLENGE_LIFETIME, MAX_ATTEMPTS, MAX_PER_ADDRESS, MAX_PER_BROWSER
from consult.accounts.values import WrittenTo
from consult.core.access import ALLOWED, Actor, Decision, refused


def can_ask_for_sign_in(asked_by_browser: int) -> Decision:
    """Whether a browser may ask again after so many requests within the last hour."""
    return ALLOWED if asked_by_browser < MAX_PER_BROWSER else refused("sign_in_too_often")


def can_write_to_address(written: WrittenTo, now: datetime) -> Decision:
    """Whether an address may be written to again after these mails of the last hour.

    Beyond their number still once the last one has expired: whoever asks in somebody else's name cannot keep them
    out, because there is always a link that works, or room for one.
    """
    if written.count < MAX_PER_ADDRESS or written.last_at is None:
        return ALLOWED
    return ALLOWED if now >= written.last_at + CHALLENGE_LIFETIME else refused("sign_in_address_too_often")


def can_try_code(attempts: int) -> Decision:
    """Whether a code may be tried after so many attempts at the same challenge."""
    return ALLOWED if attempts < MAX_ATTEMPTS else refused("code_exhausted")


def can_attempt(wait: timedelta) -> Decision:
    """Whether there is room for an attempt; `wait` is how long until there is."""
    return ALLOWED if not wait else refused("too_many_attempts")


def can_turn_second_factor_off(actor: Actor) -> Decision:
    """Teams sign in with a second factor, always; citizens as they like."""
    if not actor.is_signed_in:
        return refused("sign_in_first")
    return refused("factor_mandatory") if actor.is_team else ALLOWED
