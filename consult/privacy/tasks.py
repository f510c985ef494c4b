"""Background work of privacy: what is kept no longer than it has to be, and erasures finished."""

from __future__ import annotations

import logging

from consult.core import clock
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.mail import forget_old_mails
from consult.privacy import commands, retention
from consult.privacy.traces import clear_traces, complete_list, erased_people, scrub_files

log = logging.getLogger(__name__)
FINISH_ERASURES = commands.FINISH_ERASURES
RETENTION = "retention"


def finish_erasures() -> None:
    """Task: complete the list of erasures from the database, and take deleted bytes out of its files."""
    with transaction() as session:
        known = erased_people(session)
    added = complete_list(current_settings().resolved_erasure_list, known)
    if added:
        log.info("erasures.listed", extra={"count": added})
    if not scrub_files():
        log.info("erasures.scrub_postponed")


def keep_no_longer() -> None:
    """Task: delete what has been kept long enough; each kind in a transaction of its own."""
    settings, now, real_now = current_settings(), clock.now(), clock.real_now()
    with transaction(write=True) as session:
        forget_old_mails(session, before=retention.mails_before(settings, real_now))
    with transaction(write=True) as session:
        retention.forget_drafts(session, days=settings.retention_draft_days, now=now)
    retention.forget_local_mails(settings, real_now)
    for person_id in _unused_accounts():
        with transaction(write=True) as session:
            erased = commands.erase_unused(session, person_id=person_id, now=now)
        if erased is not None:
            clear_traces(settings, [erased])


def _unused_accounts() -> tuple[int, ...]:
    months = current_settings().retention_account_months
    if months == 0:
        return ()
    with transaction() as session:
        return retention.unused_accounts(session, months=months, real_now=clock.real_now())
