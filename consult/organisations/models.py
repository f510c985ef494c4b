"""Municipalities (or groups of them) and the members of their teams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.organisations.values import Role


class Organisation(Base):
    """A municipality that consults; its time zone is copied to each consultation it publishes."""

    __tablename__ = "organisations_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]


class Membership(Base):
    """A person's place in an organisation's team."""

    __tablename__ = "organisations_membership"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations_organisation.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    created_at: Mapped[datetime]
