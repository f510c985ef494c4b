"""What is held on a person: read from every table that the data map says belongs to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, union
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Consent, Person
from consult.consultations.models import Consultation
from consult.consultations.rules import state_at
from consult.consultations.values import State
from consult.core.db import Base, one_at_a_time
from consult.organisations.models import Membership, Organisation
from consult.organisations.values import Role
from consult.privacy.rules import PEOPLE, DataMap, MappedTable, data_map
from consult.privacy.values import Kind
from consult.proposals.models import Comment, Contribution, Draft, Participation
from consult.proposals.values import Status

_CHUNK = 500
# What stands in a download for a secret of sign-in, and for the number of another person.
SECRET, OTHER = "(a secret, not shown)", "(somebody else)"


@dataclass(frozen=True)
class Subject:
    """Whose data it is."""

    person_id: int
    email: str | None


@dataclass(frozen=True)
class HeldTable:
    """A table that may hold something on people, and the columns that are told."""

    mapped: MappedTable
    columns: tuple[str, ...]


def tables_about_people(known: DataMap | None = None) -> tuple[HeldTable, ...]:
    """The tables of a download, in the map's order."""
    return tuple(
        HeldTable(mapped, tuple(entry.name for entry in mapped.columns))
        for mapped in (known or data_map()).values()
        if mapped.belongs
    )


def get_subject(session: Session, person_id: int) -> Subject | None:
    """A person whose account is not erased (1 statement)."""
    row = session.execute(
        select(Person.id, Person.email).where(Person.id == person_id, Person.erased_at.is_(None))
    ).one_or_none()
    return None if row is None else Subject(row.id, row.email)


def subject_by_email(session: Session, email: str) -> Subject | None:
    """The person with a normalised address (1 statement)."""
    row = session.execute(select(Person.id, Person.email).where(Person.email == email)).one_or_none()
    return None if row is None else Subject(row.id, row.email)


def rows_of(session: Session, held: HeldTable, subject: Subject) -> Iterator[Mapping[str, Any]]:
    """What a table holds on a person, row by row, in bounded memory (1 statement).

    Other people are told as `OTHER`, secrets as `SECRET`: that they are there, not what they are.
    """
    table = Base.metadata.tables[held.mapped.name]
    hidden = {entry.name for entry in held.mapped.columns if entry.kind is Kind.SECURITY}
    people = {column.name for column in table.columns if any(_is_person(key) for key in column.foreign_keys)}
    query = select(table).where(owned_by(table, subject)).order_by(*table.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=_CHUNK)).mappings():
        told = {name: _told(name, row[name], hidden, people, subject) for name in held.columns}
        told |= {name: OTHER for name, whose in held.mapped.only.items() if row[whose] != subject.person_id}
        yield told


def _is_person(key: Any) -> bool:
    return bool(key.column.table.name == PEOPLE)


def _told(name: str, value: Any, hidden: set[str], people: set[str], subject: Subject) -> Any:
    if value is None:
        return None
    if name in hidden:
        return SECRET
    if name in people and value != subject.person_id:
        return OTHER
    return value


def owned_by(table: Table, subject: Subject, known: DataMap | None = None) -> ColumnElement[bool]:
    """The condition "this row is that person's", from the paths of the data map."""
    known = known or data_map()
    return or_(
        *(
            _by_parent(table, path.column, path.parent, subject, known)
            if path.parent
            else table.c[path.column] == (subject.email if path.by_address else subject.person_id)
            for path in known[table.name].belongs
        )
    )


def _by_parent(table: Table, column: str, parent: str, subject: Subject, known: DataMap) -> ColumnElement[bool]:
    above = table.metadata.tables[parent]
    (key,) = table.c[column].foreign_keys
    return table.c[column].in_(select(key.column).where(owned_by(above, subject, known)))


def consultations_of(session: Session, person_id: int) -> tuple[Mapping[str, Any], ...]:
    """What the numbers of consultations in a download stand for (1 statement)."""
    known = union(
        *(
            select(model.consultation_id).where(column == person_id)
            for model, column in (
                (Contribution, Contribution.author_id),
                (Comment, Comment.author_id),
                (Participation, Participation.person_id),
                (Draft, Draft.person_id),
            )
        )
    ).subquery()
    rows = session.execute(
        select(Consultation.id, Consultation.slug, Consultation.title)
        .where(Consultation.id.in_(select(known.c.consultation_id)))
        .order_by(Consultation.id)
    )
    return tuple(dict(row) for row in rows.mappings())


def has_open_texts(session: Session, person_id: int, *, now: datetime) -> bool:
    """True while something they wrote can still be withdrawn (2 statements)."""
    standing = Status.PUBLISHED, Status.HELD
    for model in (Contribution, Comment):
        rows = session.execute(
            select(Consultation.opens_on, Consultation.closes_on, Consultation.time_zone)
            .join(model, model.consultation_id == Consultation.id)
            .where(model.author_id == person_id, model.status.in_(standing))
            .distinct()
        )
        for row in rows:
            dates = {name: getattr(row, name) for name in ("opens_on", "closes_on", "time_zone")}
            if state_at(published=True, now=now, **dates) is State.OPEN:
                return True
    return False


def consents_of(session: Session, person_id: int) -> tuple[str, ...]:
    """The versions of the conditions that a person agreed to, oldest first (1 statement)."""
    return tuple(
        session.scalars(select(Consent.version).where(Consent.person_id == person_id).order_by(Consent.given_at))
    )


# --- who may not go


def hold_administrators(session: Session) -> None:
    """Let one transaction at a time decide who may go."""
    one_at_a_time(session, "privacy.last_administrator")


def is_last_administrator(session: Session, person_id: int) -> bool:
    """True while nobody else administers the platform, or an organisation of theirs (3 statements).

    Who is disabled administers nothing: they cannot sign in.
    """
    others = select(Person.id).where(Person.is_administrator, Person.id != person_id, Person.disabled_at.is_(None))
    runs_platform = session.scalar(select(Person.is_administrator).where(Person.id == person_id))
    if runs_platform and session.scalar(others.limit(1)) is None:
        return True
    return organisation_left_alone(session, person_id) is not None


def organisation_left_alone(session: Session, person_id: int) -> str | None:
    """The name of an organisation that nobody else administers (1 statement)."""
    other = aliased(Membership)
    colleague = (
        select(other.person_id)
        .join(Person, Person.id == other.person_id)
        .where(
            Person.disabled_at.is_(None),
            other.organisation_id == Organisation.id,
            other.role == Role.ADMINISTRATOR,
            other.person_id != person_id,
        )
        .exists()
    )
    return session.scalar(
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.role == Role.ADMINISTRATOR, ~colleague)
        .order_by(Organisation.name)
        .limit(1)
    )
