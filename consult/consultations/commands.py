"""Setting up and publishing consultations, and the one way to change their figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.consultations import policies, queries, rules
from consult.consultations.errors import DateFrozen, EditedMeanwhile, SlugTaken
from consult.consultations.events import ConsultationChanged, ConsultationPublished, SynthesisPublished
from consult.consultations.models import Consultation, DayChange, Question, Tally, Testimony
from consult.consultations.rules import ConsultationText
from consult.consultations.values import State
from consult.core.access import Actor, require
from consult.core.clock import civil_date
from consult.core.db import is_sqlite
from consult.core.errors import Invalid, NotFound
from consult.core.events import emit
from consult.organisations.models import Organisation


@dataclass(frozen=True)
class LockedConsultation:
    """What commands need to know of a consultation whose tally row this transaction holds."""

    id: int
    organisation_id: int
    slug: str
    time_zone: str
    opens_on: date
    closes_on: date
    published: bool
    synthesis_published: bool
    hold_first_posts: bool

    def state(self, now: datetime) -> State:
        """Where it stands at `now`."""
        return rules.state_at(
            published=self.published,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            time_zone=self.time_zone,
            now=now,
        )

    def day(self, now: datetime) -> date:
        """The civil day of `now` in its time zone."""
        return civil_date(now, self.time_zone)


_COUNTED = ("participants", "contributions", "supports", "comments", "visitors")
_TALLY, _DAYS = cast(Table, Tally.__table__), cast(Table, DayChange.__table__)

# Built once: putting such a statement together costs twenty times what running it does.
_MOVE_TALLY = (
    update(_TALLY)
    .where(_TALLY.c.consultation_id == bindparam("of_consultation"))
    .values(
        version=_TALLY.c.version + 1, **{name: _TALLY.c[name] + bindparam(f"change_{name}") for name in _COUNTED}
    )
)


def _move_day(insert: Callable[[Any], Any]) -> Any:
    statement = insert(_DAYS).values(
        consultation_id=bindparam("of_consultation"),
        day=bindparam("of_day"),
        **{name: bindparam(f"change_{name}") for name in _COUNTED},
    )
    return statement.on_conflict_do_update(
        index_elements=["consultation_id", "day"],
        set_={name: _DAYS.c[name] + statement.excluded[name] for name in _COUNTED},
    )


_MOVE_DAY = {True: _move_day(sqlite.insert), False: _move_day(postgresql.insert)}


def lock_consultation(session: Session, consultation_id: int) -> LockedConsultation:
    """Take the tally row's lock, the first of every act, and return the facts that policies ask about.

    The facts are read by a statement of their own: PostgreSQL would give a statement that waited the row it waited
    for anew, but everything else as it was before. SQLite's writer holds the lock since its `BEGIN IMMEDIATE`.

    Raises `NotFound` when there is no such consultation.
    """
    if not is_sqlite(session):
        tally = select(Tally.consultation_id).where(Tally.consultation_id == consultation_id)
        session.execute(tally.with_for_update(of=Tally))
    row = session.execute(
        select(
            Consultation.id,
            Consultation.organisation_id,
            Consultation.slug,
            Consultation.time_zone,
            Consultation.opens_on,
            Consultation.closes_on,
            Consultation.published_at,
            Consultation.synthesis_published_at,
            Consultation.hold_first_posts,
        ).where(Consultation.id == consultation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return LockedConsultation(
        id=row.id,
        organisation_id=row.organisation_id,
        slug=row.slug,
        time_zone=row.time_zone,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        published=row.published_at is not None,
        synthesis_published=row.synthesis_published_at is not None,
        hold_first_posts=row.hold_first_posts,
    )


def adjust_tally(
    session: Session,
    consultation_id: int,
    *,
    day: date,
    participants: int = 0,
    contributions: int = 0,
    supports: int = 0,
    comments: int = 0,
    visitors: int = 0,
) -> None:
    """Add these differences to the live figures and to the civil day's changes, in this transaction.

    A plain call and not an event: an unwired handler would be a silently wrong figure. The data version
    moves with every call, also when only a text changed and all differences are 0.
    """
    changes = {
        "change_participants": participants,
        "change_contributions": contributions,
        "change_supports": supports,
        "change_comments": comments,
        "change_visitors": visitors,
    }
    session.execute(_MOVE_TALLY, {"of_consultation": consultation_id, **changes})
    if any(changes.values()):
        insert = _MOVE_DAY[is_sqlite(session)]
        session.execute(insert, {"of_consultation": consultation_id, "of_day": day, **changes})


def take_contribution_number(session: Session, consultation_id: int) -> int:
    """The next contribution number; numbers are never used again. The caller holds the tally's lock."""
    return session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(next_contribution_number=Consultation.next_contribution_number + 1)
        .returning(Consultation.next_contribution_number - 1)
    ).scalar_one()


def take_comment_number(session: Session, consultation_id: int) -> int:
    """The next comment number of the consultation; never used again."""
    return session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(next_comment_number=Consultation.next_comment_number + 1)
        .returning(Consultation.next_comment_number - 1)
    ).scalar_one()


def create_consultation(
    session: Session, *, actor: Actor, organisation_id: int, text: ConsultationText, now: datetime
) -> int:
    """Create a draft; returns its id. Raises `Refused`, `SlugTaken`."""
    require(policies.can_manage(actor, organisation_id=organisation_id))
    return add_consultation(session, organisation_id=organisation_id, text=text, now=now)


def add_consultation(session: Session, *, organisation_id: int, text: ConsultationText, now: datetime) -> int:
    """Store a draft without asking who acts: for packages loaded by the operator. Raises `SlugTaken`."""
    _refuse_taken_slug(session, text.slug)
    organisation = session.get_one(Organisation, organisation_id)
    consultation = Consultation(organisation_id=organisation_id, time_zone=organisation.time_zone, created_at=now)
    _write_text(consultation, text)
    session.add(consultation)
    _flush_slug(session)
    session.add(Tally(consultation_id=consultation.id))
    _write_children(session, consultation.id, text)
    session.flush()
    return consultation.id


def update_consultation(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    text: ConsultationText,
    now: datetime,
    based_on: str | None = None,
) -> None:
    """Save texts, questions, testimonies and dates.

    Once open its opening day stays; the closing day never moves before today, and a closed consultation
    does not reopen (`DateFrozen`). Once open its questions are reworded and added to, never taken away: people
    answer them; once closed they stay as they were asked. `based_on` is the `text_fingerprint` of what the writer
    saw; `EditedMeanwhile` when it is stale.
    """
    locked = lock_consultation(session, consultation_id)
    require(policies.can_manage(actor, organisation_id=locked.organisation_id))
    if based_on is not None and based_on != queries.text_fingerprint(session, consultation_id):
        raise EditedMeanwhile
    _check_date_changes(locked, text, now)
    _check_question_changes(session, locked, text, now)
    consultation = session.get_one(Consultation, consultation_id)
    if text.slug != consultation.slug:
        if locked.published:
            raise DateFrozen("slug", "slug_published")
        _refuse_taken_slug(session, text.slug)
    _write_text(consultation, text)
    _flush_slug(session)
    _write_children(session, consultation_id, text)
    session.flush()
    adjust_tally(session, consultation_id, day=locked.day(now))
    emit(session, ConsultationChanged(consultation_id, text.opens_on, text.closes_on, now))


def publish_consultation(session: Session, *, actor: Actor, consultation_id: int, now: datetime) -> None:
    """Make a draft visible; from then on it opens and closes by its dates. Idempotent.

    Raises `DateFrozen` when its last day is already over. It may ask no question: contributions are then free.
    """
    locked = lock_consultation(session, consultation_id)
    require(policies.can_manage(actor, organisation_id=locked.organisation_id))
    consultation = session.get_one(Consultation, consultation_id)
    if consultation.published_at is not None:
        return
    organisation = session.get_one(Organisation, consultation.organisation_id)
    if consultation.closes_on < civil_date(now, organisation.time_zone):
        raise DateFrozen("closes_on", "closes_in_the_past")
    consultation.time_zone = organisation.time_zone
    consultation.published_at = now
    session.flush()
    adjust_tally(session, consultation_id, day=locked.day(now))
    emit(session, ConsultationPublished(consultation_id, now))


def mark_published(session: Session, *, consultation_id: int, now: datetime, demonstration: bool) -> None:
    """Make an imported consultation visible, whatever its dates: the last step of an import."""
    session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(published_at=now, is_demonstration=demonstration)
    )
    emit(session, ConsultationPublished(consultation_id, now))


def mark_synthesis_published(session: Session, consultation: LockedConsultation, *, now: datetime) -> None:
    """Note that the synthesis is published: called by reports, which asked its policy and holds the tally row."""
    session.execute(
        update(Consultation).where(Consultation.id == consultation.id).values(synthesis_published_at=now)
    )
    emit(session, SynthesisPublished(consultation.id, now))


def set_next_numbers(session: Session, consultation_id: int, *, contribution: int, comment: int) -> None:
    """Continue numbering after an import."""
    session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(next_contribution_number=contribution, next_comment_number=comment)
    )


def _check_date_changes(locked: LockedConsultation, text: ConsultationText, now: datetime) -> None:
    state = locked.state(now)
    if state is State.DRAFT:
        return
    if state is State.ANNOUNCED:
        # The days figure counts from the first day: it cannot say that people could answer before today.
        if text.opens_on < locked.day(now):
            raise DateFrozen("opens_on", "opens_in_the_past")
        return
    if text.opens_on != locked.opens_on:
        raise DateFrozen("opens_on", "opening_is_past")
    if text.closes_on == locked.closes_on:
        return
    if state is State.CLOSED:
        raise DateFrozen("closes_on", "closed_for_good")
    if text.closes_on < locked.day(now):
        raise DateFrozen("closes_on", "closes_in_the_past")


def _check_question_changes(
    session: Session, locked: LockedConsultation, text: ConsultationText, now: datetime
) -> None:
    state = locked.state(now)
    if state in {State.DRAFT, State.ANNOUNCED}:
        return
    asked = select(Question.text).where(Question.consultation_id == locked.id).order_by(Question.number)
    questions = tuple(session.scalars(asked))
    if state is State.CLOSED and text.questions != questions:
        raise Invalid("questions", "questions_frozen")
    if len(text.questions) < len(questions):
        raise Invalid("questions", "questions_stay")


def _flush_slug(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # two teams chose the same address at the same moment
        raise SlugTaken from error


def _refuse_taken_slug(session: Session, slug: str) -> None:
    if session.scalar(select(Consultation.id).where(Consultation.slug == slug)) is not None:
        raise SlugTaken


def _write_text(consultation: Consultation, text: ConsultationText) -> None:
    for name in (
        "slug", "title", "summary", "language", "opens_on", "closes_on", "introduction", "introduction_html",
        "about", "about_html", "decides", "decided_when", "not_negotiable", "outcome", "outcome_on",
        "hold_first_posts",
    ):  # fmt: skip
        setattr(consultation, name, getattr(text, name))


def _write_children(session: Session, consultation_id: int, text: ConsultationText) -> None:
    """Questions are matched by number, so that contributions keep the question they answered."""
    known = {
        question.number: question
        for question in session.scalars(select(Question).where(Question.consultation_id == consultation_id))
    }
    for number, words in enumerate(text.questions, 1):
        if number in known:
            known.pop(number).text = words
        else:
            session.add(Question(consultation_id=consultation_id, number=number, text=words))
    for question in known.values():
        session.delete(question)
    try:
        session.flush()
    except IntegrityError as error:  # contributions answer it; they live upstairs, the foreign key knows them
        raise Invalid("questions", "question_answered") from error
    for testimony in session.scalars(select(Testimony).where(Testimony.consultation_id == consultation_id)):
        session.delete(testimony)
    session.flush()
    for position, item in enumerate(text.testimonies, 1):
        session.add(
            Testimony(
                consultation_id=consultation_id,
                position=position,
                name=item.name,
                role=item.role,
                organisation=item.organisation,
                quote=item.quote,
                quote_html=item.quote_html,
                consent=item.consent,
            )
        )
