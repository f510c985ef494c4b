"""Editions of the synthesis: requested, rendered by a task, served ready-made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.reports.values import EditionState


class Edition(Base):
    """One PDF synthesis of a consultation in one language, as of one version of its data.

    One that names somebody whose account was erased is obsolete: it goes when the next is stored.
    """

    __tablename__ = "reports_edition"
    __table_args__ = (Index("ix_reports_edition_consultation", "consultation_id", "language", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations_consultation.id"))
    language: Mapped[str]
    data_version: Mapped[int]
    state: Mapped[EditionState] = mapped_column(enum_type(EditionState, "state"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    as_of: Mapped[datetime | None]
    is_final: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    is_obsolete: Mapped[bool] = mapped_column(default=False, server_default=false())
    pages: Mapped[int | None]
    error: Mapped[str | None]


class EditionFile(Base):
    """The PDF of an edition, beside its row so that lists never load it."""

    __tablename__ = "reports_edition_file"

    edition_id: Mapped[int] = mapped_column(ForeignKey("reports_edition.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
