"""The dashboard: what a member of a team works on, with what they may do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations import policies
from consult.consultations import queries as consultations
from consult.consultations.queries import ConsultationSummary
from consult.consultations.values import State
from consult.core.access import Actor

ORDER = (State.OPEN, State.DRAFT, State.ANNOUNCED, State.CLOSED)


@dataclass(frozen=True)
class Managed:
    """A consultation on the dashboard; moderators see it but do not edit it."""

    consultation: ConsultationSummary
    may_manage: bool


@dataclass(frozen=True)
class Group:
    """The consultations that stand in the same state."""

    state: State
    items: tuple[Managed, ...]


@dataclass(frozen=True)
class Dashboard:
    """Everything the actor's teams consult on, by state; empty states are left out."""

    groups: tuple[Group, ...]
    may_create: bool


def dashboard(session: Session, *, actor: Actor, now: datetime) -> Dashboard:
    """The consultations of the actor's organisations (1 statement)."""
    items = tuple(
        Managed(item, bool(policies.can_manage(actor, organisation_id=item.organisation_id)))
        for item in consultations.managed_consultations(session, actor=actor, now=now)
    )
    groups = (
        Group(state, tuple(item for item in items if item.consultation.figures.state is state)) for state in ORDER
    )
    return Dashboard(
        groups=tuple(group for group in groups if group.items),
        may_create=bool(policies.can_create(actor)),
    )
