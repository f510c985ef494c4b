"""Small values of organisations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of a team may do, from least to most."""

    MODERATOR = "moderator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class TeamAct(StrEnum):
    """What is kept of a change in a team."""

    INVITED = "invited"
    SENT_AGAIN = "sent_again"
    REVOKED = "revoked"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True)
class LegalDetails:
    """What a legal notice must say of whoever publishes; an empty text is not known."""

    legal_name: str = ""
    postal_address: str = ""
    contact_email: str = ""
    publication_director: str = ""
    host: str = ""
    data_protection_contact: str = ""


@dataclass(frozen=True)
class Shade:
    """A colour by day and by night, as `#rrggbb`."""

    day: str
    night: str


@dataclass(frozen=True)
class Palette:
    """What the pages make of one accent colour: the tokens `--fir`, `--on-fir`, `--fir-deep`, `--fir-wash`."""

    accent: Shade
    on_accent: Shade
    deep: Shade
    wash: Shade


@dataclass(frozen=True)
class PreparedLogo:
    """A logo decoded and written anew: what is stored and served."""

    media_type: str
    width: int
    height: int
    sha256: str
    content: bytes


@dataclass(frozen=True)
class IdentityText:
    """What an organisation says of itself, checked."""

    name: str
    accent: str
    legal: LegalDetails
