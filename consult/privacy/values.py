"""Small values of privacy: what a column is to a person, and what an erasure does to it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a column says of people."""

    NOTHING = "nothing"
    IDENTIFIES = "identifies"
    PSEUDONYM = "pseudonym"
    WRITTEN = "written"
    SECURITY = "security"
    TEAM = "team"

    @property
    def is_personal(self) -> bool:
        """True when an erasure has to say what becomes of it."""
        return self not in {Kind.NOTHING, Kind.TEAM}


class Fate(StrEnum):
    """What erasing an account does to a column of the person's rows."""

    DELETED = "deleted"  # the row goes
    EMPTIED = "emptied"  # the row stays without it
    STAYS = "stays"  # it stays, for the reason that is given
    EXPIRES = "expires"  # no row of an account's: it goes by itself, at the end that the table's `kept` names
    BY_HAND = "by hand"  # of people who have no account: the team removes it when they ask
