"""What citizens did, in the past tense: ids and values only."""

from dataclasses import dataclass
from datetime import date, datetime

from consult.proposals.values import Channel, Stance, Status


@dataclass(frozen=True)
class ContributionPublished:
    """A contribution became public; `participants` tells whether that made one more participant."""

    consultation_id: int
    number: int
    person_id: int
    participants: int
    at: datetime


@dataclass(frozen=True)
class ContributionHeld:
    """A contribution was received and waits for the team to read it: it is not public and counts in no figure."""

    consultation_id: int
    number: int
    person_id: int
    at: datetime


@dataclass(frozen=True)
class ContributionEdited:
    """A contribution's text changed; the earlier one is kept."""

    consultation_id: int
    number: int
    at: datetime


@dataclass(frozen=True)
class ContributionStatusChanged:
    """A contribution was withdrawn by its author, or hidden, restored, released or refused by the team.

    The numbers say what that changed in the figures: nothing where a held contribution is refused or withdrawn.
    `reason` is the category of the team's decision.
    """

    consultation_id: int
    number: int
    was: Status
    status: Status
    contributions: int
    supports: int
    comments: int
    participants: int
    at: datetime
    reason: str = ""


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
    """Somebody no longer supports a contribution; `supports` is 0 when it did not count any more."""

    consultation_id: int
    number: int
    person_id: int
    participants: int
    supports: int
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
class CommentHeld:
    """A comment or reply was received and waits for the team to read it."""

    consultation_id: int
    contribution_number: int
    number: int
    person_id: int
    at: datetime


@dataclass(frozen=True)
class CommentStatusChanged:
    """A comment was withdrawn by its author, or hidden, restored, released or refused by the team.

    The numbers say what that changed in the figures: nothing while something above it does not count.
    `reason` is the category of the team's decision.
    """

    consultation_id: int
    number: int
    was: Status
    status: Status
    comments: int
    participants: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PaperEntered:
    """The team typed in a contribution received on paper or at a meeting, which is public and counts from now on.

    `person_id` is None where nothing says who wrote it; `late` when the consultation had closed before `at`.
    """

    consultation_id: int
    number: int
    channel: Channel
    received_on: date
    person_id: int | None
    participants: int
    late: bool
    at: datetime


@dataclass(frozen=True)
class PaperCorrected:
    """The team corrected what it had typed in; a changed text or question is a `ContributionEdited` as well."""

    consultation_id: int
    number: int
    channel: Channel
    received_on: date
    at: datetime
