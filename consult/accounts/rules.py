"""Addresses, names, secrets and their limits: pure computation on values.

Lengths, lifetimes and attempts follow OWASP ASVS 5.0, chapter 6 (authentication): at least 128 bits for a
link, a keyed hash and few attempts for a code, minutes rather than hours for both.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email

from consult.accounts.errors import BadEmail, BadName
from consult.accounts.values import SignInSecrets
from consult.core.html import BLANKS, normalise_text, single_line, visible

CHALLENGE_LIFETIME = timedelta(minutes=15)
ONE_TIME_LINK_LIFETIME = timedelta(hours=24)
KEPT_AFTER_EXPIRY = timedelta(days=1)
THROTTLE_WINDOW = timedelta(hours=1)
MAX_ATTEMPTS = 5
MAX_PER_ADDRESS = 5
MAX_PER_BROWSER = 20
CODE_DIGITS = 6
MAX_EMAIL = 254
MIN_NAME, MAX_NAME = 2, 60
_JOINERS = "\u200c\u200d"


def normalise_email(text: str) -> str:
    """The one spelling under which an address is stored and found: lower case, its domain in ASCII.

    Raises `BadEmail`. The domain is not looked up: that would tell its owner, and make signing in wait.
    """
    try:
        # The domain `.test` exists for rehearsals; nothing is ever delivered there.
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise BadEmail from error
    if found.ascii_email is None or len(found.ascii_email) > MAX_EMAIL:
        raise BadEmail
    return found.ascii_email.lower()


def normalise_display_name(text: str) -> str:
    """A name as it is shown beside what somebody publishes: one line of 2 to 60 characters.

    Raises `BadName`, or `Invalid("display_name", "characters")` for control characters and the like.
    """
    # Invisible characters would make two names look alike; only the joiners inside scripts and emoji stay.
    shown = "".join(letter for letter in text if letter in _JOINERS or not _is_invisible(letter))
    name = normalise_text(single_line(shown), field="display_name", strip_bidi=True)
    if len(visible(name)) < MIN_NAME or len(name) > MAX_NAME:
        raise BadName("name_length")
    if not any(letter.isalnum() for letter in name):
        raise BadName("name_letters")
    if "@" in name:
        raise BadName("name_is_address")
    return name


def _is_invisible(letter: str) -> bool:
    return letter in BLANKS or unicodedata.category(letter) == "Cf"


def new_secrets() -> SignInSecrets:
    """A token of 256 random bits for the link and six random digits for the code."""
    return SignInSecrets(
        token=secrets.token_urlsafe(32), code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    )


def hash_token(token: str) -> str:
    """What is stored of a random token of 256 bits: its SHA-256 (a fast hash is enough for random secrets)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def hash_code(code: str, *, email: str, link_hash: str, key: bytes) -> str:
    """What is stored of a code: HMAC-SHA-256 under the installation's secret key.

    A million codes are soon tried, so a hash alone would not hide one. The random link hash salts it, and with
    the address binds it to its challenge.
    """
    message = f"sign-in code\n{email}\n{link_hash}\n{code}"
    return hmac.new(key, message.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Compare two hashes in a time that does not depend on where they differ."""
    return hmac.compare_digest(one, other)
