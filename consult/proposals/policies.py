"""Who may contribute, support and comment, on what, and when."""

from __future__ import annotations

from typing import TypedDict

from consult.consultations import policies as consultations
from consult.consultations.values import State
from consult.core.access import ALLOWED, Actor, Decision, refused
from consult.proposals.values import Status


class About(TypedDict):
    """What the policies on one's own texts ask about."""

    organisation_id: int
    state: State
    author_id: int | None
    status: Status


def can_contribute(actor: Actor, *, organisation_id: int, state: State) -> Decision:
    """Signed in, while it is open, not by the organisation's own team."""
    return consultations.can_act(actor, organisation_id=organisation_id, state=state)


def can_support(
    actor: Actor, *, organisation_id: int, state: State, author_id: int | None, status: Status
) -> Decision:
    """Like contributing, on a published contribution that is not one's own."""
    decision = _on_published(actor, organisation_id=organisation_id, state=state, status=status)
    if decision and author_id is not None and author_id == actor.person_id:
        return refused("own_contribution")
    return decision


def can_withdraw_support(actor: Actor, *, state: State) -> Decision:
    """While it is open; also when the contribution is no longer published."""
    if state is not State.OPEN:
        return refused(f"consultation_{state.value}")
    return ALLOWED if actor.is_signed_in else refused("sign_in_first")


def can_comment(actor: Actor, *, organisation_id: int, state: State, status: Status) -> Decision:
    """Like contributing, under a published contribution; authors may answer under their own."""
    return _on_published(actor, organisation_id=organisation_id, state=state, status=status)


def can_change(
    actor: Actor, *, organisation_id: int, state: State, author_id: int | None, status: Status
) -> Decision:
    """Editing: the author, while it is open, as long as it is published."""
    if state is not State.OPEN:
        return refused(f"consultation_{state.value}")
    if not actor.is_signed_in:
        return refused("sign_in_first")
    if author_id is None or author_id != actor.person_id:
        return refused("not_author")
    return _on_published(actor, organisation_id=organisation_id, state=state, status=status)


def can_withdraw(
    actor: Actor, *, organisation_id: int, state: State, author_id: int | None, status: Status
) -> Decision:
    """Taking down one's own: like changing it, and also while it is held."""
    standing = Status.PUBLISHED if status is Status.HELD else status
    return can_change(actor, organisation_id=organisation_id, state=state, author_id=author_id, status=standing)


def _on_published(actor: Actor, *, organisation_id: int, state: State, status: Status) -> Decision:
    decision = consultations.can_act(actor, organisation_id=organisation_id, state=state)
    if decision and status is Status.HELD:
        return refused("still_held")
    if decision and status is not Status.PUBLISHED:
        return refused("not_published")
    return decision


def can_enter_paper(actor: Actor, *, organisation_id: int, state: State, synthesis_published: bool) -> Decision:
    """Typing in, correcting and withdrawing what came on paper: managers, from the opening to the synthesis."""
    decision = consultations.can_manage(actor, organisation_id=organisation_id)
    if not decision:
        return decision
    if state in {State.DRAFT, State.ANNOUNCED}:
        return refused("paper_before_opening")
    return refused("synthesis_published") if synthesis_published else ALLOWED


def can_change_paper(status: Status) -> Decision:
    """What was typed in is corrected and withdrawn as long as it is public."""
    return ALLOWED if status is Status.PUBLISHED else refused("paper_not_public")
