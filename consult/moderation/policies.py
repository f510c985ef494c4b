"""Who may hide and restore."""

from __future__ import annotations

from consult.core.access import ALLOWED, Actor, Decision, refused


def can_moderate(actor: Actor, *, organisation_id: int) -> Decision:
    """Every role of the organisation's team, in every state: also a closed consultation is kept decent."""
    return ALLOWED if actor.is_team_of(organisation_id) else refused("moderation_team_only")
