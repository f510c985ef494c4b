"""What the team types in from paper and meetings: part of the commands' layer, with what its pages list.

Decisions: docs/decisions/0031-closed-means-frozen.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select, update
from sqlalchemy.orm import Session

from consult.accounts.loads import add_people
from consult.accounts.models import Person
from consult.consultations.commands import (
    LockedConsultation,
    adjust_tally,
    lock_consultation,
    take_contribution_number,
)
from consult.consultations.models import Question
from consult.consultations.values import State
from consult.core.access import Actor, Refused, require
from consult.core.errors import NotFound
from consult.core.events import emit
from consult.proposals import policies
from consult.proposals.commands import find_contribution, find_question_id, replace_text, set_contribution_status
from consult.proposals.counting import count_act
from consult.proposals.events import ContributionEdited, PaperCorrected, PaperEntered
from consult.proposals.models import Contribution, PaperEntry, Participation
from consult.proposals.rules import ContributionText, PaperFacts, check_reason, check_received_on, shuffle_key
from consult.proposals.values import Channel, Status

LISTED = 50


@dataclass(frozen=True)
class PaperItem:
    """A contribution from paper or a meeting as the team sees it."""

    number: int
    question_number: int | None
    title: str
    body: str
    author: str
    author_key: str
    channel: Channel
    status: Status
    received_on: date | None
    entered_at: datetime
    entered_by: str
    corrected_at: datetime | None
    source: str
    withdrawal_reason: str


@dataclass(frozen=True)
class PaperPage:
    """One page of the list, newest first; `after` leads to the next one, None on the last."""

    items: tuple[PaperItem, ...]
    after: int | None


def enter_paper_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    question_number: int | None,
    text: ContributionText,
    facts: PaperFacts,
    token: str | None,
    now: datetime,
) -> int:
    """Publish what was received on paper or at a meeting; returns its number.

    Received while the consultation was open, typed in until its synthesis is published. The figures move on the
    day it is typed in. The same `token` again (a form sent twice) returns the number it got the first time.
    Raises `Refused`, `Invalid`, `NotFound`.
    """
    consultation = _lock(session, actor, consultation_id, now)
    known = _entered_before(session, consultation_id, token) if token else None
    if known is not None:
        return known
    _check_received(consultation, facts, now)
    question_id = find_question_id(session, consultation_id, question_number, needed=False)
    author_id = _author(session, consultation_id, facts, now)
    number = take_contribution_number(session, consultation_id)
    contribution = Contribution(
        consultation_id=consultation_id,
        number=number,
        question_id=question_id,
        author_id=author_id,
        author_name=facts.author_name,
        title=text.title,
        body=text.body,
        body_html=text.body_html,
        excerpt=text.excerpt,
        search_text=text.search_text,
        channel=facts.channel,
        received_on=facts.received_on,
        created_at=now,
        shuffle=shuffle_key(consultation.slug, number),
    )
    session.add(contribution)
    session.flush()
    session.add(
        PaperEntry(
            contribution_id=contribution.id,
            consultation_id=consultation_id,
            entered_by_id=actor.person_id,
            entered_at=now,
            changed_at=now,
            source=facts.source,
            token=token,
        )
    )
    session.flush()
    participants = count_act(session, consultation_id, author_id, +1)
    adjust_tally(session, consultation_id, day=consultation.day(now), contributions=1, participants=participants)
    late = consultation.state(now) is State.CLOSED
    emit(
        session,
        PaperEntered(
            consultation_id, number, facts.channel, facts.received_on, author_id, participants, late, now
        ),
    )
    return number


def correct_paper_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    question_number: int | None,
    text: ContributionText,
    facts: PaperFacts,
    now: datetime,
) -> None:
    """Put right what was mistyped; an earlier text stays readable. Who wrote it (`author_key`) does not change.

    Raises `Refused` (also `not_paper`, `paper_not_public`), `Invalid`, `NotFound`.
    """
    consultation = _lock(session, actor, consultation_id, now)
    contribution, entry = _typed_in(session, consultation_id, number)
    _check_received(consultation, facts, now)
    question_id = find_question_id(session, consultation_id, question_number, needed=False)
    new_text = replace_text(session, contribution, text, question_id, now)
    stored = (contribution.channel, contribution.author_name, contribution.received_on, entry.source)
    if not new_text and stored == (facts.channel, facts.author_name, facts.received_on, facts.source):
        return
    contribution.channel = facts.channel
    contribution.author_name = facts.author_name
    contribution.received_on = facts.received_on
    entry.source = facts.source
    entry.corrected_at = entry.changed_at = now
    session.flush()
    adjust_tally(session, consultation_id, day=consultation.day(now))
    if new_text:
        emit(session, ContributionEdited(consultation_id, number, now))
    emit(session, PaperCorrected(consultation_id, number, facts.channel, facts.received_on, now))


def withdraw_paper_contribution(
    session: Session, *, actor: Actor, consultation_id: int, number: int, reason: str, now: datetime
) -> None:
    """Take back what was typed in by mistake; its number is never used again.

    Raises `Refused` (also `not_paper`, `paper_not_public`), `Invalid`, `NotFound`.
    """
    reason = check_reason(reason)
    consultation = _lock(session, actor, consultation_id, now)
    _contribution, entry = _typed_in(session, consultation_id, number)
    entry.withdrawal_reason = reason
    entry.changed_at = now
    set_contribution_status(session, consultation=consultation, number=number, status=Status.WITHDRAWN, now=now)


def forget_typist(session: Session, *, person_id: int) -> None:
    """Name nobody any more beside what this person typed in."""
    session.execute(update(PaperEntry).where(PaperEntry.entered_by_id == person_id).values(entered_by_id=None))


def list_paper(session: Session, *, consultation_id: int, after: int | None = None) -> PaperPage:
    """One page of what came on paper and from meetings, newest first (1 statement)."""
    query = _items().where(PaperEntry.consultation_id == consultation_id)
    if after is not None:
        last = select(Contribution.id).where(
            Contribution.consultation_id == consultation_id, Contribution.number == after
        )
        query = query.where(PaperEntry.contribution_id < last.scalar_subquery())
    rows = session.execute(query.order_by(PaperEntry.contribution_id.desc()).limit(LISTED + 1)).all()
    items = tuple(_item(row) for row in rows[:LISTED])
    return PaperPage(items, items[-1].number if len(rows) > LISTED else None)


def get_paper(session: Session, *, consultation_id: int, number: int) -> PaperItem:
    """One of them (1 statement). Raises `NotFound` for what was written on the site, too."""
    row = session.execute(
        _items().where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _item(row)


def _lock(session: Session, actor: Actor, consultation_id: int, now: datetime) -> LockedConsultation:
    consultation = lock_consultation(session, consultation_id)
    require(
        policies.can_enter_paper(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            synthesis_published=consultation.synthesis_published,
        )
    )
    return consultation


def _entered_before(session: Session, consultation_id: int, token: str) -> int | None:
    return session.scalar(
        select(Contribution.number)
        .join(PaperEntry, PaperEntry.contribution_id == Contribution.id)
        .where(PaperEntry.consultation_id == consultation_id, PaperEntry.token == token)
    )


def _check_received(consultation: LockedConsultation, facts: PaperFacts, now: datetime) -> None:
    check_received_on(
        facts.received_on,
        opens_on=consultation.opens_on,
        closes_on=consultation.closes_on,
        today=consultation.day(now),
    )


def _author(session: Session, consultation_id: int, facts: PaperFacts, now: datetime) -> int | None:
    """The person of this key in this consultation, made on first use; nobody without a key."""
    if facts.author_key is None:
        return None
    known = session.scalar(
        select(Participation.person_id).where(
            Participation.consultation_id == consultation_id, Participation.author_key == facts.author_key
        )
    )
    if known is not None:
        return known
    (person_id,) = add_people(session, [facts.author_name], now)
    session.add(
        Participation(
            consultation_id=consultation_id, person_id=person_id, counted_acts=0, author_key=facts.author_key
        )
    )
    session.flush()
    return person_id


def _typed_in(session: Session, consultation_id: int, number: int) -> tuple[Contribution, PaperEntry]:
    contribution = find_contribution(session, consultation_id, number)
    entry = session.get(PaperEntry, contribution.id)
    if entry is None:
        raise Refused("not_paper")
    require(policies.can_change_paper(contribution.status))
    return contribution, entry


def _items() -> Select[*tuple[Any, ...]]:
    keyed = and_(
        Participation.consultation_id == Contribution.consultation_id,
        Participation.person_id == Contribution.author_id,
    )
    return (
        select(PaperEntry, Contribution, Question.number.label("question"), Participation.author_key, Person)
        .join(Contribution, Contribution.id == PaperEntry.contribution_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Participation, keyed)
        .outerjoin(Person, Person.id == PaperEntry.entered_by_id)
    )


def _item(row: Row[*tuple[Any, ...]]) -> PaperItem:
    entry: PaperEntry = row.PaperEntry
    contribution: Contribution = row.Contribution
    return PaperItem(
        number=contribution.number,
        question_number=row.question,
        title=contribution.title,
        body=contribution.body,
        author=contribution.author_name,
        author_key=row.author_key or "",
        channel=contribution.channel,
        status=contribution.status,
        received_on=contribution.received_on,
        entered_at=entry.entered_at,
        entered_by=row.Person.display_name if row.Person is not None else "",
        corrected_at=entry.corrected_at,
        source=entry.source,
        withdrawal_reason=entry.withdrawal_reason,
    )
