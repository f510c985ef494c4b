"""Consultations that were there before the journal, and those that a package brings, have journals that agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.app import create_app
from consult.audience.commands import load_days
from consult.consultations.commands import lock_consultation, mark_published
from consult.core import migrate
from consult.core.db import database_engine, db, transaction
from consult.ledger.models import Entry
from consult.ledger.tasks import check_journals
from consult.ledger.verifier.verify import check_package
from consult.moderation import commands as moderation
from consult.proposals.loads import ActsLoader, NewComment, NewContribution, NewSupport
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Channel, Stance, Status
from consult.reports.queries.package import comments, contributions, people, supports
from consult.settings import Settings
from tests.conftest import NOW
from tests.ledger.test_verifier import files_of, written
from tests.ledger.walk import Walk, shown
from tests.support.factories import Factory, Made
from tests.support.postgresql import fresh_database

TEXT = prepare_contribution("Une idée pour la halle", "Un texte **assez long** pour être publié.")
WORDS = prepare_comment("Bien dit.")
BEFORE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _loaded(make: Factory) -> Made:
    """A consultation loaded in bulk: acts that count and acts that do not, in no order of time."""
    made = make.consultation(published=False)
    people = [make.person().person_id or 0 for _ in range(4)]

    def at(hours: int) -> datetime:
        return BEFORE + timedelta(hours=hours)

    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        loader = ActsLoader(session, locked)
        loader.add_contributions(
            [
                NewContribution(7, 1, people[0], "A", TEXT, at(5)),
                NewContribution(2, 2, people[1], "B", TEXT, at(1), status=Status.HIDDEN),
                NewContribution(3, 1, None, "", TEXT, at(9), Channel.PAPER, received_on=date(2026, 3, 2)),
            ]
        )
        loader.add_comments(
            [
                NewComment(7, 1, None, Stance.FOR, people[2], "C", WORDS, at(6)),
                NewComment(7, 2, None, Stance.FOR, people[3], "D", WORDS, at(6), status=Status.WITHDRAWN),
                NewComment(2, 3, None, Stance.FOR, people[1], "B", WORDS, at(7)),
            ]
        )
        loader.add_comments([NewComment(7, 4, 2, Stance.NEUTRAL, people[1], "B", WORDS, at(8))])
        loader.add_supports(
            [NewSupport(7, people[2], at(6)), NewSupport(2, people[3], at(3)), NewSupport(3, people[2], at(30))]
        )
        loader.finish({})
        load_days(session, locked, [(date(2026, 3, 8), 12), (date(2026, 3, 9), 0), (NOW.date(), 4)], NOW)
        mark_published(session, consultation_id=made.id, now=NOW, demonstration=False)
    return made


def test_what_a_package_brings_is_entered_in_the_order_of_time(make: Factory) -> None:
    walk = Walk(make, _loaded(make))
    assert shown(walk.consultation) == {"participants": 2, "contributions": 2, "supports": 2, "comments": 1}
    found = walk.check()
    assert found.agrees, found.problem
    assert (found.journal["visitors"], found.unsealed) == (12, 4)
    entries = walk.entries()
    instants = [entry.at for entry in entries[1:-2]]
    assert instants == sorted(instants)
    assert [entry.payload.get("number") for entry in entries if entry.kind == "contribution.published"] == [
        2,
        7,
        3,
    ]
    paper = next(entry for entry in entries if entry.payload.get("channel") == "paper")
    assert paper.payload["received_on"] == "2026-03-02"
    assert "commitment" not in paper.payload


def test_what_happens_after_an_import_goes_on_in_the_same_chain(make: Factory) -> None:
    walk = Walk(make, _loaded(make))
    walk.restore(2)
    walk.hide(7)
    walk.restore(7)
    number = make.contribution(walk.consultation)
    assert number == 8
    found = walk.check()
    assert found.agrees, found.problem


@pytest.fixture
def old_installation(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A database at the last revision without a journal."""
    url = ""
    if engine_name == "postgresql":
        url = fresh_database(request.getfixturevalue("postgresql"))
    app = create_app(Settings(database_url=url, instance_path=tmp_path, secret_key="for tests only"))
    with app.app_context():
        migrate.upgrade(database_engine())
        yield app
        db.engine.dispose()


def test_an_installation_that_upgrades_carries_its_figures_over(old_installation: Flask, tmp_path: Path) -> None:
    make = Factory(NOW)
    walk = Walk(make, make.consultation())
    draft = make.consultation(published=False)
    walk.everything()
    walk.seal()
    migrate.downgrade(database_engine(), "0007")
    with transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM proposals_contribution")) == 2
    migrate.upgrade(database_engine())
    (found,) = check_journals(now=NOW)
    assert found.agrees, found.problem
    assert found.journal == {"participants": 3, "contributions": 1, "supports": 1, "comments": 2, "visitors": 3}
    assert [entry.kind for entry in walk.entries()] == [
        "consultation.published",
        "figures.carried_over",
        "visits.sealed",
    ]
    walk.hide(1)
    walk.restore(1)
    new = make.contribution(walk.consultation)
    make.support(walk.consultation, 1)
    make.support(walk.consultation, new)
    make.comment(walk.consultation, 1, parent=1)
    walk.hide(new)
    found = walk.check()
    assert found.agrees, found.problem
    with transaction() as session:
        assert not session.scalars(select(Entry.kind).where(Entry.consultation_id == draft.id)).all()
    walk.hide(1, moderation.hide_comment)
    packages_agree(walk, tmp_path)
    walk.restore(1, moderation.restore_comment)
    walk.hide(1)
    packages_agree(walk, tmp_path)
    with transaction() as session:
        authors = [author for author, _ in people(session, walk.consultation.id)]
        rows = [row.author for row in contributions(session, walk.consultation.id, complete=True)]
        rows += [row.author for row in comments(session, walk.consultation.id, complete=True)]
        rows += [author for _, author, _ in supports(session, walk.consultation.id)]
    assert set(rows) <= set(authors)
    assert "" not in rows


def packages_agree(walk: Walk, folder: Path) -> None:
    """Both packages hold against their journal, though it does not know how its consultation began."""
    for complete in (False, True):
        check_package(written(files_of(walk, complete=complete), folder / f"package-{complete}"))
