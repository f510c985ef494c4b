"""What happens to consultations, in the past tense."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ConsultationPublished:
    """A consultation became visible to everyone."""

    consultation_id: int
    at: datetime


@dataclass(frozen=True)
class ConsultationChanged:
    """Texts, questions, testimonies or dates of a consultation were saved."""

    consultation_id: int
    opens_on: date
    closes_on: date
    at: datetime


@dataclass(frozen=True)
class SynthesisPublished:
    """The synthesis was published: from now on nothing received on paper is typed in, corrected or withdrawn."""

    consultation_id: int
    at: datetime
