"""Municipalities (or groups of them) and the members of their teams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.core.db import Base, enum_type
from consult.organisations.values import Role, TeamAct


class Organisation(Base):
    """A municipality that consults; its time zone is copied to each consultation it publishes.

    What it has not said is an empty text: the accent colour and what a legal notice needs are optional.
    """

    __tablename__ = "organisations_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]
    accent: Mapped[str] = mapped_column(default="", server_default="")
    legal_name: Mapped[str] = mapped_column(default="", server_default="")
    postal_address: Mapped[str] = mapped_column(default="", server_default="")
    contact_email: Mapped[str] = mapped_column(default="", server_default="")
    publication_director: Mapped[str] = mapped_column(default="", server_default="")
    host: Mapped[str] = mapped_column(default="", server_default="")
    data_protection_contact: Mapped[str] = mapped_column(default="", server_default="")


class Logo(Base):
    """An organisation's logo as it was re-encoded here, in the database and so in its backups.

    `content` is read by the one query that serves it, and never along with the rest.
    """

    __tablename__ = "organisations_logo"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations_organisation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


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


class Invitation(Base):
    """A mail that asks somebody into a team: bound to its address, used once, good for seven days.

    The row lives as long as the invitation waits: accepted, revoked or expired, it goes with its address. What
    became of it is a `TeamEntry`. Its times are real ones.
    """

    __tablename__ = "organisations_invitation"
    __table_args__ = (Index("uq_organisations_invitation_address", "organisation_id", "email", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations_organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True
    )
    words: Mapped[str] = mapped_column(default="")
    letters: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TeamEntry(Base):
    """One line of a team's log: who did what to whom, and when (real time). Names come from the people's rows."""

    __tablename__ = "organisations_team_entry"
    __table_args__ = (
        Index("ix_organisations_team_entry_organisation", "organisation_id", "id"),
        Index("ix_organisations_team_entry_letters", "organisation_id", "act", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations_organisation.id", ondelete="CASCADE"))
    act: Mapped[TeamAct] = mapped_column(enum_type(TeamAct, "act"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True
    )
    role: Mapped[Role | None] = mapped_column(enum_type(Role, "role"))
    former_role: Mapped[Role | None] = mapped_column(enum_type(Role, "former_role"))
    at: Mapped[datetime]
