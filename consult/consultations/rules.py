"""Dates and states of a consultation: pure computation in its own time zone.

Definitions: "The five figures, defined once" (docs/figures.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from consult.consultations.values import State
from consult.core.clock import civil_date, end_of_day, start_of_day
from consult.core.errors import Invalid
from consult.core.html import normalise_text, render_markdown

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG, MAX_TITLE, MAX_SUMMARY, MAX_TEXT = 80, 200, 600, 200_000
MAX_QUESTION, MAX_NAME, MAX_QUOTE = 500, 200, 5_000
# Beyond these years a mistyped date could not be computed with; nobody consults there.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_DAYS_OF_HURRY = 7


@dataclass(frozen=True)
class TestimonyText:
    """A testimony, prepared: its quotation is rendered already."""

    name: str
    role: str
    organisation: str
    quote: str
    quote_html: str
    consent: str

    __test__ = False  # the name is the product's word, not a test class


@dataclass(frozen=True)
class ConsultationText:
    """Everything the team writes about a consultation, normalised and rendered before any lock is taken."""

    slug: str
    title: str
    summary: str
    language: str
    opens_on: date
    closes_on: date
    introduction: str
    introduction_html: str
    about: str
    about_html: str
    decides: str
    decided_when: str
    not_negotiable: str
    questions: tuple[str, ...]
    testimonies: tuple[TestimonyText, ...]
    outcome: str = ""
    outcome_on: date | None = None
    hold_first_posts: bool = False


def state_at(*, published: bool, opens_on: date, closes_on: date, time_zone: str, now: datetime) -> State:
    """Where a consultation stands at an instant; both days belong to it entirely."""
    if not published:
        return State.DRAFT
    if now < start_of_day(opens_on, time_zone):
        return State.ANNOUNCED
    if now < end_of_day(closes_on, time_zone):
        return State.OPEN
    return State.CLOSED


def days_total(opens_on: date, closes_on: date) -> int:
    """Calendar days from opening to closing, both included."""
    return (closes_on - opens_on).days + 1


def days_open(opens_on: date, closes_on: date, time_zone: str, now: datetime) -> int:
    """Calendar days it has been open so far, first and last included: 0 before, at most the total."""
    elapsed = (civil_date(now, time_zone) - opens_on).days + 1
    return max(0, min(elapsed, days_total(opens_on, closes_on)))


def is_last_week(days_left: int) -> bool:
    """One of the last seven days, today included: the time to hurry has come."""
    return days_left < _DAYS_OF_HURRY


def last_instant(day: date, time_zone: str) -> datetime:
    """The last representable instant of a civil day: "as known at the end of day D"."""
    return end_of_day(day, time_zone) - timedelta(microseconds=1)


def noon(day: date, time_zone: str) -> datetime:
    """Midday of a civil day: the instant at which a day to come is previewed."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(time_zone))


def check_slug(slug: str) -> str:
    """A slug for addresses: lower-case words joined by hyphens; raises `Invalid("slug", "slug")` otherwise."""
    if len(slug) > MAX_SLUG or not SLUG.fullmatch(slug):
        raise Invalid("slug", "slug")
    return slug


def missing_before_publication(
    *, introduction: str, questions: int, commitment: str, consents: Iterable[str], opens_on: date, today: date
) -> tuple[str, ...]:
    """Codes of what a team may have forgotten; each is a warning, none prevents the publication.

    `commitment` is its three parts together, `consents` what is recorded for each testimony.
    """
    doubts = {
        "no_introduction": not introduction,
        "no_question": questions == 0,
        "no_commitment": not commitment,
        "no_consent": not all(consents),
        "opened_before": opens_on < today,
    }
    return tuple(code for code, applies in doubts.items() if applies)


def is_plausible(day: date) -> bool:
    """True for a day that a consultation may name."""
    return FIRST_DAY <= day <= LAST_DAY


def check_dates(opens_on: date, closes_on: date) -> None:
    """Raises `Invalid`: `day_out_of_range`, or `closes_before_opening` when the last day precedes the first."""
    for field, day in (("opens_on", opens_on), ("closes_on", closes_on)):
        if not is_plausible(day):
            raise Invalid(field, "day_out_of_range")
    if closes_on < opens_on:
        raise Invalid("closes_on", "closes_before_opening")


def check_time_zone(name: str) -> str:
    """An IANA time zone name; raises `Invalid("time_zone", "time_zone")` for an unknown one."""
    if name not in available_timezones():
        raise Invalid("time_zone", "time_zone")
    ZoneInfo(name)
    return name


def prepare_testimony(*, name: str, role: str, organisation: str, quote: str, consent: str) -> TestimonyText:
    """Normalise and render a testimony; raises `Invalid` naming the field."""
    quote = normalise_text(quote, field="quote")
    return TestimonyText(
        name=normalise_text(name, field="name", strip_bidi=True),
        role=normalise_text(role, field="role", strip_bidi=True),
        organisation=normalise_text(organisation, field="organisation", strip_bidi=True),
        quote=quote,
        quote_html=render_markdown(quote),
        consent=normalise_text(consent, field="consent", strip_bidi=True),
    )


def preview_html(text: str) -> str:
    """How an unfinished text would look; raises `Invalid` with `text_long` or `characters`."""
    text = normalise_text(text, field="text")
    if len(text) > MAX_TEXT:
        raise Invalid("text", "text_long")
    return render_markdown(text)


def prepare_consultation(
    *,
    slug: str,
    title: str,
    summary: str,
    language: str,
    opens_on: date,
    closes_on: date,
    introduction: str,
    about: str,
    decides: str = "",
    decided_when: str = "",
    not_negotiable: str = "",
    questions: tuple[str, ...] = (),
    testimonies: tuple[TestimonyText, ...] = (),
    outcome: str = "",
    outcome_on: date | None = None,
    hold_first_posts: bool = False,
) -> ConsultationText:
    """Check, normalise and render what the team wrote; raises `Invalid` naming the field."""
    check_dates(opens_on, closes_on)
    if outcome_on is not None and not is_plausible(outcome_on):
        raise Invalid("outcome_on", "day_out_of_range")
    introduction = normalise_text(introduction, field="introduction")
    about = normalise_text(about, field="about")
    return ConsultationText(
        slug=check_slug(slug),
        title=normalise_text(title, field="title", strip_bidi=True),
        summary=normalise_text(summary, field="summary", strip_bidi=True),
        language=language,
        opens_on=opens_on,
        closes_on=closes_on,
        introduction=introduction,
        introduction_html=render_markdown(introduction),
        about=about,
        about_html=render_markdown(about),
        decides=normalise_text(decides, field="decides", strip_bidi=True),
        decided_when=normalise_text(decided_when, field="decided_when", strip_bidi=True),
        not_negotiable=normalise_text(not_negotiable, field="not_negotiable", strip_bidi=True),
        questions=tuple(
            normalise_text(text, field=f"question {number}", strip_bidi=True)
            for number, text in enumerate(questions, 1)
        ),
        testimonies=testimonies,
        outcome=normalise_text(outcome, field="outcome", strip_bidi=True),
        outcome_on=outcome_on,
        hold_first_posts=hold_first_posts,
    )
