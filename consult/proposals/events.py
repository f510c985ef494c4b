"""What citizens did, in the past tense: ids and values only."""

from dataclasses import dataclass
from datetime import datetime

from consult.proposals.values import Stance, Status


@dataclass(frozen=True)
class ContributionPublished:
    """A contribution became public; `participants` tells whether that made one more participant."""

    consultation_id: int
    number: int
    person_id: int
    participants: int
    at: datetime


@dataclass(frozen=True)
class ContributionEdited:
    """A contribution's text changed; the earlier one is kept."""

    consultation_id: int
    number: int
    at: datetime


@dataclass(frozen=True)
class ContributionStatusChanged:
    """A contribution was withdrawn by its author, or hidden or restored by the team."""

    consultation_id: int
    number: int
    status: Status
    participants: int
    at: datetime


@dataclass(frozen=True)
class SupportGiven:
    """Somebody supports a contribution."""

    consultation_id: int
    number: int
    person_id: int
    participants: int
    at: datetime


@dataclass(frozen=True)
class SupportWithdrawn:
    """Somebody no longer supports a contribution."""

    consultation_id: int
    number: int
    person_id: int
    participants: int
    at: datetime


@dataclass(frozen=True)
class CommentPublished:
    """A comment or reply became public."""

    consultation_id: int
    contribution_number: int
    number: int
    stance: Stance
    person_id: int
    participants: int
    at: datetime


@dataclass(frozen=True)
class CommentStatusChanged:
    """A comment was withdrawn by its author, or hidden or restored by the team."""

    consultation_id: int
    number: int
    status: Status
    participants: int
    at: datetime
