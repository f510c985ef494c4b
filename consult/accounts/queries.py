"""What others may know of people, their sessions and the sign-ins under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import BrowserSession, Person, SignInChallenge
from consult.accounts.rules import THROTTLE_WINDOW, hash_token


@dataclass(frozen=True)
class StoredSession:
    """A browser session found by its token."""

    id: int
    data: dict[str, Any]
    seen_at: datetime


@dataclass(frozen=True)
class PersonView:
    """A person who can sign in."""

    id: int
    email: str | None
    display_name: str
    language: str | None
    is_administrator: bool


def browser_session(session: Session, token_hash: str, *, now: datetime) -> StoredSession | None:
    """The unexpired session with this token hash (1 statement)."""
    row = session.scalars(
        select(BrowserSession).where(BrowserSession.token_hash == token_hash, BrowserSession.expires_at > now)
    ).one_or_none()
    return None if row is None else StoredSession(row.id, dict(row.data), row.seen_at)


def get_person(session: Session, person_id: int) -> PersonView | None:
    """A person by id (1 statement); None once their account is erased."""
    person = session.get(Person, person_id)
    return None if person is None or person.erased_at is not None else _view(person)


def person_by_email(session: Session, email: str) -> PersonView | None:
    """A person by their normalised e-mail address (1 statement)."""
    return _view(session.scalars(select(Person).where(Person.email == email)).one_or_none())


def name_of_author(session: Session, person_id: int) -> str | None:
    """The name that what a person publishes now carries, None once their account is erased (1 statement).

    An erasure under way is waited for, so that nothing is published under a name that is just being erased.
    """
    return session.scalar(
        select(Person.display_name)
        .where(Person.id == person_id, Person.erased_at.is_(None))
        .with_for_update(read=True, key_share=True)
    )


def has_administrator(session: Session) -> bool:
    """True once somebody runs the platform."""
    return session.scalar(select(Person.id).where(Person.is_administrator).limit(1)) is not None


def address_of_link(session: Session, token: str, *, now: datetime) -> str | None:
    """The address that a sign-in link is for, while it can be used; looking does not use it (1 statement)."""
    return session.scalar(
        select(SignInChallenge.email).where(
            SignInChallenge.link_hash == hash_token(token),
            SignInChallenge.used_at.is_(None),
            SignInChallenge.expires_at > now,
        )
    )


def asked_by_browser(session: Session, browser_session_id: int, *, now: datetime) -> int:
    """How many sign-ins a browser asked for within the last hour (1 statement)."""
    return _count(session, now, SignInChallenge.browser_session_id == browser_session_id)


def mails_to_address(session: Session, email: str, *, now: datetime) -> int:
    """How many sign-in mails were written to an address within the last hour (1 statement).

    A challenge without code is none: it is a link of the command line, or its mail was withheld.
    """
    return _count(session, now, SignInChallenge.email == email, SignInChallenge.code_hash.is_not(None))


def _count(session: Session, now: datetime, *conditions: Any) -> int:
    since = SignInChallenge.created_at > now - THROTTLE_WINDOW
    return session.scalar(select(func.count()).select_from(SignInChallenge).where(since, *conditions)) or 0


def _view(person: Person | None) -> PersonView | None:
    if person is None:
        return None
    return PersonView(person.id, person.email, person.display_name, person.language, person.is_administrator)
