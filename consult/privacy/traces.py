"""What an erasure leaves to do outside the transaction: its list, the local mailbox, files and journals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.erasure import ErasedAccount
from consult.accounts.models import Person
from consult.core.db import scrub
from consult.core.mail import forget_in_mailbox
from consult.privacy import erasures
from consult.privacy.erasures import Erasure, fingerprint
from consult.privacy.rules import data_map
from consult.settings import Settings


def clear_traces(settings: Settings, erased: Sequence[ErasedAccount]) -> None:
    """After the commit: enter the erasures in the list, and delete what the local mailbox keeps for them.

    Raises `OperatorError` when the list cannot be written; the task that compares it adds them later.
    """
    for account in erased:
        if account.email is not None:
            forget_in_mailbox(settings.instance_path / "mailbox", account.email)
    erasures.record(settings.resolved_erasure_list, map(as_listed, erased))


def as_listed(account: ErasedAccount) -> Erasure:
    """The line of the list that stands for an erasure."""
    mark = fingerprint(account.person_id, account.created_at)
    return Erasure(account.person_id, mark, account.keep_texts, account.erased_at)


def erased_people(session: Session) -> tuple[Erasure, ...]:
    """The erasures that the database knows (1 statement), of the earliest ones not whether texts were kept."""
    rows = session.execute(
        select(Person.id, Person.created_at, Person.erased_at, Person.texts_kept).where(
            Person.erased_at.is_not(None)
        )
    )
    return tuple(
        Erasure(row.id, fingerprint(row.id, row.created_at), row.texts_kept is not False, row.erased_at)
        for row in rows
    )


def complete_list(path: Path, known: Sequence[Erasure]) -> int:
    """Enter what the database knows and the list does not; returns how many."""
    missing = erasures.missing_from(erasures.read(path), known)
    erasures.record(path, missing)
    return len(missing)


def to_erase_again(session: Session, listed: Sequence[Erasure]) -> tuple[Erasure, ...]:
    """The listed people whose accounts the database holds unerased, as after restoring a backup."""
    by_id: dict[int, dict[str, Erasure]] = {}
    for item in erasures.by_fingerprint(listed).values():
        by_id.setdefault(item.person_id, {})[item.fingerprint] = item
    found = []
    ids = sorted(by_id)
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Person.id, Person.created_at).where(
                Person.id.in_(ids[start : start + 500]), Person.erased_at.is_(None)
            )
        )
        found += [by_id[row.id].get(fingerprint(row.id, row.created_at)) for row in rows]
    return tuple(item for item in found if item is not None)


def scrub_files() -> bool:
    """Take deleted bytes out of the database's files; False when it has to be tried again."""
    return scrub(name for name, mapped in data_map().items() if mapped.is_personal)
