"""People, their browser sessions and the challenges they sign in with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.values import AttemptKind, MailKind, Purpose
from consult.core.db import Base, enum_type


class Person(Base):
    """Somebody who acts. People brought in by a package have no e-mail address and cannot sign in.

    An erased account leaves its row, with `erased_at` and nothing that leads to anybody (see `erasure`);
    `texts_kept` is what its owner wanted then.
    """

    __tablename__ = "accounts_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str]
    language: Mapped[str | None]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None] = mapped_column(index=True)
    texts_kept: Mapped[bool | None]
    disabled_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]


class Consent(Base):
    """A person agreed to a version of the conditions; the last of them is on `Person` too."""

    __tablename__ = "accounts_consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]


class BrowserSession(Base):
    """A browser that started something (a form, a sign-in): found by the hash of its cookie."""

    __tablename__ = "accounts_browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInChallenge(Base):
    """One mail with a link and a code: hashed, short-lived, used once, bound to its address and browser.

    A link made by the command line (`consult user create`) has no browser and no code.
    """

    __tablename__ = "accounts_sign_in_challenge"
    __table_args__ = (Index("ix_accounts_sign_in_challenge_email_created", "email", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    link_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str | None]
    browser_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_browser_session.id", ondelete="SET NULL"), index=True
    )
    next_path: Mapped[str | None]
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose, "purpose"), default=Purpose.SIGN_IN)
    # A link printed to the operator of a demonstration stands for the second factor as well.
    both_factors: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """The secret that a person's authenticator shares with us, sealed; the last step whose code was used."""

    __tablename__ = "accounts_second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str]
    last_step: Mapped[int]
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of the codes that replace a lost authenticator: hashed, deleted once it is used."""

    __tablename__ = "accounts_recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)


class SignInAttempt(Base):
    """An attempt that limits count: keyed hashes of the account and of the network, kept for a day."""

    __tablename__ = "accounts_sign_in_attempt"
    __table_args__ = (
        Index("ix_accounts_sign_in_attempt_account", "kind", "account_hash", "at"),
        Index("ix_accounts_sign_in_attempt_network", "kind", "network_hash", "at"),
        Index("ix_accounts_sign_in_attempt_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(enum_type(AttemptKind, "kind"))
    account_hash: Mapped[str]
    network_hash: Mapped[str]
    at: Mapped[datetime]


class AddressChange(Base):
    """A change of address under way: it takes effect once both addresses have said yes."""

    __tablename__ = "accounts_address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), unique=True)
    old_email: Mapped[str]
    new_email: Mapped[str]
    old_hash: Mapped[str] = mapped_column(unique=True)
    new_hash: Mapped[str] = mapped_column(unique=True)
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    language: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class MailRefusal(Base):
    """A kind of mail that a person does not want."""

    __tablename__ = "accounts_mail_refusal"

    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[MailKind] = mapped_column(enum_type(MailKind, "kind"), primary_key=True)
