"""Addresses, names, secrets and their limits: pure computation on values.

Lengths, lifetimes and attempts follow OWASP ASVS 5.0, chapter 6 (authentication): at least 128 bits for a
link, a keyed hash and few attempts for a code, at most ten minutes for both.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from consult.accounts.errors import BadEmail, BadName
from consult.accounts.values import AttemptKind, Lifetimes, Limit, SignInSecrets, Standing
from consult.core.html import BLANKS, normalise_text, single_line, visible

CHALLENGE_LIFETIME = timedelta(minutes=10)
ONE_TIME_LINK_LIFETIME = timedelta(hours=24)
KEPT_AFTER_EXPIRY = timedelta(days=1)
THROTTLE_WINDOW = timedelta(hours=1)
MAX_ATTEMPTS = 5
MAX_PER_ADDRESS = 5
MAX_PER_BROWSER = 20
ADDRESS_CHANGE_LIFETIME = timedelta(hours=24)
ATTEMPTS_KEPT = timedelta(days=1)
# For how long a proof of who one is covers changes to how one signs in.
RECENT = timedelta(minutes=15)
CITIZENS = Lifetimes(absolute=timedelta(days=30), idle=timedelta(days=7))
TEAMS = Lifetimes(absolute=timedelta(hours=12), idle=timedelta(hours=2))
CODE_DIGITS = 6
MAX_EMAIL = 254
MIN_NAME, MAX_NAME = 2, 60
_QUARTER, _HOUR, _DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# Whoever is refused a password or a code may still sign in by the link of a mail, so nobody can lock others out.
# A town hall, a school or a whole village may share one IPv4 address: networks have wider limits.
ACCOUNT_LIMITS: Mapping[AttemptKind, tuple[Limit, ...]] = {
    AttemptKind.MAIL: (),  # `MAX_PER_ADDRESS` mails: nobody is told that an address is asked for too often
    AttemptKind.CODE: (Limit(20, _HOUR),),
    AttemptKind.PASSWORD: (Limit(10, _QUARTER), Limit(50, _DAY)),
    AttemptKind.SECOND_FACTOR: (Limit(5, _QUARTER), Limit(30, _DAY)),
}
# Changes of address asked for by one account, and mails of such changes to one new address.
ADDRESS_CHANGE_LIMITS = (Limit(5, _HOUR),)
NETWORK_LIMITS: Mapping[AttemptKind, tuple[Limit, ...]] = {
    AttemptKind.MAIL: (Limit(120, _HOUR),),
    AttemptKind.CODE: (Limit(120, _HOUR),),
    AttemptKind.PASSWORD: (Limit(60, _QUARTER),),
    AttemptKind.SECOND_FACTOR: (Limit(60, _QUARTER),),
}
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


def hashed_account(name: str, *, key: bytes) -> str:
    """What limits keep of the account that is tried: a keyed hash, whether there is such an account or not."""
    return hmac.new(key, f"attempt at\n{name}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def lifetimes(*, team: bool) -> Lifetimes:
    """How long the sessions of citizens and of teams last."""
    return TEAMS if team else CITIZENS


def is_over(standing: Standing, seen_at: datetime, *, team: bool, now: datetime) -> bool:
    """Whether a session has lasted too long, or was not used for too long."""
    limits = lifetimes(team=team)
    return now >= standing.signed_in_at + limits.absolute or now >= seen_at + limits.idle


def is_recent(standing: Standing, now: datetime) -> bool:
    """Whether this browser's person has shown who they are a short while ago."""
    return now < standing.proven_at + RECENT


_BROWSERS = (
    ("Edge", ("edg/", "edga/", "edgios/")),
    ("Opera", ("opr/", "opera")),
    ("Samsung Internet", ("samsungbrowser",)),
    ("Vivaldi", ("vivaldi",)),
    ("Firefox", ("firefox/", "fxios/")),
    ("Chrome", ("chrome/", "crios/", "chromium")),
    ("Safari", ("safari/",)),
)
_SYSTEMS = (
    ("iPhone", ("iphone",)),
    ("iPad", ("ipad",)),
    ("Android", ("android",)),
    ("ChromeOS", ("cros ",)),
    ("Windows", ("windows",)),
    ("macOS", ("macintosh", "mac os")),
    ("Linux", ("linux", "x11")),
)


def describe_device(user_agent: str) -> str:
    """« Firefox, Linux »: enough for its owner to know it again, too little to tell people apart. May be empty."""
    said = user_agent[:400].lower()
    families = (
        next((name for name, marks in table if any(mark in said for mark in marks)), "")
        for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, families))
