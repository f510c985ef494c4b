"""How long things are kept when nobody deletes them. What the settings leave open is in the data map."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Person
from consult.consultations.models import Consultation
from consult.organisations.models import Membership
from consult.proposals.models import Draft
from consult.settings import Settings

# A month of the calendar at its longest: nothing goes a day before its time.
_MONTH = timedelta(days=31)
_BATCH = 100


def mails_before(settings: Settings, real_now: datetime) -> datetime:
    """Mails that left before this instant are forgotten altogether."""
    return real_now - timedelta(days=settings.retention_mail_days)


def forget_local_mails(settings: Settings, real_now: datetime) -> None:
    """Delete what the local mailbox has kept as long as the dates of mails are kept."""
    before = mails_before(settings, real_now).timestamp()
    for part in ("new", "cur"):
        for path in (settings.instance_path / "mailbox" / part).glob("*"):
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()


def forget_drafts(session: Session, *, days: int, now: datetime) -> None:
    """Delete drafts of consultations that closed `days` ago or more, and of accounts that are erased.

    Drafts of browsers that never signed in go with the browser's session.
    """
    last_day = (now - timedelta(days=days)).date()
    closed = select(Consultation.id).where(Consultation.closes_on < last_day)
    erased = select(Person.id).where(Person.erased_at.is_not(None))
    session.execute(
        delete(Draft)
        .where(or_(Draft.consultation_id.in_(closed), Draft.person_id.in_(erased)))
        .execution_options(synchronize_session=False)
    )


def unused_accounts(session: Session, *, months: int, real_now: datetime) -> tuple[int, ...]:
    """Accounts of nobody's team that nobody has signed in to for so many months, at most a batch (1 statement)."""
    before = real_now - months * _MONTH
    membership = aliased(Membership)
    return tuple(
        session.scalars(
            select(Person.id)
            .where(
                Person.email.is_not(None),
                Person.is_administrator.is_(False),
                func.coalesce(Person.last_signed_in_at, Person.created_at) < before,
                ~select(membership.person_id).where(membership.person_id == Person.id).exists(),
            )
            .order_by(Person.id)
            .limit(_BATCH)
        )
    )
