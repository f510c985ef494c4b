"""Nothing is kept longer than the data map says: mails, drafts, the local mailbox, unused accounts."""

from __future__ import annotations

import mailbox
import os
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from consult.accounts.models import Person
from consult.core import clock
from consult.core.db import transaction
from consult.core.installation import current_settings
from consult.core.mail import Letter, OutgoingMail, queue_mail
from consult.organisations.values import Role
from consult.privacy import erasures, tasks
from consult.privacy.erasures import Erasure
from consult.privacy.traces import complete_list, erased_people
from consult.proposals.models import Draft
from tests.conftest import NOW
from tests.support.factories import Factory, Made
from tests.support.variants import variant_of


def mail(**dates: int | None) -> None:
    """A mail that left, or was given up, so many days ago."""
    now = clock.real_now()
    with transaction(write=True) as session:
        queue_mail(session, Letter("a@example.org", "", "", "", "fr"), now=now)
        session.flush()
        row = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert row is not None
        for name, days in dates.items():
            setattr(row, name, now - timedelta(days=days or 0))


def mails() -> int:
    with transaction() as session:
        return len(session.scalars(select(OutgoingMail.id)).all())


def test_mails_are_forgotten_a_month_after_they_left(app: Flask) -> None:
    mail(sent_at=31)
    mail(failed_at=31)
    mail(sent_at=29)
    mail()  # waits
    tasks.keep_no_longer()
    assert mails() == 2
    tasks.keep_no_longer()
    assert mails() == 2


def test_the_local_mailbox_forgets_too(app: Flask) -> None:
    box = current_settings().instance_path / "mailbox"
    mailbox.Maildir(box, create=True)
    folder = box / "new"
    old, new = folder / "old", folder / "young"
    for path, days in ((old, 31), (new, 29)):
        path.write_text("To: a@example.org\n\n")
        moment = clock.real_now().timestamp() - days * 86400
        os.utime(path, (moment, moment))
    tasks.keep_no_longer()
    assert not old.exists()
    assert new.exists()
    new.unlink()


def draft(made: Made, person_id: int | None) -> None:
    with transaction(write=True) as session:
        session.add(Draft(consultation_id=made.id, person_id=person_id, title="Halle", updated_at=NOW))


def test_drafts_are_forgotten_a_month_after_the_close(make: Factory) -> None:
    today, person = NOW.date(), make.person()
    long_closed, just_closed, open_still = (
        make.consultation(opens_on=today - timedelta(days=90), closes_on=today + timedelta(days=days))
        for days in (-31, -30, 5)
    )
    for made in (long_closed, just_closed, open_still):
        draft(made, person.person_id)
    tasks.keep_no_longer()
    with transaction() as session:
        left = set(session.scalars(select(Draft.consultation_id)))
    assert left == {just_closed.id, open_still.id}


def unused(person_id: int | None, days: int) -> None:
    with transaction(write=True) as session:
        values = {"last_signed_in_at": clock.real_now() - timedelta(days=days)}
        session.execute(update(Person).where(Person.id == person_id).values(**values))


def emails() -> list[str | None]:
    with transaction() as session:
        return list(session.scalars(select(Person.email).order_by(Person.id)))


def test_unused_accounts_go_where_the_operator_wants_it(app: Flask, make: Factory) -> None:
    old, young = make.person(), make.person()
    member, administrator = make.member(make.organisation(), Role.MODERATOR), make.administrator()
    for actor in (old, member, administrator):
        unused(actor.person_id, 800)
    unused(young.person_id, 700)
    before = emails()
    tasks.keep_no_longer()
    assert emails() == before, "never, unless a setting says so"
    with variant_of(app, retention_account_months=24) as other, other.app_context():
        tasks.keep_no_longer()
    assert emails() == [None, *before[1:]]
    listed = erasures.read(current_settings().resolved_erasure_list)
    assert listed[-1].person_id == old.person_id


def test_the_list_is_completed_with_what_the_database_knows(make: Factory) -> None:
    from consult.privacy.commands import erase_somebody  # noqa: PLC0415

    path = current_settings().resolved_erasure_list
    person = make.person()
    with transaction(write=True) as session:
        erase_somebody(session, person_id=person.person_id or 0, keep_texts=True, now=NOW)
    path.unlink(missing_ok=True)
    tasks.finish_erasures()
    (only,) = erasures.read(path)
    assert only.person_id == person.person_id
    with transaction() as session:
        assert complete_list(path, erased_people(session)) == 0
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_being_written_is_left_out(app: Flask) -> None:
    path = current_settings().resolved_erasure_list
    whole = Erasure(7, "a" * 32, False, NOW)
    path.write_text(whole.line + whole.line[:20])
    assert erasures.read(path) == (whole,)
    path.unlink()
