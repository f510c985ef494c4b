"""Small values of organisations."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of a team may do, from least to most."""

    MODERATOR = "moderator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
