"""How an entry is written down and hashed: pure computation. docs/ledger.md defines every byte."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

SALT_BYTES = 16
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed: keys sorted, no spaces, no escapes that are not needed."""
    return _ENCODER.encode(value)


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, in hexadecimal."""
    return sha256(canonical(value).encode()).hexdigest()


def instant_text(moment: datetime) -> str:
    """An instant as entries have it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def entry_hash(*, sequence: int, at: str, kind: str, payload: str, previous: str) -> str:
    """The hash of an entry: that of its line without the `hash` member."""
    text = f'{{"at":"{at}","kind":"{kind}","payload":{payload},"previous":"{previous}","sequence":{sequence}}}'
    return sha256(text.encode()).hexdigest()


def entry_line(*, sequence: int, at: str, kind: str, payload: str, previous: str, own_hash: str) -> str:
    """An entry as `ledger.jsonl` has it, without the line's end: canonical JSON as a whole."""
    return (
        f'{{"at":"{at}","hash":"{own_hash}","kind":"{kind}","payload":{payload},'
        f'"previous":"{previous}","sequence":{sequence}}}'
    )


def new_secret() -> str:
    """128 random bits in hexadecimal: a salt, or a person's key."""
    return secrets.token_hex(SALT_BYTES)


def commitment(salt: str, key: str, previous: str) -> str:
    """What an entry says instead of who acted; bound to its place by the hash of the entry before."""
    return digest_of([salt, key, previous])


def text_digest(salt: str, texts: Sequence[str]) -> str:
    """What an entry says instead of a text: title and body of a contribution, body of a comment."""
    return digest_of([salt, *texts])


def plain_digest(text: str) -> str:
    """SHA-256 of a public text of the team, which no salt protects: nobody may ask for its erasure."""
    return sha256(text.encode()).hexdigest()


def changes(**figures: int) -> dict[str, int]:
    """What an entry changes: the figures that move, and nothing of the others."""
    return {name: step for name, step in figures.items() if step}
