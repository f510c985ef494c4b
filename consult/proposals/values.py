"""Small values of proposals."""

from enum import StrEnum

# What stands for the title of a text that went with its author’s account.
NO_TITLE = "–"


class Status(StrEnum):
    """Whether a contribution or comment stands. Only published ones count.

    A held one waits for the team to read it: only its author and the team know of it, though its number is taken.
    """

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    HELD = "held"


class Channel(StrEnum):
    """How a contribution arrived."""

    WEB = "web"
    PAPER = "paper"
    MEETING = "meeting"


class Stance(StrEnum):
    """What a comment says about the contribution."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Sort(StrEnum):
    """Orders of the contribution list."""

    ROTATING = "rotating"
    RECENT = "recent"
    SUPPORTED = "supported"
    DISCUSSED = "discussed"
