"""Erasing an account: part of the commands' layer.

The person's row stays, empty but for its number and its dates, so that figures, supports and numbers stay valid;
everything else of accounts goes. Whoever keeps something above listens to `PersonErased`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, delete, or_, select
from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased
from consult.accounts.models import (
    AddressChange,
    BrowserSession,
    Consent,
    MailRefusal,
    Person,
    RecoveryCode,
    SecondFactor,
    SignInChallenge,
)
from consult.core.db import one_at_a_time
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.core.mail import forget_mails

_STAYS = frozenset({"id", "created_at", "erased_at", "texts_kept"})


@dataclass(frozen=True)
class ErasedAccount:
    """Whom the account was of: what is needed to clear what is not in the database, then to be forgotten."""

    person_id: int
    email: str | None
    created_at: datetime
    keep_texts: bool
    erased_at: datetime


def erase_person(session: Session, *, person_id: int, keep_texts: bool, now: datetime) -> ErasedAccount:
    """Erase an account; whether its owner may ask for it is the caller's question. Raises `NotFound`.

    `keep_texts` False withdraws what they wrote where a consultation is still open at `now`.
    """
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.erased_at is not None:
        raise NotFound
    email = person.email
    # Who listens may still read the row: their address, their roles.
    emit(session, PersonErased(person_id=person_id, keep_texts=keep_texts, at=now))
    if email is not None:
        one_at_a_time(session, f"accounts.address {email}")
        _forget_address(session, email)
    for address in session.scalars(select(AddressChange.new_email).where(AddressChange.person_id == person_id)):
        forget_mails(session, address)
    for model in (BrowserSession, Consent, SecondFactor, RecoveryCode, AddressChange, MailRefusal):
        session.execute(delete(model).where(model.person_id == person_id))
    erased = ErasedAccount(person_id, email, person.created_at, keep_texts, now)
    _empty(person)
    person.erased_at, person.texts_kept = now, keep_texts
    session.flush()
    return erased


def _forget_address(session: Session, email: str) -> None:
    """Forget sign-ins under way, the browsers that asked for them and the mails that have not left."""
    asked = select(SignInChallenge.browser_session_id).where(SignInChallenge.email == email)
    # A browser remembers the address it asked with until its session ends, the challenge only for a day.
    remembers = cast(BrowserSession.data, String).contains(f'"{email}"', autoescape=True)
    session.execute(
        delete(BrowserSession)
        .where(BrowserSession.person_id.is_(None), or_(BrowserSession.id.in_(asked), remembers))
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(SignInChallenge).where(SignInChallenge.email == email))
    session.execute(delete(AddressChange).where(AddressChange.new_email == email))
    forget_mails(session, email)


def _empty(person: Person) -> None:
    """Put every column back to what a person without an account has, whichever columns there are."""
    for column in Person.__table__.columns:
        if column.name in _STAYS:
            continue
        default = column.default.arg if column.default is not None and column.default.is_scalar else None
        setattr(person, column.key, default if default is not None or column.nullable else "")
