"""Restoring a backup: all of it or nothing, and nobody reads it before it is as new and forgetful as it must be.

The database of the backup is unpacked beside the one in use, brought to this version's schema, the erasures that
happened since are done again, and only then does it take the other's place, in one step.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, inspect, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from consult.accounts.models import AddressChange, BrowserSession, SignInChallenge
from consult.core.db import Base
from consult.core.errors import OperatorError
from consult.core.mail import OutgoingMail
from consult.organisations.models import Invitation
from consult.privacy import backups, commands, erasures, postgresql
from consult.privacy.backups import Manifest
from consult.privacy.traces import to_erase_again

# Prepares the database at an address (migrates it, erases again); returns how many accounts were erased again.
Prepare = Callable[[str], int]


@dataclass(frozen=True)
class Restored:
    """What was restored, and how many accounts had to be erased again in it."""

    manifest: Manifest
    erased_again: int


def restore(url: str, source: Path, *, prepare: Prepare) -> Restored:
    """Put the database of a backup in the place of the one at `url`. Raises `OperatorError`: nothing changed."""
    with backups.opened(source) as (manifest, copy):
        engine = backups.engine_of(url)
        if manifest.engine != engine:
            raise OperatorError(f"{source}: a backup of {manifest.engine}; this installation uses {engine}")
        if engine == "postgresql":
            with postgresql.scratch_database(url, copy) as scratch:
                erased = prepare(scratch)
                with tempfile.TemporaryDirectory(prefix="consult-restore-") as folder:
                    postgresql.replace_database(scratch, url, Path(folder))
        else:
            erased = prepare(f"sqlite:///{copy}")
            target = backups.sqlite_path(url)
            target.parent.mkdir(parents=True, exist_ok=True)
            backups.copy_sqlite(copy, target)
        return Restored(manifest, erased)


def holds_something(engine: Engine) -> bool:
    """True when the database has a row in any table of ours: it is not to be overwritten unasked."""
    present = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        return any(
            connection.execute(select(1).select_from(table).limit(1)).first() is not None
            for table in Base.metadata.sorted_tables
            if table.name in present
        )


def erase_listed(session: Session, path: Path) -> int:
    """Erase again whoever is on the list; returns how many that were."""
    due = to_erase_again(session, erasures.read(path))
    for item in due:
        commands.erase_again(session, person_id=item.person_id, keep_texts=item.keep_texts, now=item.erased_at)
    return len(due)


def end_what_was_under_way(session: Session) -> None:
    """Sessions may have been ended since the backup, mails sent, invitations revoked: none of them comes back."""
    session.execute(delete(BrowserSession).where(BrowserSession.person_id.is_not(None)))
    for model in (SignInChallenge, AddressChange, Invitation, OutgoingMail):
        session.execute(delete(model))
