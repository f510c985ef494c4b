"""What the demonstration needs beside its packages: an account for the team, and the syntheses rendered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from consult.accounts.commands import create_one_time_link, register_person
from consult.consultations.models import Consultation
from consult.core.db import transaction
from consult.organisations.commands import set_role
from consult.organisations.queries import roles_of
from consult.organisations.values import Role
from consult.reports.commands import request_edition
from consult.reports.tasks import render_due_editions

TEAM_EMAIL, TEAM_NAME = "equipe@demonstration.example", "Équipe de la démonstration"


def render_syntheses(*, now: datetime) -> None:
    """Render the synthesis of each demonstration in its own language, unless it is up to date."""
    with transaction(write=True) as session:
        found = session.execute(
            select(Consultation.id, Consultation.language)
            .where(Consultation.is_demonstration)
            .order_by(Consultation.id)
        ).all()
        for row in found:
            request_edition(session, row.id, row.language, now)
    render_due_editions()


def open_team(*, team_path: str, demonstration: bool, now: datetime, real_now: datetime) -> str | None:
    """Give the demonstration's organisations a team, once, and return the token of a new one-time link.

    `team_path` is where the link leads; on a site that is a `demonstration` it stands for the second factor as
    well. None when no consultation is a demonstration.
    """
    with transaction(write=True) as session:
        of_a_demonstration = select(Consultation.organisation_id).where(Consultation.is_demonstration).distinct()
        organisation_ids = set(session.scalars(of_a_demonstration))
        if not organisation_ids:
            return None
        person_id = register_person(
            session, email=TEAM_EMAIL, display_name=TEAM_NAME, administrator=False, language="fr", now=now
        )
        for organisation_id in sorted(organisation_ids - roles_of(session, person_id).keys()):
            set_role(
                session, organisation_id=organisation_id, person_id=person_id, role=Role.ADMINISTRATOR, now=now
            )
        return create_one_time_link(
            session, email=TEAM_EMAIL, now=real_now, next_path=team_path, both_factors=demonstration
        )
