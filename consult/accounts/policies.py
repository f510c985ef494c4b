"""How often a sign-in may be asked for and a code tried."""

from __future__ import annotations

from consult.accounts.rules import MAX_ATTEMPTS, MAX_PER_ADDRESS, MAX_PER_BROWSER
from consult.core.access import ALLOWED, Decision, refused


def can_ask_for_sign_in(asked_by_browser: int) -> Decision:
    """Whether a browser may ask again after so many requests within the last hour."""
    return ALLOWED if asked_by_browser < MAX_PER_BROWSER else refused("sign_in_too_often")


def can_write_to_address(mails_to_address: int) -> Decision:
    """Whether an address may be written to again after so many sign-in mails within the last hour."""
    return ALLOWED if mails_to_address < MAX_PER_ADDRESS else refused("sign_in_address_too_often")


def can_try_code(attempts: int) -> Decision:
    """Whether a code may be tried after so many attempts at the same challenge."""
    return ALLOWED if attempts < MAX_ATTEMPTS else refused("code_exhausted")
