"""The end of a day: its figure is sealed, and what could tell readers apart is destroyed."""

from __future__ import annotations

from flask import current_app

from consult.audience import commands, queries
from consult.audience.counting import SALTS, Salts
from consult.core import clock
from consult.core.db import transaction

SEAL_DAYS = "seal_days"


def seal_days() -> None:
    """Task: seal every day that is over, one transaction each, and destroy its salt whatever happens.

    Idempotent; what one run leaves behind the next one finds.
    """
    salts: Salts = current_app.extensions[SALTS]
    now = clock.now()
    try:
        with transaction() as session:
            ended = queries.days_to_seal(session, now=now)
        for item in ended:
            with transaction(write=True) as session:
                commands.seal_day(session, consultation_id=item.consultation_id, day=item.day, now=now)
    finally:
        salts.destroy_spent(now)
