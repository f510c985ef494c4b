"""What others read of a journal: its head, its entries as lines and in pages, and what opens them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.audience.models import AudienceDay
from consult.consultations.models import Consultation
from consult.ledger import rules
from consult.ledger.models import Entry, Head, Opening, TextSalt
from consult.ledger.values import FIGURES, TextKind

PAGE_SIZE = 50
_CHUNK = 1_000


@dataclass(frozen=True)
class HeadView:
    """Where a journal ends: the number of its entries and the hash of the last one."""

    entries: int
    hash: str


@dataclass(frozen=True)
class EntryView:
    """An entry as it is stored, its payload read."""

    sequence: int
    kind: str
    at: datetime
    payload: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class JournalPage:
    """One page of a journal, the newest entries first; `before` leads to older ones, None on the last page."""

    entries: tuple[EntryView, ...]
    before: int | None


def head_of(session: Session, consultation_id: int) -> HeadView | None:
    """Where the journal ends (1 statement); None for a draft, which has none."""
    row = session.execute(
        select(Head.sequence, Head.hash).where(Head.consultation_id == consultation_id)
    ).one_or_none()
    return None if row is None else HeadView(row.sequence, row.hash)


def journal_page(session: Session, consultation_id: int, *, before: int | None = None) -> JournalPage:
    """A page of entries, those before a sequence number when one is given (1 statement)."""
    query = select(Entry).where(Entry.consultation_id == consultation_id)
    if before is not None:
        query = query.where(Entry.sequence < before)
    rows = session.scalars(query.order_by(Entry.sequence.desc()).limit(PAGE_SIZE + 1)).all()
    entries = tuple(
        EntryView(row.sequence, row.kind, row.at, json.loads(row.payload), row.hash) for row in rows[:PAGE_SIZE]
    )
    return JournalPage(entries, entries[-1].sequence if len(rows) > PAGE_SIZE else None)


def every_line(session: Session, consultation_id: int) -> Iterator[str]:
    """The lines of `ledger.jsonl`, read in chunks, so in bounded memory."""
    columns = (Entry.sequence, Entry.at, Entry.kind, Entry.payload, Entry.previous, Entry.hash)
    last = 0
    while True:
        rows = session.execute(
            select(*columns)
            .where(Entry.consultation_id == consultation_id, Entry.sequence > last)
            .order_by(Entry.sequence)
            .limit(_CHUNK)
        ).all()
        for row in rows:
            yield (
                rules.entry_line(
                    sequence=row.sequence,
                    at=rules.instant_text(row.at),
                    kind=row.kind,
                    payload=row.payload,
                    previous=row.previous,
                    own_hash=row.hash,
                )
                + "\n"
            )
        if len(rows) < _CHUNK:
            return
        last = rows[-1].sequence


def sums(session: Session, consultation_id: int) -> dict[str, int]:
    """What a journal's entries add up to; visitors of sealed days only. Reads all of it."""
    found: Counter[str] = Counter()
    payloads = select(Entry.payload).where(Entry.consultation_id == consultation_id)
    for payload in session.scalars(payloads, execution_options={"yield_per": _CHUNK}):
        found.update(json.loads(payload).get("figures", {}))
    return {name: found[name] for name in FIGURES}


@dataclass(frozen=True)
class OpeningView:
    """What the commitment of an entry was made of."""

    sequence: int
    salt: str
    key: str


def every_opening(session: Session, consultation_id: int) -> Iterator[OpeningView]:
    """What opens each commitment, for the complete package; in chunks."""
    last = 0
    while True:
        rows = session.execute(
            select(Opening.sequence, Opening.salt, Opening.key)
            .where(Opening.consultation_id == consultation_id, Opening.sequence > last)
            .order_by(Opening.sequence)
            .limit(_CHUNK)
        ).all()
        yield from (OpeningView(*row) for row in rows)
        if len(rows) < _CHUNK:
            return
        last = rows[-1].sequence


def text_salts(
    session: Session, consultation_id: int, kind: TextKind, *, numbers: tuple[int, int]
) -> dict[int, str]:
    """The salts of the texts whose numbers lie in a range, both ends included (1 statement)."""
    rows = session.execute(
        select(TextSalt.number, TextSalt.salt).where(
            TextSalt.consultation_id == consultation_id, TextSalt.kind == kind, TextSalt.number.between(*numbers)
        )
    )
    return {row.number: row.salt for row in rows}


def visitors_not_sealed(session: Session, consultation_id: int) -> int:
    """The readers of days that are not over or not sealed yet: counted, and not in the journal (1 statement)."""
    return (
        session.scalar(
            select(func.coalesce(func.sum(AudienceDay.visitors), 0)).where(
                AudienceDay.consultation_id == consultation_id, AudienceDay.sealed_at.is_(None)
            )
        )
        or 0
    )


def journaled_slugs(session: Session) -> tuple[str, ...]:
    """The slugs of all consultations that have a journal, in order (1 statement)."""
    return tuple(
        session.scalars(
            select(Consultation.slug)
            .join(Head, Head.consultation_id == Consultation.id)
            .order_by(Consultation.slug)
        )
    )
