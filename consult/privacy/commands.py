"""Erasing an account as a whole."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts.erasure import ErasedAccount, erase_person
from consult.core.access import Actor, Refused, require
from consult.core.errors import NotFound
from consult.core.tasks import wake_after_commit
from consult.organisations.members import lock_teams_of
from consult.privacy import policies, queries
from consult.proposals.erasure import lock_consultations_of_author

FINISH_ERASURES = "finish_erasures"


def erase_account(session: Session, *, actor: Actor, keep_texts: bool, now: datetime) -> ErasedAccount:
    """Erase the actor's own account. Raises `Refused` (`last_administrator`) or `NotFound`."""
    if actor.person_id is None:
        raise NotFound
    return erase_somebody(session, person_id=actor.person_id, keep_texts=keep_texts, now=now)


def erase_somebody(session: Session, *, person_id: int, keep_texts: bool, now: datetime) -> ErasedAccount:
    """Erase an account for its owner, who asked the operator. Raises `Refused` or `NotFound`."""
    # Two administrators who go at the same moment, this way or by leaving a team, must not each take the other for
    # the one who stays.
    queries.hold_administrators(session)
    lock_teams_of(session, person_id)
    require(policies.can_be_erased(is_last_administrator=queries.is_last_administrator(session, person_id)))
    # Tally rows come first everywhere: after the person's row, two acts could wait for each other.
    lock_consultations_of_author(session, person_id)
    erased = erase_person(session, person_id=person_id, keep_texts=keep_texts, now=now)
    wake_after_commit(session, FINISH_ERASURES)
    return erased


def erase_unused(session: Session, *, person_id: int, now: datetime) -> ErasedAccount | None:
    """Erase an account that has not been used for long, its texts kept; None when it is gone or may not go."""
    try:
        return erase_somebody(session, person_id=person_id, keep_texts=True, now=now)
    except (NotFound, Refused):
        return None


def erase_again(session: Session, *, person_id: int, keep_texts: bool, now: datetime) -> ErasedAccount:
    """Erase an account that a restored backup has brought back: that was decided when it was erased.

    `now` is the instant of that erasure: what was open then is withdrawn if they had asked for it.
    """
    lock_consultations_of_author(session, person_id)
    return erase_person(session, person_id=person_id, keep_texts=keep_texts, now=now)
