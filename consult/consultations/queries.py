"""What pages show of consultations: frozen dataclasses, a fixed number of statements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, defer

from consult.consultations import policies, rules
from consult.consultations.models import Consultation, DayChange, Question, Tally, Testimony
from consult.consultations.values import State
from consult.core.access import Actor
from consult.core.clock import civil_date
from consult.core.errors import NotFound
from consult.core.slugs import first_free
from consult.organisations.models import Logo, Organisation
from consult.organisations.queries import Look, look_of

_WRITTEN = (
    *("slug", "title", "summary", "language", "opens_on", "closes_on", "introduction", "about"),
    *("decides", "decided_when", "not_negotiable", "outcome", "outcome_on", "hold_first_posts"),
)


@dataclass(frozen=True)
class Figures:
    """The five figures and the comments, as of an instant."""

    slug: str
    as_of: datetime
    state: State
    days: int
    days_total: int
    participants: int
    contributions: int
    supports: int
    comments: int
    visitors: int
    version: int


@dataclass(frozen=True)
class QuestionView:
    """A guiding question."""

    id: int
    number: int
    text: str


@dataclass(frozen=True)
class TestimonyView:
    """A testimony as shown."""

    name: str
    role: str
    organisation: str
    quote: str
    quote_html: str
    consent: str

    __test__ = False  # the name is the product's word, not a test class


@dataclass(frozen=True)
class ConsultationView:
    """A consultation as its pages need it, questions and figures included."""

    id: int
    slug: str
    title: str
    summary: str
    language: str
    organisation_id: int
    organisation_slug: str
    organisation_name: str
    look: Look
    time_zone: str
    opens_on: date
    closes_on: date
    state: State
    introduction: str
    introduction_html: str
    about: str
    about_html: str
    decides: str
    decided_when: str
    not_negotiable: str
    outcome: str
    outcome_on: date | None
    synthesis_published_at: datetime | None
    is_demonstration: bool
    hold_first_posts: bool
    questions: tuple[QuestionView, ...]
    figures: Figures

    @property
    def days_left(self) -> int:
        """Days still to come after today, up to the closing day (0 on the last day)."""
        return self.figures.days_total - self.figures.days


@dataclass(frozen=True)
class ConsultationSummary:
    """A consultation in a list."""

    id: int
    slug: str
    title: str
    summary: str
    language: str
    organisation_id: int
    organisation_name: str
    opens_on: date
    closes_on: date
    outcome: str
    is_demonstration: bool
    figures: Figures

    @property
    def days_left(self) -> int:
        """Days still to come after today."""
        return self.figures.days_total - self.figures.days

    @property
    def closing_soon(self) -> bool:
        """Open, for the last week."""
        return self.figures.state is State.OPEN and rules.is_last_week(self.days_left)


@dataclass(frozen=True)
class HomeLists:
    """The consultations of the home page, by state."""

    open: tuple[ConsultationSummary, ...]
    announced: tuple[ConsultationSummary, ...]
    closed: tuple[ConsultationSummary, ...]


def get_consultation(session: Session, slug: str, *, actor: Actor, now: datetime) -> ConsultationView:
    """One consultation with its questions and figures (2 statements).

    Raises `NotFound` for an unknown one and, unless the actor is of its team, for a draft.
    """
    row = session.execute(
        _with_tally()
        .add_columns(Logo)
        .outerjoin(Logo, Logo.organisation_id == Organisation.id)
        .where(Consultation.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    figures = _figures(row.Consultation, row.Tally, now)
    if not policies.can_read(actor, organisation_id=row.Organisation.id, state=figures.state):
        raise NotFound
    questions = session.execute(
        select(Question.id, Question.number, Question.text)
        .where(Question.consultation_id == row.Consultation.id)
        .order_by(Question.number)
    )
    return _view(row, tuple(QuestionView(*item) for item in questions), figures)


def list_testimonies(session: Session, consultation_id: int) -> tuple[TestimonyView, ...]:
    """The testimonies in their order (1 statement)."""
    rows = session.scalars(
        select(Testimony).where(Testimony.consultation_id == consultation_id).order_by(Testimony.position)
    )
    return tuple(
        TestimonyView(row.name, row.role, row.organisation, row.quote, row.quote_html, row.consent) for row in rows
    )


def figures(session: Session, consultation_id: int, now: datetime) -> Figures:
    """The live figures (1 statement). Raises `NotFound`."""
    row = session.execute(_in_short().where(Consultation.id == consultation_id)).one_or_none()
    if row is None:
        raise NotFound
    return _figures(row.Consultation, row.Tally, now)


def figures_at(session: Session, consultation_id: int, day: date) -> Figures:
    """The figures as known at the end of a civil day: the sum of each day's changes until then (2 statements)."""
    row = session.execute(_in_short().where(Consultation.id == consultation_id)).one_or_none()
    if row is None:
        raise NotFound
    sums = session.execute(
        select(
            func.coalesce(func.sum(DayChange.participants), 0).label("participants"),
            func.coalesce(func.sum(DayChange.contributions), 0).label("contributions"),
            func.coalesce(func.sum(DayChange.supports), 0).label("supports"),
            func.coalesce(func.sum(DayChange.comments), 0).label("comments"),
            func.coalesce(func.sum(DayChange.visitors), 0).label("visitors"),
        ).where(DayChange.consultation_id == consultation_id, DayChange.day <= day)
    ).one()
    then = Tally(
        participants=sums.participants,
        contributions=sums.contributions,
        supports=sums.supports,
        comments=sums.comments,
        visitors=sums.visitors,
        version=row.Tally.version,
    )
    return _figures(row.Consultation, then, rules.last_instant(day, row.Consultation.time_zone))


@dataclass(frozen=True)
class DayView:
    """What one civil day changed."""

    day: date
    participants: int
    contributions: int
    supports: int
    comments: int
    visitors: int


def day_changes(session: Session, consultation_id: int, *, after: date | None = None) -> tuple[DayView, ...]:
    """Each civil day (after one, if given) on which a figure changed, in order (1 statement; a row per day)."""
    changed = select(DayChange).where(DayChange.consultation_id == consultation_id).order_by(DayChange.day)
    rows = session.scalars(changed if after is None else changed.where(DayChange.day > after))
    return tuple(
        DayView(row.day, row.participants, row.contributions, row.supports, row.comments, row.visitors)
        for row in rows
    )


def home_lists(session: Session, *, now: datetime, closed_limit: int = 20) -> HomeLists:
    """Published consultations by state: all open and announced ones, the latest closed ones (2 statements)."""
    # A day's margin on each side covers every time zone; the exact state is derived below.
    yesterday = civil_date(now, "UTC") - timedelta(days=1)
    published = _in_short().where(Consultation.published_at.is_not(None))
    running = session.execute(
        published.where(Consultation.closes_on >= yesterday).order_by(Consultation.closes_on, Consultation.id)
    )
    ended = session.execute(
        published.where(Consultation.closes_on < yesterday)
        .order_by(Consultation.closes_on.desc(), Consultation.id.desc())
        .limit(closed_limit)
    )
    shown = [_summary(row, now) for row in (*running, *ended)]

    def of_state(state: State) -> tuple[ConsultationSummary, ...]:
        return tuple(item for item in shown if item.figures.state is state)

    return HomeLists(of_state(State.OPEN), of_state(State.ANNOUNCED), of_state(State.CLOSED))


def managed_consultations(session: Session, *, actor: Actor, now: datetime) -> tuple[ConsultationSummary, ...]:
    """Every consultation of the organisations whose team the actor belongs to, drafts first (1 statement)."""
    query = _in_short().order_by(Consultation.published_at.is_not(None), Consultation.closes_on.desc())
    if not actor.is_administrator:
        query = query.where(Consultation.organisation_id.in_(actor.roles))
    return tuple(_summary(row, now) for row in session.execute(query))


def text_fingerprint(session: Session, consultation_id: int) -> str:
    """A short hash of everything the team writes, to notice that two people edit at once (3 statements)."""
    consultation = session.get_one(Consultation, consultation_id)
    own = [getattr(consultation, name) for name in _WRITTEN]
    questions = session.execute(
        select(Question.number, Question.text)
        .where(Question.consultation_id == consultation_id)
        .order_by(Question.number)
    )
    voices = list_testimonies(session, consultation_id)
    written = repr((own, [tuple(row) for row in questions], voices))
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def free_slug(session: Session, wanted: str) -> str:
    """`wanted`, or that with the first number at its end that no consultation has (1 statement)."""
    taken = session.scalars(
        select(Consultation.slug).where(Consultation.slug.startswith(wanted[: rules.MAX_SLUG - 10]))
    )
    return first_free(wanted, set(taken), limit=rules.MAX_SLUG)


def consultation_id(session: Session, slug: str) -> int:
    """The id of a consultation, draft or not (1 statement). Raises `NotFound`."""
    found = session.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if found is None:
        raise NotFound
    return found


def consultation_slug(session: Session, consultation_id: int) -> str:
    """The slug of a consultation (1 statement). Raises `NotFound`."""
    slug = session.scalar(select(Consultation.slug).where(Consultation.id == consultation_id))
    if slug is None:
        raise NotFound
    return slug


def count_consultations(session: Session) -> int:
    """How many consultations the installation holds, drafts included."""
    return session.scalar(select(func.count()).select_from(Consultation)) or 0


def _with_tally() -> Select[Consultation, Organisation, Tally]:
    return (
        select(Consultation, Organisation, Tally)
        .join(Organisation, Organisation.id == Consultation.organisation_id)
        .join(Tally, Tally.consultation_id == Consultation.id)
    )


def _in_short() -> Select[Consultation, Organisation, Tally]:
    """The same without the long texts, which may be a hundred times the rest: for lists and figures."""
    long = (
        Consultation.introduction,
        Consultation.introduction_html,
        Consultation.about,
        Consultation.about_html,
    )
    return _with_tally().options(*(defer(column, raiseload=True) for column in long))


def _view(row: Row[*tuple[Any, ...]], questions: tuple[QuestionView, ...], figures: Figures) -> ConsultationView:
    consultation, organisation = row.Consultation, row.Organisation
    return ConsultationView(
        id=consultation.id,
        slug=consultation.slug,
        title=consultation.title,
        summary=consultation.summary,
        language=consultation.language,
        organisation_id=organisation.id,
        organisation_slug=organisation.slug,
        organisation_name=organisation.name,
        look=look_of(organisation, row.Logo),
        time_zone=consultation.time_zone,
        opens_on=consultation.opens_on,
        closes_on=consultation.closes_on,
        state=figures.state,
        introduction=consultation.introduction,
        introduction_html=consultation.introduction_html,
        about=consultation.about,
        about_html=consultation.about_html,
        decides=consultation.decides,
        decided_when=consultation.decided_when,
        not_negotiable=consultation.not_negotiable,
        outcome=consultation.outcome,
        outcome_on=consultation.outcome_on,
        synthesis_published_at=consultation.synthesis_published_at,
        is_demonstration=consultation.is_demonstration,
        hold_first_posts=consultation.hold_first_posts,
        questions=questions,
        figures=figures,
    )


def _summary(row: Row[Consultation, Organisation, Tally], now: datetime) -> ConsultationSummary:
    consultation, organisation, tally = row
    return ConsultationSummary(
        id=consultation.id,
        slug=consultation.slug,
        title=consultation.title,
        summary=consultation.summary,
        language=consultation.language,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        opens_on=consultation.opens_on,
        closes_on=consultation.closes_on,
        outcome=consultation.outcome,
        is_demonstration=consultation.is_demonstration,
        figures=_figures(consultation, tally, now),
    )


def _figures(consultation: Consultation, tally: Tally, now: datetime) -> Figures:
    """The dates' figures computed, the counted ones read."""
    return Figures(
        slug=consultation.slug,
        as_of=now,
        state=rules.state_at(
            published=consultation.published_at is not None,
            opens_on=consultation.opens_on,
            closes_on=consultation.closes_on,
            time_zone=consultation.time_zone,
            now=now,
        ),
        days=rules.days_open(consultation.opens_on, consultation.closes_on, consultation.time_zone, now),
        days_total=rules.days_total(consultation.opens_on, consultation.closes_on),
        participants=tally.participants,
        contributions=tally.contributions,
        supports=tally.supports,
        comments=tally.comments,
        visitors=tally.visitors,
        version=tally.version,
    )
