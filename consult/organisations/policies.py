"""Who may found organisations, and who says how one looks and what its legal notice holds."""

from __future__ import annotations

from consult.core.access import ALLOWED, Actor, Decision, refused
from consult.organisations.values import Role


def can_found(actor: Actor) -> Decision:
    """Administrators of the platform bring organisations onto it."""
    return ALLOWED if actor.is_administrator else refused("administrator_only")


def can_set_identity(actor: Actor, *, organisation_id: int) -> Decision:
    """Managers and administrators of the organisation, and of the platform; moderators do not."""
    if actor.is_administrator or actor.roles.get(organisation_id) in {Role.MANAGER, Role.ADMINISTRATOR}:
        return ALLOWED
    return refused("managers_only")
