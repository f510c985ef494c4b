"""What the team and others did about texts, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from consult.moderation.values import Act, Kind, Reason


@dataclass(frozen=True)
class ModerationDecided:
    """Something was hidden, restored, released, refused or upheld; its figures have moved already."""

    consultation_id: int
    kind: Kind
    number: int
    act: Act
    reason: Reason
    decision_id: int
    moderator_id: int | None
    at: datetime


@dataclass(frozen=True)
class TextReported:
    """Somebody reported a text; who, is nobody's business but the row's."""

    consultation_id: int
    kind: Kind
    number: int
    reason: Reason
    at: datetime


@dataclass(frozen=True)
class ReportsDismissed:
    """The team looked at what was reported or flagged and left it public."""

    consultation_id: int
    kind: Kind
    number: int
    decision_id: int
    moderator_id: int | None
    at: datetime


@dataclass(frozen=True)
class DecisionAnswered:
    """An author answered a decision against their text."""

    consultation_id: int
    decision_id: int
    at: datetime
