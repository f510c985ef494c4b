"""Opening accounts from the command line: a person, a role, and a link to sign in with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import commands as accounts
from consult.accounts import queries as people
from consult.accounts.rules import MAX_NAME, MIN_NAME, normalise_email
from consult.core.db import one_at_a_time
from consult.core.errors import Invalid, OperatorError
from consult.organisations import queries as organisations
from consult.organisations.commands import set_role
from consult.organisations.queries import OrganisationView
from consult.organisations.values import Role

# What an operator is told; pages have sentences of their own, in the reader's language.
_WORDS: Mapping[str, str] = {
    "email_invalid": "--email: write a complete e-mail address, for example claire.martin@example.org",
    "name_length": f"--name: write {MIN_NAME} to {MAX_NAME} characters",
    "name_letters": "--name: write at least one letter or digit",
    "name_is_address": "--name: write a name, not an e-mail address",
    "characters": "--name: it holds characters that cannot be shown",
}


@dataclass(frozen=True)
class OpenedAccount:
    """What became of an account, and the token of its one-time link."""

    email: str
    display_name: str
    created: bool
    first_administrator: bool
    is_administrator: bool
    organisation: str | None
    role: Role | None
    is_team: bool
    token: str


def open_account(
    session: Session,
    *,
    email: str,
    display_name: str,
    administrator: bool,
    organisation: str | None,
    role: Role | None = None,
    team_path: str,
    demonstration: bool,
    now: datetime,
    real_now: datetime,
) -> OpenedAccount:
    """Create an account, or use the existing one as it is, give it its role and a link of 24 hours.

    While nobody administers the platform, the account becomes administrator. Otherwise, unless `administrator`
    is asked for, it gets `role` (a manager's when None) in `organisation` (a slug), or in the only one there is;
    an account that belongs to a team already keeps its place. `team_path` is where the link leads the team; in a
    `demonstration` it stands for the second factor too. Raises `OperatorError`, which names the option.
    """
    one_at_a_time(session, "accounts.first_administrator")
    try:
        email = normalise_email(email)
        known = people.person_by_email(session, email)
        first = not people.has_administrator(session)
        person_id = accounts.register_person(
            session, email=email, display_name=display_name, administrator=administrator or first, now=now
        )
    except Invalid as error:
        raise OperatorError(_WORDS.get(error.code, str(error))) from error
    if known is not None and (administrator or first):
        accounts.make_administrator(session, person_id=person_id)
    is_administrator = administrator or first or (known is not None and known.is_administrator)
    has_place = is_administrator or bool(organisations.roles_of(session, person_id))
    place = _organisation(session, organisation, needed=not has_place or role is not None)
    given = _give_place(session, place.id, person_id, role or Role.MANAGER, now) if place is not None else None
    is_team = has_place or place is not None
    person = people.get_person(session, person_id)
    return OpenedAccount(
        email=email,
        display_name=person.display_name if person else display_name,
        created=known is None,
        first_administrator=first,
        is_administrator=is_administrator,
        organisation=place.name if place else None,
        role=given,
        is_team=is_team,
        token=accounts.create_one_time_link(
            session,
            email=email,
            now=real_now,
            next_path=team_path if is_team else None,
            both_factors=demonstration,
        ),
    )


def _organisation(session: Session, slug: str | None, *, needed: bool) -> OrganisationView | None:
    """The organisation that was named, or the only one when a role is needed and none was named."""
    known = {item.slug: item for item in organisations.list_organisations(session)}
    slugs = ", ".join(sorted(known)) or "none yet"
    if slug is not None:
        if slug not in known:
            raise OperatorError(f"--organisation: there is no “{slug}”; known: {slugs}")
        return known[slug]
    if not needed or not known:
        return None
    if len(known) > 1:
        raise OperatorError(f"--organisation: say which one the account is for: {slugs}")
    return next(iter(known.values()))


def _give_place(session: Session, organisation_id: int, person_id: int, role: Role, now: datetime) -> Role:
    """The role that they have then: a place in the team is never made smaller from here."""
    ranks = list(Role)
    had = organisations.roles_of(session, person_id).get(organisation_id)
    if had is not None and ranks.index(Role(had)) >= ranks.index(role):
        return Role(had)
    set_role(session, organisation_id=organisation_id, person_id=person_id, role=role, now=now)
    return role
