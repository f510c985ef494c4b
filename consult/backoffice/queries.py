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
from consult.moderation.waiting import waiting_counts
from consult.organisations import policies as organisation_policies
from consult.organisations import queries as organisations
from consult.organisations.queries import IdentityView
from consult.organisations.values import LegalDetails

ORDER = (State.OPEN, State.DRAFT, State.ANNOUNCED, State.CLOSED)


@dataclass(frozen=True)
class Managed:
    """A consultation on the dashboard; moderators see it but do not edit it."""

    consultation: ConsultationSummary
    may_manage: bool
    waiting: int
    urgent: int


@dataclass(frozen=True)
class Group:
    """The consultations that stand in the same state."""

    state: State
    items: tuple[Managed, ...]


@dataclass(frozen=True)
class Dashboard:
    """Everything the actor's teams consult on, by state; empty states are left out.

    `teams` are the organisations whose members the actor may see, `identities` those whose name, logo and legal
    details the actor may set; `legal_gaps` the details that the site's legal notice lacks, told to those who can
    fill them in.
    """

    groups: tuple[Group, ...]
    may_create: bool
    teams: tuple[IdentityView, ...]
    identities: tuple[IdentityView, ...]
    legal_gaps: tuple[str, ...]
    fills_gaps: IdentityView | None

    @property
    def to_moderate(self) -> tuple[Managed, ...]:
        """The consultations in which something waits for a moderator."""
        return tuple(item for group in self.groups for item in group.items if item.waiting)


def dashboard(session: Session, *, actor: Actor, operator: LegalDetails, now: datetime) -> Dashboard:
    """The consultations of the actor's organisations (3 statements); `operator`: what the settings say of it."""
    managed = consultations.managed_consultations(session, actor=actor, now=now)
    waits = waiting_counts(session, [item.id for item in managed])
    items = tuple(
        Managed(
            item,
            bool(policies.can_manage(actor, organisation_id=item.organisation_id)),
            waiting=waits[item.id].waiting if item.id in waits else 0,
            urgent=waits[item.id].urgent if item.id in waits else 0,
        )
        for item in managed
    )
    groups = (
        Group(state, tuple(item for item in items if item.consultation.figures.state is state)) for state in ORDER
    )
    notice = organisations.legal_notice(session, operator)
    identities = tuple(
        item
        for item in notice.organisations
        if organisation_policies.can_set_identity(actor, organisation_id=item.id)
    )
    teams = tuple(
        item for item in notice.organisations if organisation_policies.can_see_team(actor, organisation_id=item.id)
    )
    # With several organisations the site's own notice is the operator's alone.
    alone = identities[0] if len(notice.organisations) == 1 and identities else None
    return Dashboard(
        groups=tuple(group for group in groups if group.items),
        may_create=bool(policies.can_create(actor)),
        teams=teams,
        identities=identities,
        legal_gaps=notice.missing if alone or actor.is_administrator else (),
        fills_gaps=alone,
    )
