"""Who may found organisations, say how one looks and what its legal notice holds, and change its team."""

from __future__ import annotations

from consult.core.access import ALLOWED, Actor, Decision, refused
from consult.organisations.rules import MAX_LETTERS, MAX_LETTERS_A_DAY, MAX_PENDING
from consult.organisations.values import Role


def can_found(actor: Actor) -> Decision:
    """Administrators of the platform bring organisations onto it."""
    return ALLOWED if actor.is_administrator else refused("administrator_only")


def can_set_identity(actor: Actor, *, organisation_id: int) -> Decision:
    """Managers and administrators of the organisation, and of the platform; moderators do not."""
    if actor.is_administrator or actor.roles.get(organisation_id) in {Role.MANAGER, Role.ADMINISTRATOR}:
        return ALLOWED
    return refused("managers_only")


def can_see_team(actor: Actor, *, organisation_id: int) -> Decision:
    """Every member sees who else is in the team; addresses are for those who may change it."""
    return ALLOWED if actor.is_team_of(organisation_id) else refused("members_only")


def can_manage_team(actor: Actor, *, organisation_id: int) -> Decision:
    """Administrators of the organisation, and of the platform."""
    if actor.is_administrator or actor.roles.get(organisation_id) == Role.ADMINISTRATOR:
        return ALLOWED
    return refused("team_administrators_only")


def can_change_role(
    actor: Actor, *, organisation_id: int, former: Role, role: Role, administrators: int
) -> Decision:
    """Whoever manages the team; its last administrator stays one."""
    decision = can_manage_team(actor, organisation_id=organisation_id)
    if decision and role is not Role.ADMINISTRATOR:
        return _spared(former, administrators)
    return decision


def can_remove(
    actor: Actor, *, organisation_id: int, person_id: int, former: Role, administrators: int
) -> Decision:
    """Whoever manages the team, and everybody themselves; its last administrator stays."""
    if actor.person_id != person_id:
        decision = can_manage_team(actor, organisation_id=organisation_id)
        if not decision:
            return decision
    return _spared(former, administrators)


def can_invite(actor: Actor, *, organisation_id: int, pending: int, letters_today: int) -> Decision:
    """Whoever manages the team, while not too many invitations wait and not too many letters left within a day."""
    decision = can_manage_team(actor, organisation_id=organisation_id)
    if decision and pending >= MAX_PENDING:
        return refused("invitations_pending")
    return _throttled(decision, letters_today)


def can_send_again(actor: Actor, *, organisation_id: int, letters: int, letters_today: int) -> Decision:
    """Whoever manages the team, three times for each invitation."""
    decision = can_manage_team(actor, organisation_id=organisation_id)
    if decision and letters > MAX_LETTERS:
        return refused("invitation_letters")
    return _throttled(decision, letters_today)


def can_accept(actor: Actor, *, holds_address: bool) -> Decision:
    """Whoever is signed in with the address that the invitation was sent to."""
    if not actor.is_signed_in:
        return refused("sign_in_first")
    return ALLOWED if holds_address else refused("invitation_other_address")


def _spared(former: Role, administrators: int) -> Decision:
    alone = former is Role.ADMINISTRATOR and administrators < 2
    return refused("last_administrator") if alone else ALLOWED


def _throttled(decision: Decision, letters_today: int) -> Decision:
    if decision and letters_today >= MAX_LETTERS_A_DAY:
        return refused("invitations_today")
    return decision
