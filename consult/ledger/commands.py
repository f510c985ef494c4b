"""Appending to a journal. The caller holds the consultation's tally row, which puts all acts in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation, Question
from consult.core.db import upsert
from consult.ledger import rules
from consult.ledger.errors import NoJournal
from consult.ledger.models import Entry, Head, Opening, PersonKey, TextSalt
from consult.ledger.queries import sums, visitors_not_sealed
from consult.ledger.values import FIGURES, FORMAT, NOTHING_BEFORE, Kind, TextKind

_ENTRY, _HEAD, _KEY, _OPENING = (cast(Table, model.__table__) for model in (Entry, Head, PersonKey, Opening))
_NOBODY = -1
# Built once, as the tally's statements are: an entry costs three of them, four when somebody acts.
_READ = (
    select(_HEAD.c.sequence, _HEAD.c.hash, _KEY.c.key)
    .outerjoin(
        _KEY, and_(_KEY.c.consultation_id == _HEAD.c.consultation_id, _KEY.c.person_id == bindparam("of_person"))
    )
    .where(_HEAD.c.consultation_id == bindparam("of_consultation"))
)
_ADD_ENTRY, _ADD_KEY, _ADD_OPENING = insert(_ENTRY), insert(_KEY), insert(_OPENING)
_MOVE_HEAD = (
    update(_HEAD)
    .where(_HEAD.c.consultation_id == bindparam("of_consultation"))
    .values(sequence=bindparam("to_sequence"), hash=bindparam("to_hash"))
)


@dataclass(frozen=True)
class Text:
    """A text that an entry fixes by its digest."""

    kind: TextKind
    number: int
    texts: Sequence[str]


def append(
    session: Session,
    consultation_id: int,
    kind: Kind,
    payload: Mapping[str, Any],
    *,
    at: datetime,
    person_id: int | None = None,
    text: Text | None = None,
) -> int:
    """Add an entry; returns its sequence number. Raises `NoJournal`.

    With a person it carries a commitment to their key, with a text its salted digest.
    """
    row = session.execute(
        _READ, {"of_consultation": consultation_id, "of_person": _NOBODY if person_id is None else person_id}
    ).one_or_none()
    if row is None:
        raise NoJournal(f"consultation {consultation_id}")
    sequence, previous, key = int(row.sequence) + 1, row.hash, row.key
    words = dict(payload)
    salt = text_salt = ""
    if person_id is not None:
        if key is None:
            key = rules.new_secret()
            session.execute(_ADD_KEY, {"consultation_id": consultation_id, "person_id": person_id, "key": key})
        salt = rules.new_secret()
        words["commitment"] = rules.commitment(salt, key, previous)
    if text is not None:
        text_salt = rules.new_secret()
        words["digest"] = rules.text_digest(text_salt, text.texts)
    _write(session, (consultation_id, sequence, previous), kind, at, rules.canonical(words))
    if person_id is not None:
        session.execute(
            _ADD_OPENING,
            {"consultation_id": consultation_id, "sequence": sequence, "salt": salt, "key": key},
        )
    if text is not None:
        _keep_salt(session, consultation_id, text, sequence, text_salt)
    return sequence


def has_journal(session: Session, consultation_id: int) -> bool:
    """Whether its journal has begun: it does when the consultation is published."""
    return session.scalar(select(Head.sequence).where(Head.consultation_id == consultation_id)) is not None


def begin(session: Session, consultation_id: int, *, at: datetime) -> bool:
    """Write the first entry, which says what is consulted about; False when there is one already."""
    if has_journal(session, consultation_id):
        return False
    payload = rules.canonical({"format": FORMAT, **terms(session, consultation_id)})
    session.add(Head(consultation_id=consultation_id, sequence=0, hash=NOTHING_BEFORE))
    session.flush()
    _write(session, (consultation_id, 1, NOTHING_BEFORE), Kind.CONSULTATION_PUBLISHED, at, payload)
    return True


def correct(session: Session, consultation_id: int, figures: Mapping[str, int], *, at: datetime) -> None:
    """Enter what separates a journal's sums from these figures, after an operator's repair; nothing if they agree.

    `figures` are recounted from the rows; their visitors include days that are not sealed yet.
    """
    if not has_journal(session, consultation_id):
        return
    expected = dict(figures)
    expected["visitors"] -= visitors_not_sealed(session, consultation_id)
    found = sums(session, consultation_id)
    difference = rules.changes(**{name: expected[name] - found[name] for name in FIGURES})
    if difference:
        append(session, consultation_id, Kind.CORRECTED, {"figures": difference}, at=at)


def terms(session: Session, consultation_id: int) -> dict[str, Any]:
    """What the team consults about, with digests of the long texts (2 statements)."""
    row = session.execute(
        select(
            Consultation.slug,
            Consultation.title,
            Consultation.language,
            Consultation.opens_on,
            Consultation.closes_on,
            Consultation.time_zone,
            Consultation.introduction,
            Consultation.about,
        ).where(Consultation.id == consultation_id)
    ).one()
    questions = session.scalars(
        select(Question.text).where(Question.consultation_id == consultation_id).order_by(Question.number)
    )
    return {
        "slug": row.slug,
        "title": row.title,
        "language": row.language,
        "opens_on": row.opens_on.isoformat(),
        "closes_on": row.closes_on.isoformat(),
        "time_zone": row.time_zone,
        "introduction": rules.plain_digest(row.introduction),
        "about": rules.plain_digest(row.about),
        "questions": rules.digest_of(list(questions)),
    }


def forget_salt(session: Session, consultation_id: int, kind: TextKind, number: int) -> None:
    """Nobody can tell any more which text a digest was made of."""
    session.execute(
        delete(TextSalt).where(
            TextSalt.consultation_id == consultation_id, TextSalt.kind == kind, TextSalt.number == number
        )
    )


def _write(session: Session, place: tuple[int, int, str], kind: Kind, at: datetime, payload: str) -> None:
    consultation_id, sequence, previous = place
    own_hash = rules.entry_hash(
        sequence=sequence, at=rules.instant_text(at), kind=kind.value, payload=payload, previous=previous
    )
    session.execute(
        _ADD_ENTRY,
        {
            "consultation_id": consultation_id,
            "sequence": sequence,
            "kind": kind.value,
            "at": at,
            "payload": payload,
            "previous": previous,
            "hash": own_hash,
        },
    )
    session.execute(_MOVE_HEAD, {"of_consultation": consultation_id, "to_sequence": sequence, "to_hash": own_hash})


def _keep_salt(session: Session, consultation_id: int, text: Text, sequence: int, salt: str) -> None:
    statement = upsert(session, TextSalt).values(
        consultation_id=consultation_id, kind=text.kind, number=text.number, sequence=sequence, salt=salt
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["consultation_id", "kind", "number"], set_={"sequence": sequence, "salt": salt}
        )
    )
