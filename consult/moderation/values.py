"""Small values of moderation."""

from enum import StrEnum


class Act(StrEnum):
    """What a moderator did."""

    HIDE = "hide"
    RESTORE = "restore"


class Reason(StrEnum):
    """Why something was hidden or restored (the charter's list)."""

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
