"""Background work of accounts."""

from __future__ import annotations

from consult.accounts.commands import purge_expired
from consult.core import clock
from consult.core.db import transaction

PURGE = "purge_accounts"


def purge() -> None:
    """Forget expired sessions and sign-ins that are long over."""
    with transaction(write=True) as session:
        purge_expired(session, now=clock.real_now())
