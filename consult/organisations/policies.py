"""Who may found organisations."""

from __future__ import annotations

from consult.core.access import ALLOWED, Actor, Decision, refused


def can_found(actor: Actor) -> Decision:
    """Administrators of the platform bring organisations onto it."""
    return ALLOWED if actor.is_administrator else refused("administrator_only")
