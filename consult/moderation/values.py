"""Small values of moderation."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a moderator did. What was held is released or refused; what its author answered about may be upheld."""

    HIDE = "hide"
    RESTORE = "restore"
    RELEASE = "release"
    REFUSE = "refuse"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


# Reports are nobody's business but the team's, so what became of them is neither told nor listed.
TOLD = tuple(act for act in Act if act is not Act.DISMISS)
# These change what is public, and the figures with it.
PUBLISHING = (Act.HIDE, Act.RESTORE, Act.RELEASE)
# The public log lists these one by one; what was released is only counted.
LISTED = (Act.HIDE, Act.REFUSE, Act.RESTORE, Act.UPHOLD)
# The author may answer these.
AGAINST = (Act.HIDE, Act.REFUSE)


class Reason(StrEnum):
    """Why something was reported, hidden or restored (the charter's list)."""

    OFF_TOPIC = "off_topic"
    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    UNLAWFUL = "unlawful"
    DUPLICATE = "duplicate"
    REVIEWED = "reviewed"
    OTHER = "other"


class Kind(StrEnum):
    """What a decision is about."""

    CONTRIBUTION = "contribution"
    COMMENT = "comment"


class Show(StrEnum):
    """What of the queue is shown: everything, or what waits for one reason."""

    WAITING = "waiting"
    REPORTED = "reported"
    HELD = "held"
    SIMILAR = "similar"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Item:
    """A contribution or a comment, by its number in the consultation."""

    kind: Kind
    number: int


@dataclass(frozen=True)
class Target:
    """The same by the id of its row, which has a column of its own for each kind."""

    kind: Kind
    id: int

    @property
    def columns(self) -> dict[str, int | None]:
        """The values of the two columns."""
        of_contribution = self.kind is Kind.CONTRIBUTION
        return {
            "contribution_id": self.id if of_contribution else None,
            "comment_id": None if of_contribution else self.id,
        }
