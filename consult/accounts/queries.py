"""What others may know of people, their sessions and the sign-ins under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from consult.accounts.models import (
    AddressChange,
    BrowserSession,
    MailRefusal,
    Person,
    RecoveryCode,
    SecondFactor,
    SignInChallenge,
)
from consult.accounts.rules import THROTTLE_WINDOW, hash_token, is_over
from consult.accounts.values import ALWAYS_WRITTEN, CONSENT_VERSION, MailKind, Purpose, Standing, WrittenTo


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
    is_disabled: bool = False


@dataclass(frozen=True)
class Identity:
    """What each request of somebody signed in needs to know of them."""

    id: int
    display_name: str
    is_administrator: bool
    is_disabled: bool
    has_second_factor: bool


@dataclass(frozen=True)
class Credentials:
    """How a person may sign in beside the mail."""

    email: str
    language: str | None
    password_hash: str | None = None
    second_factor_since: datetime | None = None
    recovery_codes: int = 0

    @property
    def has_second_factor(self) -> bool:
        """Whether an authenticator is asked for as well."""
        return self.second_factor_since is not None


@dataclass(frozen=True)
class PasswordOnFile:
    """Whose password an address has; nobody's and none for an address that is not known."""

    person_id: int | None = None
    password_hash: str | None = None
    display_name: str = ""
    language: str | None = None


@dataclass(frozen=True)
class OpenSession:
    """A browser that a person is signed in with."""

    id: int
    device: str
    signed_in_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class ChangeUnderWay:
    """A change of address: what the person sees of it."""

    new_email: str
    old_confirmed: bool
    new_confirmed: bool
    expires_at: datetime


@dataclass(frozen=True)
class AddressLink:
    """What a link of a change of address asks to confirm."""

    person_id: int
    old_email: str
    new_email: str
    is_for_new: bool


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


def identity_of(session: Session, person_id: int) -> Identity | None:
    """Who somebody is, at each of their requests (1 statement); None once their account is erased."""
    row = session.execute(
        select(
            Person.id,
            Person.display_name,
            Person.is_administrator,
            Person.disabled_at.is_not(None).label("is_disabled"),
            SecondFactor.person_id.is_not(None).label("has_second_factor"),
        )
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(Person.id == person_id, Person.erased_at.is_(None))
    ).one_or_none()
    return None if row is None else Identity(*row)


def credentials_of(session: Session, person_id: int) -> Credentials | None:
    """How a person may sign in (1 statement)."""
    codes = select(func.count()).where(RecoveryCode.person_id == person_id).scalar_subquery()
    row = session.execute(
        select(Person.email, Person.language, Person.password_hash, SecondFactor.created_at, codes)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(Person.id == person_id, Person.email.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    return Credentials(*row)


def password_of(session: Session, email: str) -> PasswordOnFile:
    """The password of a normalised address, as a hash: the same statement for every address (1 statement)."""
    row = session.execute(
        select(Person.id, Person.password_hash, Person.display_name, Person.language).where(Person.email == email)
    ).one_or_none()
    return PasswordOnFile() if row is None else PasswordOnFile(*row)


def sealed_secret(session: Session, person_id: int) -> tuple[str, int] | None:
    """The sealed secret of a person's authenticator and the last step used (1 statement)."""
    row = session.execute(
        select(SecondFactor.sealed_secret, SecondFactor.last_step).where(SecondFactor.person_id == person_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def open_sessions(session: Session, person_id: int, *, team: bool, now: datetime) -> tuple[OpenSession, ...]:
    """The browsers that a person is signed in with, the last used first (1 statement)."""
    rows = session.scalars(
        select(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.expires_at > now)
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    )
    found = []
    for row in rows:
        kept = row.data.get("standing")
        standing = Standing.of(kept) if kept else None
        if standing and not is_over(standing, row.seen_at, team=team, now=now):
            found.append(OpenSession(row.id, standing.device, standing.signed_in_at, row.seen_at))
    return tuple(found)


def knows_device(session: Session, person_id: int, device: str, *, now: datetime) -> bool:
    """Whether a person is signed in with such a browser already (1 statement)."""
    return any(item.device == device for item in open_sessions(session, person_id, team=False, now=now))


def wants_mail(session: Session, person_id: int, kind: MailKind) -> bool:
    """Whether a person wants mails of this kind; some are always written (at most 1 statement)."""
    return kind in ALWAYS_WRITTEN or kind in wanted_mails(session, person_id)


def wanted_mails(session: Session, person_id: int) -> frozenset[MailKind]:
    """Every kind of mail that a person gets (1 statement)."""
    refused = session.scalars(select(MailRefusal.kind).where(MailRefusal.person_id == person_id))
    return frozenset(MailKind) - (frozenset(refused) - ALWAYS_WRITTEN)


def change_under_way(session: Session, person_id: int, *, now: datetime) -> ChangeUnderWay | None:
    """The change of address that a person has asked for (1 statement)."""
    row = session.scalars(
        select(AddressChange).where(AddressChange.person_id == person_id, AddressChange.expires_at > now)
    ).one_or_none()
    if row is None:
        return None
    return ChangeUnderWay(
        row.new_email, row.old_confirmed_at is not None, row.new_confirmed_at is not None, row.expires_at
    )


def address_link(session: Session, token: str, *, now: datetime) -> AddressLink | None:
    """What a link of a change of address is about, while it can be used (1 statement)."""
    hashed = hash_token(token)
    row = session.scalars(
        select(AddressChange).where(
            or_(AddressChange.old_hash == hashed, AddressChange.new_hash == hashed), AddressChange.expires_at > now
        )
    ).one_or_none()
    return (
        None if row is None else AddressLink(row.person_id, row.old_email, row.new_email, row.new_hash == hashed)
    )


def must_agree_again(session: Session, person_id: int) -> bool:
    """True when the conditions have changed since a person agreed to them (1 statement).

    An account that an operator opened has agreed to none, and is not asked.
    """
    agreed = session.scalar(select(Person.consent_version).where(Person.id == person_id))
    return agreed is not None and agreed != CONSENT_VERSION


def has_administrator(session: Session) -> bool:
    """True once somebody runs the platform."""
    return session.scalar(select(Person.id).where(Person.is_administrator).limit(1)) is not None


def address_of_link(session: Session, token: str, *, now: datetime) -> str | None:
    """The address that a sign-in link is for, while it can be used; looking does not use it (1 statement)."""
    return session.scalar(
        select(SignInChallenge.email).where(
            SignInChallenge.link_hash == hash_token(token),
            SignInChallenge.purpose == Purpose.SIGN_IN,
            SignInChallenge.used_at.is_(None),
            SignInChallenge.expires_at > now,
        )
    )


def asked_by_browser(session: Session, browser_session_id: int, *, now: datetime) -> int:
    """How many sign-ins a browser asked for within the last hour (1 statement)."""
    since = SignInChallenge.created_at > now - THROTTLE_WINDOW
    asked = select(func.count()).where(since, SignInChallenge.browser_session_id == browser_session_id)
    return session.scalar(asked) or 0


def mails_to_address(session: Session, email: str, purpose: Purpose, *, now: datetime) -> WrittenTo:
    """The mails for one purpose that were written to an address within the last hour (1 statement).

    A challenge without code is none: it is a link of the command line, or its mail was withheld.
    """
    found = session.execute(
        select(func.count(), func.max(SignInChallenge.created_at)).where(
            SignInChallenge.email == email,
            SignInChallenge.created_at > now - THROTTLE_WINDOW,
            SignInChallenge.purpose == purpose,
            SignInChallenge.code_hash.is_not(None),
        )
    ).one()
    return WrittenTo(*found)


def _view(person: Person | None) -> PersonView | None:
    if person is None:
        return None
    return PersonView(
        person.id,
        person.email,
        person.display_name,
        person.language,
        person.is_administrator,
        person.disabled_at is not None,
    )
