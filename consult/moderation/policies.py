"""Who may hide and restore, report, and answer."""

from __future__ import annotations

from consult.consultations.values import State
from consult.core.access import ALLOWED, Actor, Decision, refused


def can_moderate(actor: Actor, *, organisation_id: int) -> Decision:
    """Every role of the organisation's team, in every state: also a closed consultation is kept decent."""
    return ALLOWED if actor.is_team_of(organisation_id) else refused("moderation_team_only")


def can_report(actor: Actor, *, organisation_id: int, state: State, author_id: int | None) -> Decision:
    """Everybody signed in, open or closed: not the author, who may withdraw it, nor the team."""
    if state is State.DRAFT:
        return refused("consultation_draft")
    if not actor.is_signed_in:
        return refused("sign_in_first")
    if actor.is_team_of(organisation_id):
        return refused("team_moderates")
    if author_id is not None and author_id == actor.person_id:
        return refused("own_text")
    return ALLOWED


def can_answer(actor: Actor, *, author_id: int | None) -> Decision:
    """The author of the text that a decision is about, in every state."""
    if author_id is None or author_id != actor.person_id:
        return refused("not_author")
    return ALLOWED
