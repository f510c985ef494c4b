"""The life of an edition: requested, claimed, stored or failed, replaced; its state is in the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.consultations.commands import adjust_tally, lock_consultation
from consult.consultations.models import Tally
from consult.core import clock
from consult.core.db import transaction
from consult.proposals.commands import set_contribution_status
from consult.proposals.values import Status
from consult.reports import tasks
from consult.reports.commands import (
    Claim,
    Rendered,
    claim_edition,
    fail_edition,
    request_edition,
    store_edition,
)
from consult.reports.errors import RenderingFailed
from consult.reports.models import Edition, EditionFile
from consult.reports.values import EditionState
from tests.conftest import NOW
from tests.support.factories import Factory, Made

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def request(made: Made, now: datetime = NOW, language: str = "fr") -> int | None:
    with transaction(write=True) as session:
        return request_edition(session, made.id, language, now)


def claim(real_now: datetime = NOW) -> Claim | None:
    with transaction(write=True) as session:
        return claim_edition(session, real_now=real_now)


def version_of(made: Made) -> int:
    with transaction() as session:
        return session.execute(select(Tally.version).where(Tally.consultation_id == made.id)).scalar_one()


def store(made: Made, found: Claim, as_of: datetime = NOW, **changes: object) -> bool:
    values = {"pages": 3, "data_version": version_of(made), "as_of": as_of, "is_final": False, **changes}
    with transaction(write=True) as session:
        return store_edition(session, found, Rendered(b"%PDF-", **values))  # type: ignore[arg-type]


def act(made: Made) -> None:
    """Something changes in the consultation."""
    with transaction(write=True) as session:
        adjust_tally(session, made.id, day=date(2026, 3, 10))


def editions_of(made: Made) -> list[tuple[int, EditionState, str | None]]:
    with transaction() as session:
        rows = session.execute(
            select(Edition.id, Edition.state, Edition.error)
            .where(Edition.consultation_id == made.id)
            .order_by(Edition.id)
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def made(make: Factory) -> Made:
    """An open consultation whose first edition, requested at its publication, is stored."""
    consultation = make.consultation()
    found = claim()
    assert found is not None, "publishing an open consultation requests its first edition"
    store(consultation, found)
    return consultation


def test_nothing_is_requested_for_what_has_not_begun(make: Factory) -> None:
    assert request(make.consultation(published=False)) is None
    assert request(make.consultation(opens_on=date(2026, 4, 1), closes_on=date(2026, 4, 2))) is None
    assert claim() is None


def test_an_edition_is_requested_once(made: Made) -> None:
    act(made)
    first = request(made)

    assert first is not None
    assert request(made) is None, "one waits already"
    found = claim()
    assert found == Claim(first, made.id, "fr")
    assert request(made) is not None, "what is being rendered may have read the data already"


def test_the_same_data_on_the_same_day_makes_no_edition(made: Made) -> None:
    assert request(made, NOW + HOUR) is None
    assert request(made, NOW + 24 * HOUR) is not None, "another day counts to another figure"


def test_the_end_makes_a_final_edition_once(made: Made) -> None:
    after = datetime.fromisoformat("2026-04-01T00:00:00+02:00")
    assert request(made, after - timedelta(seconds=1)) is not None
    found = claim()
    assert found
    store(made, found, after - timedelta(seconds=1))

    assert request(made, after) is not None
    found = claim()
    assert found
    store(made, found, after, is_final=True)

    assert request(made, after + 100 * HOUR) is None
    act(made)
    assert request(made, after + 101 * HOUR) is not None, "something was moderated"


def test_a_claim_is_held_and_then_given_up(made: Made) -> None:
    act(made)
    request(made)
    first = claim(NOW)

    assert claim(NOW + 14 * MINUTE) is None
    again = claim(NOW + 15 * MINUTE)
    assert again == first
    assert again is not None
    assert store(made, again)
    assert not store(made, again), "the worker that was thought dead comes back too late"
    assert len(editions_of(made)) == 2


def test_three_interim_editions_and_the_final_one_are_kept(made: Made) -> None:
    ids = []
    for number in range(5):
        act(made)
        request(made)
        found = claim()
        assert found is not None
        store(made, found, is_final=number in {0, 1})
        ids.append(found.edition_id)

    kept = editions_of(made)

    assert [item[0] for item in kept] == ids[1:], "the newest final one and the three last interim ones"
    with transaction() as session:
        assert set(session.scalars(select(EditionFile.edition_id))) == set(ids[1:])


def test_a_failure_keeps_what_there_was(made: Made) -> None:
    act(made)
    request(made)
    found = claim()
    assert found is not None
    with transaction(write=True) as session:
        fail_edition(session, found, "no fonts")

    ready, failed = editions_of(made)
    assert ready[1] is EditionState.READY
    assert failed[1:] == (EditionState.FAILED, "no fonts")

    request(made)
    found = claim()
    assert found is not None
    store(made, found)
    assert [item[1] for item in editions_of(made)] == [EditionState.READY] * 2


def test_hiding_asks_for_a_new_edition_at_once(made: Made, make: Factory) -> None:
    number = make.contribution(made)
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=number, status=Status.HIDDEN, now=NOW)
    assert claim() is not None
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=number, status=Status.PUBLISHED, now=NOW)
    assert claim() is None, "restoring can wait for the periodic edition"


class Worker:
    """The tasks with a renderer that only notes what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real = NOW
        self.rendered: list[tuple[str, str | None]] = []
        self.failure: Exception | None = None
        self.final = False
        monkeypatch.setattr(clock, "real_now", lambda: self.real)
        monkeypatch.setattr(tasks, "render_synthesis", self.render)

    def render(self, slug: str, language: str | None, now: datetime) -> Rendered:
        self.rendered.append((slug, language))
        if self.failure:
            raise self.failure
        with transaction() as session:
            version = session.scalars(select(Tally.version)).one()
        return Rendered(b"%PDF-", 1, version, now, self.final)

    def run(self, now: datetime) -> list[tuple[str, str | None]]:
        """Both tasks at an instant; returns what was rendered."""
        self.rendered, self.real = [], now
        with clock.frozen_at(now):
            tasks.request_stale_editions()
            tasks.render_due_editions()
        return self.rendered


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(monkeypatch)


def test_a_consultation_is_rendered_at_most_every_ten_minutes(app: Flask, worker: Worker, make: Factory) -> None:
    made = make.consultation()
    assert worker.run(NOW) == [(made.slug, "fr")]
    assert worker.run(NOW + 10 * MINUTE) == [], "nothing changed"
    act(made)
    assert worker.run(NOW + 15 * MINUTE) == [(made.slug, "fr")]
    act(made)
    assert worker.run(NOW + 20 * MINUTE) == []
    assert worker.run(NOW + 25 * MINUTE) == [(made.slug, "fr")]


def test_an_announced_consultation_is_rendered_when_it_opens(app: Flask, worker: Worker, make: Factory) -> None:
    make.consultation(opens_on=date(2026, 3, 11), closes_on=date(2026, 3, 12))
    midnight = datetime.fromisoformat("2026-03-11T00:00:00+01:00")
    assert worker.run(midnight - timedelta(seconds=1)) == []
    assert len(worker.run(midnight)) == 1


def test_the_final_edition_is_in_every_language(app: Flask, worker: Worker, make: Factory) -> None:
    made = make.consultation()
    worker.run(NOW)
    worker.final = True
    after = datetime.fromisoformat("2026-04-01T00:00:00+02:00")

    assert worker.run(after) == [(made.slug, "fr"), (made.slug, "en")]
    assert worker.run(after + 48 * HOUR) == []


def test_a_failing_rendering_is_tried_again_an_hour_later(app: Flask, worker: Worker, make: Factory) -> None:
    make.consultation()
    worker.failure = RenderingFailed("ended by signal 9")
    assert len(worker.run(NOW)) == 1
    assert worker.run(NOW + 30 * MINUTE) == []
    worker.failure = None
    assert len(worker.run(NOW + 60 * MINUTE)) == 1


@pytest.mark.parametrize("lost", [True, False])
def test_a_lost_queue_loses_nothing(
    app: Flask, worker: Worker, make: Factory, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    woken: list[str] = []
    wake: Callable[[str], None] = (lambda name: None) if lost else woken.append
    monkeypatch.setattr("consult.core.tasks.wake", wake)
    make.consultation()

    assert woken == ([] if lost else [tasks.RENDER_EDITIONS])
    assert len(worker.run(NOW)) == 1, "the row is enough"


def test_one_thread_renders_at_a_time(app: Flask, worker: Worker, make: Factory) -> None:
    make.consultation()
    with tasks._rendering:
        assert worker.run(NOW) == [], "another thread is at it"
    assert len(worker.run(NOW)) == 1
