"""The journal's entries, where each chain ends, and the secrets that open what the entries commit to.

Entries are never changed: triggers of the database refuse UPDATE and DELETE (migration). Secrets are kept apart
from them, so that erasing one leaves the chain as it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.ledger.values import TextKind


class Entry(Base):
    """One entry; `payload` is the canonical JSON that was hashed, `previous` the hash of the entry before."""

    __tablename__ = "ledger_entry"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    payload: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class Head(Base):
    """Where a chain ends: changed with each entry, by whoever holds the consultation's tally row."""

    __tablename__ = "ledger_head"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str]


class PersonKey(Base):
    """The random name of a person in one consultation's journal: it leads nowhere but through this row."""

    __tablename__ = "ledger_person_key"
    __table_args__ = (UniqueConstraint("consultation_id", "key"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), primary_key=True, index=True)
    key: Mapped[str]


class Opening(Base):
    """What an entry's commitment was made of: only the complete package holds it."""

    __tablename__ = "ledger_opening"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str]
    key: Mapped[str]


class TextSalt(Base):
    """The salt of the digest of a text as it stands now, in the entry `sequence`; gone once the text is erased."""

    __tablename__ = "ledger_text_salt"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"), primary_key=True)
    kind: Mapped[TextKind] = mapped_column(enum_type(TextKind, "kind"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    salt: Mapped[str]
