"""Small values of the site's own pages."""

from enum import StrEnum


class LifeEvent(StrEnum):
    """What happens to a consultation once, officially: the feeds tell it."""

    ANNOUNCED = "announced"
    OPENED = "opened"
    CLOSED = "closed"
    SYNTHESIS = "synthesis"
    OUTCOME = "outcome"
