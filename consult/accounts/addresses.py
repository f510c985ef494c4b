"""Change of address, which both addresses confirm: part of the commands. Every `now` is real time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from consult.accounts import queries
from consult.accounts.commands import end_sessions_of_person
from consult.accounts.errors import LinkStale
from consult.accounts.events import AddressChanged
from consult.accounts.models import AddressChange, Person, SignInChallenge
from consult.accounts.rules import ADDRESS_CHANGE_LIFETIME, hash_token, new_secrets
from consult.core.access import Actor
from consult.core.db import one_at_a_time
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.core.mail import Letter, queue_mail


@dataclass(frozen=True)
class ChangeLetters:
    """The mails of a change of address: the first two are written with the token of their link."""

    to_old: Callable[[str], Letter]
    to_new: Callable[[str], Letter]
    to_holder: Letter  # instead of `to_new`, when the new address has an account already


@dataclass(frozen=True)
class Confirmed:
    """What a link of a change of address has brought about."""

    new_email: str
    complete: bool


def ask_for_change(
    session: Session, *, actor: Actor, new_email: str, language: str, letters: ChangeLetters, now: datetime
) -> None:
    """Write to both addresses (`new_email` normalised); an earlier change under way is forgotten.

    Whether the new address has an account is told to its holder only: nobody holds the token of its link then.
    """
    person = session.get(Person, actor.person_id, with_for_update=True) if actor.person_id is not None else None
    if person is None or person.email is None:
        raise NotFound
    session.execute(delete(AddressChange).where(AddressChange.person_id == person.id))
    to_old, to_new = new_secrets().token, new_secrets().token
    taken = queries.person_by_email(session, new_email) is not None
    session.add(
        AddressChange(
            person_id=person.id,
            old_email=person.email,
            new_email=new_email,
            old_hash=hash_token(to_old),
            new_hash=hash_token(to_new),
            language=language,
            created_at=now,
            expires_at=now + ADDRESS_CHANGE_LIFETIME,
        )
    )
    queue_mail(session, letters.to_old(to_old), now=now)
    queue_mail(session, letters.to_holder if taken else letters.to_new(to_new), now=now)
    session.flush()


def forget_change(session: Session, *, actor: Actor) -> None:
    """Give a change of address up."""
    session.execute(delete(AddressChange).where(AddressChange.person_id == (actor.person_id or 0)))


def confirm_change(
    session: Session,
    *,
    token: str,
    browser_session_id: int,
    letter: Callable[[str, str, str], Letter],
    now: datetime,
) -> Confirmed:
    """Confirm one side; with the second the address is changed. Raises `LinkStale`.

    `letter(old, new, language)` tells the old address afterwards. Every session but this browser's ends.
    """
    hashed = hash_token(token)
    change = session.scalars(
        select(AddressChange)
        .where(
            or_(AddressChange.old_hash == hashed, AddressChange.new_hash == hashed), AddressChange.expires_at > now
        )
        .with_for_update()
    ).one_or_none()
    if change is None:
        raise LinkStale
    if change.old_hash == hashed:
        change.old_confirmed_at = change.old_confirmed_at or now
    else:
        change.new_confirmed_at = change.new_confirmed_at or now
    session.flush()
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return Confirmed(change.new_email, complete=False)
    _apply(session, change, browser_session_id, letter, now)
    return Confirmed(change.new_email, complete=True)


def _apply(
    session: Session,
    change: AddressChange,
    browser_session_id: int,
    letter: Callable[[str, str, str], Letter],
    now: datetime,
) -> None:
    old, new, person_id = change.old_email, change.new_email, change.person_id
    one_at_a_time(session, f"accounts.address {new}")
    person = session.get_one(Person, person_id, with_for_update=True)
    session.delete(change)
    # An account may have been opened with the new address meanwhile, or this one erased or changed.
    if person.email != old or queries.person_by_email(session, new) is not None:
        session.flush()
        raise LinkStale
    person.email = new
    session.execute(delete(SignInChallenge).where(SignInChallenge.email == old))
    session.flush()
    end_sessions_of_person(session, person_id=person_id, except_browser_id=browser_session_id)
    queue_mail(session, letter(old, new, change.language), now=now)
    emit(session, AddressChanged(person_id=person_id, at=now))
