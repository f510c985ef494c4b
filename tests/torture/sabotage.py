"""The product without its lock, its ON CONFLICT and its writers' queue: what the storm must be able to find.

Only the torture serves this, in a process that is thrown away and on a database whose constraint was dropped. The
product has no such switch.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from consult.consultations import commands as consultations
from consult.core import db
from consult.core.access import Actor
from consult.proposals import commands
from consult.proposals.counting import count_act
from consult.proposals.models import Support


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _support(session: Session, *, actor: Actor, consultation_id: int, number: int, now: datetime) -> None:
    """As one writes it without thinking of others: look, then write."""
    contribution = commands.find_contribution(session, consultation_id, number)
    mine = select(Support.person_id).where(
        Support.contribution_id == contribution.id, Support.person_id == actor.person_id
    )
    contribution_id, there = contribution.id, session.execute(mine).first()
    session.commit()  # nothing is held between looking and writing
    if there is not None:
        return
    row = {"contribution_id": contribution_id, "person_id": actor.person_id, "created_at": now}
    session.execute(insert(Support), row)
    commands._move_supports(session, contribution_id, +1)
    participants = count_act(session, consultation_id, actor.person_id, +1)
    consultations.adjust_tally(session, consultation_id, day=now.date(), supports=1, participants=participants)


db._begin_sqlite = _begin_deferred
commands.support_contribution = _support

from consult.wsgi import app  # noqa: E402 - what it imports has been replaced above

__all__ = ["app"]
