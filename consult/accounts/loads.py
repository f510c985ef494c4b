"""People in bulk, for packages and for large test sizes: part of the commands' layer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from consult.accounts.models import Person
from consult.core.batches import batches


def add_people(session: Session, names: Iterable[str], now: datetime) -> list[int]:
    """Create a person without an e-mail address per name, who can therefore never sign in.

    Returns their ids in the order of the names; names may repeat. They are checked and normalised by the caller.
    """
    statement = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids: list[int] = []
    for batch in batches(names):
        rows = [{"display_name": name, "is_administrator": False, "created_at": now} for name in batch]
        ids.extend(session.scalars(statement, rows))
    return ids
