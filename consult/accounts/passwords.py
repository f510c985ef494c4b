"""Passwords: which are refused, and how they are hashed. Pure computation; the time it takes is the point.

The parameters of Argon2id take about 25 ms on the reference machine (docs/decisions/0021-passwords.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from consult.accounts.common_words import COMMON_WORDS, KEYBOARD_ROWS
from consult.accounts.errors import BadPassword, Busy

MIN_PASSWORD, MAX_PASSWORD = 12, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
# Nobody's: an attempt at an address without a password is checked against it, and takes as long.
_NOBODYS = _HASHER.hash("no password is this one")
_LEET = str.maketrans("0134578@$!€", "oleastbasie")
_LONGEST_RUN = max(map(len, KEYBOARD_ROWS))
_MIN_SEQUENCE, _LONGEST_NUMBER = 3, 8
_FEW = 4  # parts, or different letters: that many are soon tried
# Two of a server's threads at most are about passwords: one hashes, one waits for it; the others serve readers.
_ADMITTED = BoundedSemaphore(2)
_HASHING = Lock()


def normalise_password(text: str) -> str:
    """A password as it is hashed: NFC, so that two keyboards write the same accents; nothing is cut or trimmed."""
    return unicodedata.normalize("NFC", text)


def accept_password(text: str, *, context: Iterable[str]) -> str:
    """The normalised password; raises `BadPassword` for one that is too short or soon guessed.

    `context`: what an attacker knows as well as we do (the site's name, the person's name and address).
    """
    password = normalise_password(text)
    if len(password) < MIN_PASSWORD:
        raise BadPassword("password_short")
    if len(password) > MAX_PASSWORD:
        raise BadPassword("password_long")
    if is_soon_guessed(password, context):
        raise BadPassword("password_guessed")
    return password


def is_soon_guessed(password: str, context: Iterable[str]) -> bool:
    """True when it is made of nothing but common words, what is known anyway, rows of keys, repetitions."""
    known = COMMON_WORDS | {part for words in context for part in _parts_of(words)}
    text = _fold(password)
    if len(set(text)) <= _FEW:
        return True
    letters = _letters_and_digits(text)
    return len(letters) * 2 > len(text) and (_is_repeated(letters, known) or _parts_needed(text, known) <= _FEW)


def _parts_of(words: str) -> Iterator[str]:
    """The pieces of a name or an address that somebody may have made a password of."""
    folded = _fold(words)
    pieces = "".join(letter if letter.isalnum() else " " for letter in folded).split()
    yield from (piece for piece in (_letters_and_digits(folded), *pieces) if len(piece) >= _MIN_SEQUENCE)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _parts_needed(text: str, known: AbstractSet[str]) -> int:
    """The fewest known words, runs and numbers that a text is a chain of; signs between them come for nothing."""
    fewest: list[int] = [0] + [len(text) + 1] * len(text)
    longest = max(_LONGEST_RUN, *map(len, known))
    for end in range(1, len(text) + 1):
        if not text[end - 1].isalnum():
            fewest[end] = fewest[end - 1]
        for start in range(max(0, end - longest), end):
            if fewest[start] + 1 < fewest[end] and _is_part(text[start:end], known):
                fewest[end] = fewest[start] + 1
    return fewest[-1]


def _is_part(part: str, known: AbstractSet[str]) -> bool:
    number = part.isdigit() and len(part) <= _LONGEST_NUMBER
    return number or part in known or part.translate(_LEET) in known or _is_run(part)


def _is_repeated(text: str, known: AbstractSet[str]) -> bool:
    """The same eight letters or fewer again and again, or the same known word."""
    starts = (text[:size] for size in range(1, min(8, len(text) // 2) + 1))
    return any(text == (start * len(text))[: len(text)] for start in starts) or any(
        text == word * (len(text) // len(word)) for word in known
    )


def _is_run(part: str) -> bool:
    """Neighbours on a keyboard or in the alphabet, forwards or backwards; one letter again and again."""
    if len(part) < _MIN_SEQUENCE:
        return False
    return len(set(part)) == 1 or any(part in row or part[::-1] in row for row in KEYBOARD_ROWS)


def hash_password(password: str) -> str:
    """What is stored of a password; raises `Busy`. Never called inside a write transaction: it takes its time."""
    with _turn():
        return _HASHER.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the stored one; with nothing stored it takes as long and is False. Raises `Busy`."""
    with _turn():
        try:
            _HASHER.verify(stored or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


@contextmanager
def _turn() -> Iterator[None]:
    """One hash at a time in this process, and one more that waits: whoever comes then is told to come again."""
    if not _ADMITTED.acquire(blocking=False):
        raise Busy
    try:
        with _HASHING:
            yield
    finally:
        _ADMITTED.release()
