"""Changes to people, their sign-ins and their browser sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from consult.accounts import queries
from consult.accounts.errors import AccountDisabled, CodeRefused, LinkStale
from consult.accounts.events import SignedIn
from consult.accounts.models import AddressChange, BrowserSession, Consent, MailRefusal, Person, SignInChallenge
from consult.accounts.policies import can_ask_for_sign_in, can_try_code, can_write_to_address
from consult.accounts.rules import (
    CHALLENGE_LIFETIME,
    KEPT_AFTER_EXPIRY,
    MAX_ATTEMPTS,
    ONE_TIME_LINK_LIFETIME,
    hash_code,
    hash_token,
    new_secrets,
    normalise_display_name,
    normalise_email,
    same_hash,
)
from consult.accounts.throttles import purge_attempts
from consult.accounts.values import ALWAYS_WRITTEN, CONSENT_VERSION, MailKind, Proof, Purpose, SignInSecrets
from consult.core.access import Actor, require
from consult.core.db import one_at_a_time
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.core.mail import Letter, queue_mail

# --- people


def register_person(
    session: Session,
    *,
    email: str,
    display_name: str,
    administrator: bool,
    now: datetime,
    language: str | None = None,
    consent_version: str | None = None,
) -> int:
    """Create an account and return its id; one that exists already is returned as it is.

    Raises `BadEmail`, `BadName` or `Invalid`. An account that an operator opens carries no consent.
    """
    email, display_name = normalise_email(email), normalise_display_name(display_name)
    one_at_a_time(session, f"accounts.address {email}")
    known = queries.person_by_email(session, email)
    if known is not None:
        return known.id
    person = Person(
        email=email,
        display_name=display_name,
        language=language,
        is_administrator=administrator,
        consent_version=consent_version,
        consented_at=now if consent_version else None,
        created_at=now,
    )
    session.add(person)
    session.flush()
    if consent_version:
        session.add(Consent(person_id=person.id, version=consent_version, given_at=now))
        session.flush()
    return person.id


def make_administrator(session: Session, *, person_id: int) -> None:
    """Let a person run the platform. For the command line only: whoever may start it may do anything."""
    session.execute(update(Person).where(Person.id == person_id).values(is_administrator=True))
    end_sessions_of_person(session, person_id=person_id)


def change_display_name(session: Session, *, actor: Actor, display_name: str) -> None:
    """Change the name that is shown beside what the actor publishes; raises `BadName` or `Invalid`."""
    name = normalise_display_name(display_name)
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound
    person.display_name = name
    session.flush()


def choose_mails(session: Session, *, actor: Actor, wanted: Iterable[MailKind]) -> None:
    """Store which mails the actor wants; those that are always written are not asked about."""
    if actor.person_id is None:
        raise NotFound
    refused = set(MailKind) - ALWAYS_WRITTEN - set(wanted)
    session.execute(delete(MailRefusal).where(MailRefusal.person_id == actor.person_id))
    session.add_all(MailRefusal(person_id=actor.person_id, kind=kind) for kind in sorted(refused))
    session.flush()


def agree_to_conditions(session: Session, *, actor: Actor, now: datetime) -> None:
    """Record the actor's agreement to the conditions in force; twice changes nothing. Raises `NotFound`."""
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or person.erased_at is not None:
        raise NotFound
    if session.get(Consent, (person.id, CONSENT_VERSION)) is None:
        session.add(Consent(person_id=person.id, version=CONSENT_VERSION, given_at=now))
    person.consent_version, person.consented_at = CONSENT_VERSION, now
    session.flush()


# --- signing in (every `now` is real time)


def request_sign_in(
    session: Session,
    *,
    email: str,
    browser_session_id: int,
    next_path: str | None,
    secrets: SignInSecrets,
    letter: Letter,
    key: bytes,
    now: datetime,
    purpose: Purpose = Purpose.SIGN_IN,
) -> None:
    """Store a challenge for a normalised address and queue its mail.

    Nothing here looks at whether the address has an account, so that nothing can tell. Refused
    (`sign_in_too_often`) to a browser that asks for ever. An address that was written to often enough gets no
    further mail while the link of the last one works, which the asker is not told either; the challenge then holds
    no code that anybody knows. Mails for one purpose are not counted for the other.
    """
    one_at_a_time(session, f"accounts.address {email}")
    one_at_a_time(session, f"accounts.browser {browser_session_id}")
    require(can_ask_for_sign_in(queries.asked_by_browser(session, browser_session_id, now=now)))
    written = can_write_to_address(queries.mails_to_address(session, email, purpose, now=now), now)
    link_hash = hash_token(secrets.token if written else new_secrets().token)
    session.add(
        SignInChallenge(
            email=email,
            link_hash=link_hash,
            code_hash=hash_code(secrets.code, email=email, link_hash=link_hash, key=key) if written else None,
            browser_session_id=browser_session_id,
            next_path=next_path,
            purpose=purpose,
            created_at=now,
            expires_at=now + CHALLENGE_LIFETIME,
        )
    )
    if written:
        queue_mail(session, letter, now=now)
    session.flush()


def create_one_time_link(
    session: Session, *, email: str, now: datetime, next_path: str | None = None, both_factors: bool = False
) -> str:
    """A token for a sign-in link of 24 hours, for the command line; nothing is sent.

    `both_factors` is for demonstrations only, where nobody has an authenticator for the team that everybody is.
    """
    token = new_secrets().token
    session.add(
        SignInChallenge(
            email=normalise_email(email),
            link_hash=hash_token(token),
            next_path=next_path,
            both_factors=both_factors,
            created_at=now,
            expires_at=now + ONE_TIME_LINK_LIFETIME,
        )
    )
    session.flush()
    return token


def begin_attempt(
    session: Session, *, email: str, browser_session_id: int, now: datetime, purpose: Purpose = Purpose.SIGN_IN
) -> int:
    """Count an attempt at a browser's newest challenge for an address and return its id; raises `CodeRefused`.

    Runs in a transaction of its own before `use_code`: an attempt counts however it ends. The address is the one
    whose attempts the caller has counted: a code for another is never tried under its name.
    """
    challenge = session.scalars(
        select(SignInChallenge)
        .where(
            SignInChallenge.browser_session_id == browser_session_id,
            SignInChallenge.email == email,
            SignInChallenge.purpose == purpose,
        )
        .order_by(
            SignInChallenge.code_hash.is_(None), SignInChallenge.created_at.desc(), SignInChallenge.id.desc()
        )
        .limit(1)
    ).first()
    if challenge is None or challenge.used_at is not None or challenge.expires_at <= now:
        raise CodeRefused("code_stale")
    counted = session.execute(
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id, SignInChallenge.attempts < MAX_ATTEMPTS)
        .values(attempts=SignInChallenge.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not _changed(counted):
        raise CodeRefused("code_exhausted")
    return challenge.id


def use_code(
    session: Session, *, challenge_id: int, browser_session_id: int, code: str, key: bytes, now: datetime
) -> Proof:
    """Use the code of a challenge whose attempt was just counted; raises `CodeRefused` or `AccountDisabled`.

    The code works in the browser that asked for it only. A person who is known is signed in.
    """
    challenge = _claim_code(
        session, challenge_id=challenge_id, browser_session_id=browser_session_id, code=code, key=key, now=now
    )
    return _prove(session, challenge, browser_session_id=browser_session_id, now=now)


def confirm_with_code(
    session: Session, *, challenge_id: int, browser_session_id: int, code: str, key: bytes, now: datetime
) -> None:
    """Use the code that somebody who is signed in asked for, to show that it is still them."""
    _claim_code(
        session, challenge_id=challenge_id, browser_session_id=browser_session_id, code=code, key=key, now=now
    )


def _claim_code(
    session: Session, *, challenge_id: int, browser_session_id: int, code: str, key: bytes, now: datetime
) -> SignInChallenge:
    challenge = session.get(SignInChallenge, challenge_id)
    if challenge is None or challenge.browser_session_id != browser_session_id:
        raise CodeRefused("code_stale")
    given = hash_code(code, email=challenge.email, link_hash=challenge.link_hash, key=key)
    if challenge.code_hash is None or not same_hash(given, challenge.code_hash):
        raise CodeRefused("code_wrong" if can_try_code(challenge.attempts) else "code_exhausted")
    if not _consume(session, challenge, now):
        raise CodeRefused("code_stale")
    return challenge


def use_link(session: Session, *, token: str, browser_session_id: int, now: datetime) -> Proof:
    """Use a sign-in link, in whatever browser; raises `LinkStale`, `AccountDisabled`. Who is known signs in."""
    challenge = session.scalars(
        select(SignInChallenge).where(
            SignInChallenge.link_hash == hash_token(token), SignInChallenge.purpose == Purpose.SIGN_IN
        )
    ).one_or_none()
    if challenge is None or not _consume(session, challenge, now):
        raise LinkStale
    return _prove(session, challenge, browser_session_id=browser_session_id, now=now)


def complete_first_sign_in(
    session: Session,
    *,
    email: str,
    display_name: str,
    language: str,
    browser_session_id: int,
    now: datetime,
    signed_in_at: datetime,
) -> int:
    """Open the account of a proven address, with the consent just given, and sign it in; returns its id.

    `now` dates the account, `signed_in_at` is real time. Raises `BadName` or `Invalid`.
    """
    person_id = register_person(
        session,
        email=email,
        display_name=display_name,
        administrator=False,
        now=now,
        language=language,
        consent_version=CONSENT_VERSION,
    )
    record_sign_in(session, person_id, browser_session_id, signed_in_at)
    return person_id


def _consume(session: Session, challenge: SignInChallenge, now: datetime) -> bool:
    """Mark a challenge as used; False when somebody was faster or its time is over."""
    used = session.execute(
        update(SignInChallenge)
        .where(
            SignInChallenge.id == challenge.id,
            SignInChallenge.used_at.is_(None),
            SignInChallenge.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return _changed(used)


def _prove(session: Session, challenge: SignInChallenge, *, browser_session_id: int, now: datetime) -> Proof:
    person = queries.person_by_email(session, challenge.email)
    if person is None:
        return Proof(challenge.email, None, "", challenge.next_path)
    if person.is_disabled:
        raise AccountDisabled
    record_sign_in(session, person.id, browser_session_id, now)
    return Proof(challenge.email, person.id, person.display_name, challenge.next_path, challenge.both_factors)


def record_sign_in(session: Session, person_id: int, browser_session_id: int, now: datetime) -> None:
    """Note that a person signs in with this browser, and tell whom it may concern."""
    session.execute(update(Person).where(Person.id == person_id).values(last_signed_in_at=now))
    emit(session, SignedIn(person_id=person_id, browser_session_id=browser_session_id, at=now))


def _changed(result: Any) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1


# --- browser sessions (every `now` is real time)


def store_browser_session(
    session: Session,
    *,
    browser_id: int | None,
    token_hash: str | None,
    data: dict[str, Any],
    now: datetime,
    expires_at: datetime | None,
    loaded_hash: str | None = None,
) -> int | None:
    """Insert or update a browser session and return its id; a new token hash replaces the old token at once.

    `loaded_hash` is the token hash the session was found by: a row that was ended or renewed by another
    request meanwhile is left alone (its id may even belong to another browser by now). What this request
    held is then stored anew only together with a new token; else None is returned. Without `expires_at` the
    session ends when it would have ended.
    """
    row = session.get(BrowserSession, browser_id, with_for_update=True) if browser_id is not None else None
    if row is not None and row.token_hash != loaded_hash:
        row = None
    if row is None:
        if token_hash is None or expires_at is None:
            return None
        row = BrowserSession(created_at=now)
        session.add(row)
    if token_hash is not None:
        row.token_hash = token_hash
    if expires_at is not None:
        row.expires_at = expires_at
    row.data = data
    row.person_id = int(data["_user_id"]) if data.get("_user_id") else None
    row.seen_at = now
    session.flush()
    return row.id


def end_browser_session(session: Session, *, token_hash: str) -> None:
    """Forget the browser session with this token hash."""
    session.execute(delete(BrowserSession).where(BrowserSession.token_hash == token_hash))


def end_sessions_of_person(session: Session, *, person_id: int, except_browser_id: int | None = None) -> int:
    """End every browser session of a person, but for the one named; returns how many.

    Called whenever somebody's rights change (a role, a second factor, an address, an erasure).
    """
    ended = session.execute(
        delete(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.id != (except_browser_id or 0))
        .returning(BrowserSession.id)
    )
    return len(ended.all())


def end_session_of_person(session: Session, *, person_id: int, browser_id: int) -> bool:
    """End one session of a person; False when it is over already, or somebody else's."""
    ended = session.execute(
        delete(BrowserSession).where(BrowserSession.id == browser_id, BrowserSession.person_id == person_id)
    )
    return _changed(ended)


def purge_expired(session: Session, *, now: datetime) -> None:
    """Delete sessions that have expired, and what of signing in has been over for a day."""
    purge_attempts(session, now=now)
    session.execute(delete(AddressChange).where(AddressChange.expires_at <= now - KEPT_AFTER_EXPIRY))
    session.execute(delete(BrowserSession).where(BrowserSession.expires_at <= now))
    session.execute(delete(SignInChallenge).where(SignInChallenge.expires_at <= now - KEPT_AFTER_EXPIRY))
