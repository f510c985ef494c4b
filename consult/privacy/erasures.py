"""The list of erased accounts, outside the database: a backup that is restored would bring them back without it.

A line is appended per erasure and none ever changes. It holds no name and no address: the number of the person's
row, and a fingerprint of number and creation, as a number may be given again after an older backup was restored.
What the database knows and the list does not (a crash between the two) is added by `missing_from`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consult.core.errors import OperatorError

_FORMAT = "1"
_KEEPS, _WITHDRAWS = "kept", "withdrawn"


@dataclass(frozen=True)
class Erasure:
    """One line: whose account went, when, and whether what they wrote stayed."""

    person_id: int
    fingerprint: str
    keep_texts: bool
    erased_at: datetime

    @property
    def line(self) -> str:
        """As it stands in the file."""
        texts = _KEEPS if self.keep_texts else _WITHDRAWS
        return f"{_FORMAT} {self.erased_at.isoformat()} {self.person_id} {self.fingerprint} {texts}\n"


def fingerprint(person_id: int, created_at: datetime) -> str:
    """What tells two people apart who had the same number one after the other."""
    return hashlib.sha256(f"{person_id} {created_at.isoformat()}".encode()).hexdigest()[:32]


def record(path: Path, erasures: Iterable[Erasure]) -> None:
    """Append to the list, durably. Raises `OperatorError` when it cannot be written."""
    text = "".join(erasure.line for erasure in erasures)
    if not text:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OperatorError(f"CONSULT_ERASURE_LIST: {path} cannot be written: {error.strerror}") from error


def read(path: Path) -> tuple[Erasure, ...]:
    """The whole list; empty when there is none yet. Raises `OperatorError`: nothing is restored without it."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise OperatorError(f"CONSULT_ERASURE_LIST: {path} cannot be read") from error
    return tuple(_parsed(path, text))


def missing_from(listed: Iterable[Erasure], erased: Iterable[Erasure]) -> tuple[Erasure, ...]:
    """Which of the erased are not on the list, or only as if their texts had been kept."""
    known = by_fingerprint(listed)
    return tuple(
        item
        for item in erased
        if item.fingerprint not in known or (known[item.fingerprint].keep_texts and not item.keep_texts)
    )


def by_fingerprint(listed: Iterable[Erasure]) -> dict[str, Erasure]:
    """One line each: who has several wanted their texts withdrawn when one of them says so."""
    found: dict[str, Erasure] = {}
    for item in listed:
        if item.fingerprint not in found or not item.keep_texts:
            found[item.fingerprint] = item
    return found


def _parsed(path: Path, text: str) -> Iterator[Erasure]:
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            form, erased_at, person_id, mark, texts = line.split()
            if form != _FORMAT or texts not in {_KEEPS, _WITHDRAWS}:
                raise ValueError(line)
            yield Erasure(int(person_id), mark, texts == _KEEPS, datetime.fromisoformat(erased_at))
        except ValueError as error:
            if number == len(lines) and not line.endswith("\n"):
                return  # a line that was being written when the machine stopped: the database knows it
            raise OperatorError(f"CONSULT_ERASURE_LIST: {path}, line {number}, is not a line of ours") from error
