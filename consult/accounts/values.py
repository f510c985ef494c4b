"""Small values of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

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
    both_factors: bool = False


class Purpose(StrEnum):
    """What the mail of a challenge is good for, and nothing else."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class WrittenTo:
    """The mails that an address got for one purpose within the last hour: how many, and when the last one left."""

    count: int = 0
    last_at: datetime | None = None


class AttemptKind(StrEnum):
    """What is limited per account and per network."""

    MAIL = "mail"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - a kind of attempt, no password
    SECOND_FACTOR = "second_factor"


class MailKind(StrEnum):
    """The mails that a person gets beside those they ask for.

    Security and decisions about what one wrote are always written: the second carry the right to answer.
    """

    SECURITY = "security"
    MODERATION = "moderation"
    NEWS = "news"
    REPORTS = "reports"


ALWAYS_WRITTEN = frozenset({MailKind.SECURITY, MailKind.MODERATION})


@dataclass(frozen=True)
class Limit:
    """At most `count` within `window`."""

    count: int
    window: timedelta


@dataclass(frozen=True)
class Lifetimes:
    """How long a session lasts: at most, and without being used."""

    absolute: timedelta
    idle: timedelta


@dataclass(frozen=True)
class Standing:
    """What a browser's session says about how its person signed in (all real time)."""

    signed_in_at: datetime
    proven_at: datetime
    second_factor_at: datetime | None
    device: str

    def data(self) -> dict[str, str | None]:
        """As it is kept in the session."""
        factor = self.second_factor_at
        return {
            "at": self.signed_in_at.isoformat(),
            "proven": self.proven_at.isoformat(),
            "factor": factor.isoformat() if factor else None,
            "device": self.device,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Standing:
        """Read what a session keeps."""
        factor = kept["factor"]
        return cls(
            datetime.fromisoformat(kept["at"]),
            datetime.fromisoformat(kept["proven"]),
            datetime.fromisoformat(factor) if factor else None,
            kept["device"],
        )
