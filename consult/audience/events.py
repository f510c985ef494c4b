"""What happens to the count of readers, in the past tense."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DaySealed:
    """A civil day is over: its figure no longer moves."""

    consultation_id: int
    day: date
    visitors: int
    at: datetime
