"""When a consultation's official events happened: pure computation on its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from consult.core.clock import end_of_day, start_of_day
from consult.site.values import LifeEvent


@dataclass(frozen=True)
class Life:
    """The dates of a published consultation; `synthesis_at` is when its final edition was made."""

    published_at: datetime
    opens_on: date
    closes_on: date
    time_zone: str
    outcome_on: date | None = None
    synthesis_at: datetime | None = None


def events_until(life: Life, now: datetime) -> tuple[tuple[LifeEvent, datetime], ...]:
    """What has happened so far, in order. One that was published on its opening day or later was never announced.

    An outcome is told once the consultation has closed and the day of the decision is known.
    """
    opened_at = start_of_day(life.opens_on, life.time_zone)
    closed_at = end_of_day(life.closes_on, life.time_zone)
    moments: dict[LifeEvent, datetime | None] = {
        LifeEvent.ANNOUNCED: life.published_at if life.published_at < opened_at else None,
        LifeEvent.OPENED: opened_at,
        LifeEvent.CLOSED: closed_at,
        LifeEvent.SYNTHESIS: life.synthesis_at,
        LifeEvent.OUTCOME: None,
    }
    if life.outcome_on is not None:
        moments[LifeEvent.OUTCOME] = max(closed_at, start_of_day(life.outcome_on, life.time_zone))
    return tuple((event, at) for event, at in moments.items() if at is not None and at <= now)
