"""Small values of reports."""

from enum import StrEnum


class EditionState(StrEnum):
    """Where an edition of the synthesis stands."""

    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"
