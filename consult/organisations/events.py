"""What happens to organisations, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consult.organisations.values import Role


@dataclass(frozen=True)
class IdentityChanged:
    """An organisation's name, colour, logo or legal details were saved."""

    organisation_id: int
    person_id: int | None
    at: datetime


@dataclass(frozen=True)
class MemberJoined:
    """A person joined a team; `actor_id` is who put them there, themselves when they accepted an invitation."""

    organisation_id: int
    person_id: int
    actor_id: int | None
    role: Role
    at: datetime


@dataclass(frozen=True)
class MemberRoleChanged:
    """A member of a team has another role."""

    organisation_id: int
    person_id: int
    actor_id: int | None
    former: Role
    role: Role
    at: datetime


@dataclass(frozen=True)
class MemberRemoved:
    """A person belongs to a team no more; `actor_id` is who removed them, themselves when they left."""

    organisation_id: int
    person_id: int
    actor_id: int | None
    former: Role
    at: datetime
