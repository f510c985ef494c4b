"""Background work of organisations."""

from __future__ import annotations

from consult.core import clock
from consult.core.db import transaction
from consult.organisations.invitations import purge_expired

PURGE = "purge_invitations"


def purge() -> None:
    """Forget invitations whose time is over, with the addresses they were sent to."""
    with transaction(write=True) as session:
        purge_expired(session, now=clock.real_now())
