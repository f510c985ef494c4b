"""Who is acting, and who may call an endpoint.

Every endpoint is declared with `@public` or `@access(...)`; a test walks the URL map and fails on one that is
not. The declaration is the coarse gate (signed in or not, team or not); the policy of each act decides
the rest inside its command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Need(StrEnum):
    """What a caller must be to reach an endpoint at all."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TEAM = "team"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """The person behind a request, as commands and policies see it.

    `roles` maps organisation ids to the role's value. A visitor has no `person_id`. Somebody who has not shown
    their second factor yet is a visitor to every policy: neither a member of their team nor a citizen who might
    act in its consultations; `pending_person_id` says who they will be.
    """

    person_id: int | None = None
    display_name: str = ""
    is_administrator: bool = False
    roles: Mapping[int, str] = field(default_factory=dict)
    pending_person_id: int | None = None

    @property
    def pending_second_factor(self) -> bool:
        """True half-way through a sign-in: the address or the password is proven, the second factor is not."""
        return self.pending_person_id is not None

    @property
    def is_signed_in(self) -> bool:
        """True for a person, False for a visitor."""
        return self.person_id is not None

    @property
    def is_team(self) -> bool:
        """True for a member of any organisation's team and for administrators of the platform."""
        return self.is_administrator or bool(self.roles)

    def is_team_of(self, organisation_id: int) -> bool:
        """True when this actor works for that organisation (or runs the platform)."""
        return self.is_administrator or organisation_id in self.roles

    def meets(self, need: Need) -> bool:
        """True when this actor may reach an endpoint declared with `need`."""
        return {
            Need.PUBLIC: True,
            Need.SIGNED_IN: self.is_signed_in,
            Need.TEAM: self.is_team,
            Need.ADMINISTRATOR: self.is_administrator,
        }[need]


VISITOR = Actor()


@dataclass(frozen=True)
class Decision:
    """A policy's answer: allowed, or refused with a stable code that the page turns into a sentence."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def refused(reason: str) -> Decision:
    """A refusal with its stable code."""
    return Decision(False, reason)


class Refused(Exception):
    """A command's policy said no; `reason` is the code of the refusal (answered with 403)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require(decision: Decision) -> None:
    """Raise `Refused` unless the decision allows the act."""
    if not decision.allowed:
        raise Refused(decision.reason)


def public(view: View) -> View:
    """Declare that everybody may call this endpoint."""
    return access(Need.PUBLIC)(view)


def access(need: Need) -> Callable[[View], View]:
    """Declare what a caller of this endpoint must be; enforced before the view runs."""

    def declare(view: View) -> View:
        view.consult_need = need  # type: ignore[attr-defined]
        return view

    return declare


def declared_need(view: Callable[..., object]) -> Need | None:
    """What an endpoint declares, or None when it declares nothing (which a test refuses)."""
    return getattr(view, "consult_need", None)
