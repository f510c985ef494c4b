"""An act that waited for the lock is judged by what its predecessor left, on both engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, datetime

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.consultations.commands import lock_consultation, mark_synthesis_published
from consult.consultations.models import Consultation
from consult.core.access import Refused
from consult.core.db import independent_transaction, transaction
from consult.proposals.models import Contribution
from consult.proposals.values import Status
from tests.support.factories import Factory, Made
from tests.support.locks import PATIENCE, counted_waits, wait_for

AFTER = datetime.fromisoformat("2026-04-02T09:00:00+02:00")


def refusal_after(app: Flask, made: Made, change: Callable[[Session], None], act: Callable[[], object]) -> str:
    """Let an act wait for the lock while something is changed under it; the code of its refusal, "" for none."""
    answers: list[str] = []

    def run() -> None:
        with app.app_context():
            try:
                act()
                answers.append("")
            except Refused as refusal:
                answers.append(refusal.reason)

    thread = threading.Thread(target=run, daemon=True)
    with counted_waits() as waiting:
        with independent_transaction() as session:
            lock_consultation(session, made.id)
            waiting.clear()
            thread.start()
            wait_for(waiting, 1)
            time.sleep(0.1)
            assert not answers, "nothing may pass the lock"
            change(session)
        thread.join(timeout=PATIENCE)
    (answer,) = answers
    return answer


def values_of(made: Made, **values: object) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        session.execute(update(Consultation).where(Consultation.id == made.id).values(**values))

    return change


def test_paper_that_waited_while_the_synthesis_was_published_is_refused(app: Flask, make: Factory) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)

    def publish(session: Session) -> None:
        mark_synthesis_published(session, lock_consultation(session, made.id), now=AFTER)

    assert refusal_after(app, made, publish, lambda: make.paper(made, manager, now=AFTER)) == "synthesis_published"


def test_a_contribution_that_waited_while_the_last_day_moved_is_refused(app: Flask, make: Factory) -> None:
    made, author = make.consultation(), make.person()
    closed = values_of(made, closes_on=date(2026, 3, 9))
    assert refusal_after(app, made, closed, lambda: make.contribution(made, author)) == "consultation_closed"


def test_a_first_post_that_waited_while_holding_was_switched_on_is_held(app: Flask, make: Factory) -> None:
    made, author = make.consultation(), make.person()
    held = values_of(made, hold_first_posts=True)
    assert refusal_after(app, made, held, lambda: make.contribution(made, author)) == ""
    with transaction() as session:
        assert session.get_one(Contribution, 1).status is Status.HELD
