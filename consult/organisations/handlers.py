"""What organisations do when something happens to people."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased
from consult.organisations.members import forget_person


def forget_erased_person(session: Session, event: PersonErased) -> None:
    """Take them out of every team, their invitations with them, and their part out of the logs."""
    forget_person(session, person_id=event.person_id)
