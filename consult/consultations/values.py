"""Small values of consultations."""

from enum import StrEnum


class State(StrEnum):
    """Where a consultation stands: derived from its dates and its publication, never stored."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
