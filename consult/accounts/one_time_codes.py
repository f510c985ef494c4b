"""The second factor: codes of an authenticator (RFC 6238), recovery codes, and how their secrets are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode, urlsafe_b64encode
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyotp import TOTP, random_base32

STEP, DIGITS = 30, 6
RECOVERY_CODES = 10
# 120 random bits: a fast hash is enough from 112 on (OWASP ASVS 5.0, 6.5.2).
_RECOVERY_BYTES = 15
RECOVERY_LENGTH = _RECOVERY_BYTES * 8 // 5
_GROUP = 4


def new_secret() -> str:
    """What an authenticator and this site share: 160 random bits in Base32."""
    return random_base32(32)


def provisioning_address(secret: str, *, account: str, site: str) -> str:
    """The `otpauth:` address that an authenticator reads from a QR code."""
    return TOTP(secret, interval=STEP).provisioning_uri(name=account, issuer_name=site)


def step_of(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP


def matching_step(code: str, secret: str, *, after: int, now: datetime) -> int | None:
    """The step that a code belongs to: this one, the one before or the next (clocks differ); None when wrong.

    Only steps later than `after` are looked at: each code works once, and none older than one that was used. Every
    candidate is compared, whichever fits.
    """
    generator, current = TOTP(secret, interval=STEP), step_of(now)
    found: int | None = None
    for step in (current - 1, current, current + 1):
        fits = hmac.compare_digest(generator.at(step * STEP).encode(), code.encode("utf-8", "replace"))
        if fits and step > after:
            found = step
    return found


def plain_one_time_code(typed: str) -> str:
    """The digits of what was typed."""
    return "".join(filter(str.isdigit, typed))


def is_one_time_code(typed: str) -> bool:
    """Whether it is meant as a code of an authenticator; else it is taken for a recovery code."""
    return len(plain_one_time_code(typed)) == DIGITS and not any(map(str.isalpha, typed))


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes to write down, in groups of four letters and digits."""
    texts = (b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return tuple("-".join(text[i : i + _GROUP] for i in range(0, RECOVERY_LENGTH, _GROUP)) for text in texts)


def plain_recovery_code(typed: str) -> str:
    """A recovery code however it was typed: hyphens, spaces, capitals; 0, 1 and 8 are not in the alphabet."""
    letters = "".join(filter(str.isalnum, typed.lower()))
    return letters.replace("0", "o").replace("1", "l").replace("8", "b")


def hash_recovery_code(typed: str, *, person_id: int) -> str:
    """What is stored of a recovery code, bound to its person."""
    return hashlib.sha256(f"{person_id}\n{plain_recovery_code(typed)}".encode("utf-8", "replace")).hexdigest()


def seal(secret: str, *, key: bytes) -> str:
    """The secret as it is kept: encrypted and authenticated under a key derived from the installation's own."""
    return _cipher(key).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, key: bytes) -> str | None:
    """The secret again; None when the installation's key is another one by now."""
    try:
        return _cipher(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher(key: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"consult second factor").derive(key)
    return Fernet(urlsafe_b64encode(derived))
