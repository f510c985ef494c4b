"""Small values of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# The day the conditions shown at the first sign-in took effect. Whoever changes their text in `messages.py`
# changes this day: it is stored with each consent.
CONSENT_DATE = date(2026, 11, 22)
CONSENT_VERSION = CONSENT_DATE.isoformat()


@dataclass(frozen=True)
class SignInSecrets:
    """What a sign-in mail carries; only hashes of it are stored."""

    token: str
    code: str


@dataclass(frozen=True)
class Proof:
    """An address whose holder has just used a link or a code.

    `person_id` is None at a first sign-in: the account is made once a name and the consent are given.
    """

    email: str
    person_id: int | None
    display_name: str
    next_path: str | None
