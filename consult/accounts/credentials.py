"""Passwords, second factors and disabled accounts: part of the commands. Every `now` is real time.

Whoever changes how they sign in is written to, always, and signed out everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from consult.accounts import queries
from consult.accounts.commands import end_sessions_of_person, record_sign_in
from consult.accounts.errors import AccountDisabled, FactorRefused, SignInRefused
from consult.accounts.models import Person, RecoveryCode, SecondFactor
from consult.accounts.one_time_codes import (
    hash_recovery_code,
    is_one_time_code,
    matching_step,
    plain_one_time_code,
    seal,
    unseal,
)
from consult.accounts.policies import can_turn_second_factor_off
from consult.accounts.values import Proof
from consult.core.access import Actor, require
from consult.core.errors import NotFound
from consult.core.mail import Letter, queue_mail

# --- passwords: hashed by the caller, outside of any write transaction


def sign_in_with_password(
    session: Session,
    *,
    person_id: int,
    verified_hash: str,
    browser_session_id: int,
    device: str,
    next_path: str | None,
    letter: Letter,
    now: datetime,
) -> Proof:
    """Sign in a person whose password was just verified; raises `SignInRefused` or `AccountDisabled`.

    The letter is queued unless the person is signed in with such a browser already.
    """
    person = _person(session, person_id)
    if person.password_hash != verified_hash:  # it was changed meanwhile
        raise SignInRefused
    if person.disabled_at is not None:
        raise AccountDisabled
    if not queries.knows_device(session, person_id, device, now=now):
        queue_mail(session, letter, now=now)
    record_sign_in(session, person_id, browser_session_id, now)
    return Proof(person.email or "", person_id, person.display_name, next_path)


def set_password(
    session: Session, *, actor: Actor, password_hash: str | None, browser_id: int, letter: Letter, now: datetime
) -> None:
    """Set, change or (with None) remove the actor's password; other browsers are signed out."""
    person = _person(session, actor.person_id)
    person.password_hash = password_hash
    _after_change(session, person.id, browser_id, letter, now)


# --- the second factor


def enrol_second_factor(
    session: Session,
    *,
    person_id: int,
    secret: str,
    code: str,
    recovery_codes: Iterable[str],
    browser_id: int,
    key: bytes,
    letter: Letter,
    now: datetime,
) -> None:
    """Start to ask a person for codes of this secret, once they have given one; raises `FactorRefused`.

    Replaces the authenticator and the recovery codes they had.
    """
    _person(session, person_id)
    step = matching_step(code, secret, after=0, now=now)
    if step is None:
        raise FactorRefused
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))
    session.add(
        SecondFactor(person_id=person_id, sealed_secret=seal(secret, key=key), last_step=step, created_at=now)
    )
    _store_recovery_codes(session, person_id, recovery_codes)
    _after_change(session, person_id, browser_id, letter, now)


def use_second_factor(
    session: Session, *, person_id: int, typed: str, key: bytes, recovery_letter: Letter, now: datetime
) -> None:
    """Use a code of the authenticator, or a recovery code; each works once. Raises `FactorRefused`.

    A used recovery code is told by mail.
    """
    if is_one_time_code(typed):
        _use_step(session, person_id, plain_one_time_code(typed), key, now)
        return
    used = session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == hash_recovery_code(typed, person_id=person_id),
        )
    )
    if not _changed(used):
        raise FactorRefused
    queue_mail(session, recovery_letter, now=now)


def renew_recovery_codes(
    session: Session, *, actor: Actor, recovery_codes: Iterable[str], letter: Letter, now: datetime
) -> None:
    """Replace the recovery codes of the actor; raises `NotFound` without a second factor."""
    if actor.person_id is None or queries.sealed_secret(session, actor.person_id) is None:
        raise NotFound
    _store_recovery_codes(session, actor.person_id, recovery_codes)
    queue_mail(session, letter, now=now)


def turn_second_factor_off(
    session: Session, *, actor: Actor, browser_id: int, letter: Letter, now: datetime
) -> None:
    """Do without a second factor from now on; raises `Refused` for teams."""
    require(can_turn_second_factor_off(actor))
    _forget_second_factor(session, actor.person_id or 0)
    _after_change(session, actor.person_id or 0, browser_id, letter, now)


def reset_second_factor(session: Session, *, person_id: int, letter: Letter | None, now: datetime) -> bool:
    """Forget a lost second factor, for the command line; False when there was none. Every session ends."""
    if not _forget_second_factor(session, person_id):
        return False
    _after_change(session, person_id, None, letter, now)
    return True


# --- disabled accounts, for the command line


def disable_person(session: Session, *, person_id: int, now: datetime) -> None:
    """Let somebody sign in no more, and end their sessions; what they published stays."""
    session.execute(
        update(Person).where(Person.id == person_id, Person.disabled_at.is_(None)).values(disabled_at=now)
    )
    end_sessions_of_person(session, person_id=person_id)


def enable_person(session: Session, *, person_id: int) -> None:
    """Let somebody sign in again."""
    session.execute(update(Person).where(Person.id == person_id).values(disabled_at=None))


def _person(session: Session, person_id: int | None) -> Person:
    """The person, locked: two changes of how they sign in take turns."""
    person = session.get(Person, person_id, with_for_update=True) if person_id is not None else None
    if person is None:
        raise NotFound
    return person


def _use_step(session: Session, person_id: int, code: str, key: bytes, now: datetime) -> None:
    known = queries.sealed_secret(session, person_id)
    secret = unseal(known[0], key=key) if known else None
    step = matching_step(code, secret, after=known[1], now=now) if known and secret else None
    if step is None:
        raise FactorRefused
    used = session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == person_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    if not _changed(used):  # somebody was faster with the same code
        raise FactorRefused


def _store_recovery_codes(session: Session, person_id: int, codes: Iterable[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": hash_recovery_code(code, person_id=person_id)} for code in codes]
    session.execute(insert(RecoveryCode), rows)


def _forget_second_factor(session: Session, person_id: int) -> bool:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    return _changed(session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id)))


def _after_change(
    session: Session, person_id: int, browser_id: int | None, letter: Letter | None, now: datetime
) -> None:
    """Sign the person out everywhere else and write to them."""
    session.flush()
    end_sessions_of_person(session, person_id=person_id, except_browser_id=browser_id)
    if letter is not None:
        queue_mail(session, letter, now=now)


def _changed(result: Any) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
