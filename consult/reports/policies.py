"""Who publishes the synthesis, and when."""

from __future__ import annotations

from consult.consultations import policies as consultations
from consult.consultations.values import State
from consult.core.access import ALLOWED, Actor, Decision, refused


def can_publish_synthesis(actor: Actor, *, organisation_id: int, state: State, published: bool) -> Decision:
    """Managers of the organisation, once, after the close."""
    decision = consultations.can_manage(actor, organisation_id=organisation_id)
    if not decision:
        return decision
    if state is not State.CLOSED:
        return refused("synthesis_before_close")
    return refused("synthesis_is_published") if published else ALLOWED
