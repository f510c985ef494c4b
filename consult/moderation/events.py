"""What the team decided, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from consult.moderation.values import Act, Kind, Reason


@dataclass(frozen=True)
class ModerationDecided:
    """Something was hidden or restored; its figures have moved already."""

    consultation_id: int
    kind: Kind
    number: int
    act: Act
    reason: Reason
    decision_id: int
    moderator_id: int | None
    at: datetime
