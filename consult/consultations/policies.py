"""Who may set up, see and publish a consultation."""

from __future__ import annotations

from consult.consultations.values import State
from consult.core.access import ALLOWED, Actor, Decision, refused
from consult.organisations.values import Role


def can_read(actor: Actor, *, organisation_id: int, state: State) -> Decision:
    """Everybody reads what is published; a draft is for the organisation's team."""
    if state is not State.DRAFT or actor.is_team_of(organisation_id):
        return ALLOWED
    return refused("draft_hidden")


def can_manage(actor: Actor, *, organisation_id: int) -> Decision:
    """Managers and administrators of the organisation set up its consultations; moderators do not."""
    if actor.is_administrator or actor.roles.get(organisation_id) in {Role.MANAGER, Role.ADMINISTRATOR}:
        return ALLOWED
    return refused("team_only")


def can_create(actor: Actor) -> Decision:
    """Whoever manages at least one organisation; administrators of the platform may found the first one."""
    if actor.is_administrator or any(can_manage(actor, organisation_id=item) for item in actor.roles):
        return ALLOWED
    return refused("team_only")


def can_act(actor: Actor, *, organisation_id: int, state: State) -> Decision:
    """A citizen's acts: signed in, while it is open, and never by the team in its own consultation."""
    if state is not State.OPEN:
        return refused(f"consultation_{state.value}")
    if not actor.is_signed_in:
        return refused("sign_in_first")
    if actor.is_team_of(organisation_id):
        return refused("team_does_not_act")
    return ALLOWED
