"""Each act leaves one entry, whose sums are the figures; nobody changes an entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from consult.consultations.commands import (
    lock_consultation,
    mark_synthesis_published,
    publish_consultation,
    update_consultation,
)
from consult.consultations.models import Consultation, Tally
from consult.consultations.rules import prepare_consultation
from consult.core.db import transaction
from consult.ledger.commands import append
from consult.ledger.models import Entry, Head, Opening, PersonKey, TextSalt
from consult.ledger.rules import commitment
from consult.ledger.tasks import check_journals
from consult.ledger.values import Kind
from consult.proposals.commands import set_contribution_status, support_contribution
from consult.proposals.comments import set_comment_status
from consult.proposals.paper import correct_paper_contribution, enter_paper_contribution
from consult.proposals.rules import PaperFacts, prepare_contribution
from consult.proposals.values import Channel, Status
from consult.reports.tasks import find_drift, repair_drift
from tests.conftest import NOW
from tests.ledger.walk import Walk, shown
from tests.proposals.test_race import at_once
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

# Each has a test of its own.
ENTERED_ELSEWHERE = {
    Kind.CONSULTATION_CHANGED,
    Kind.SYNTHESIS_PUBLISHED,
    Kind.CARRIED_OVER,
    Kind.CORRECTED,
    Kind.CONTRIBUTION_HELD,
    Kind.CONTRIBUTION_RELEASED,
    Kind.CONTRIBUTION_CORRECTED,
    Kind.COMMENT_HELD,
    Kind.COMMENT_RELEASED,
}
# For SQLite (PostgreSQL knows no such words).
REPLACED = (
    "INSERT OR REPLACE INTO ledger_entry (consultation_id, sequence, kind, at, payload, previous, hash) "
    "SELECT consultation_id, sequence, kind, at, '{}', previous, hash FROM ledger_entry"
)
MOVED = (
    "INSERT OR REPLACE INTO ledger_entry (rowid, consultation_id, sequence, kind, at, payload, previous, hash) "
    "SELECT rowid, consultation_id, sequence + 9, kind, at, payload, previous, hash FROM ledger_entry"
)


@pytest.fixture
def walk(make: Factory) -> Walk:
    return Walk(make, make.consultation())


def test_every_kind_of_act_is_entered_and_the_sums_are_the_figures(walk: Walk) -> None:
    walk.everything()
    found = walk.check()
    assert found.agrees, found.problem
    assert shown(walk.consultation) == {"participants": 3, "contributions": 1, "supports": 1, "comments": 2}
    assert found.journal == {**shown(walk.consultation), "visitors": 0}
    assert (found.unsealed, found.shown["visitors"]) == (3, 3)
    walk.seal()
    sealed = walk.check()
    assert sealed.agrees
    assert (sealed.unsealed, sealed.journal["visitors"]) == (0, 3)
    kinds = [entry.kind for entry in walk.entries()]
    assert kinds[0] == "consultation.published"
    assert kinds[-1] == "visits.sealed"
    assert len(kinds) == 20
    assert set(kinds) == set(Kind) - ENTERED_ELSEWHERE
    assert {entry.payload.get("reason") for entry in walk.entries()} == {None, "off_topic", "reviewed"}


def test_an_entry_says_what_happened_and_never_who(walk: Walk) -> None:
    people = walk.everything()
    entries = walk.entries()
    given = next(entry for entry in entries if entry.kind == "support.given")
    assert given.payload.keys() == {"contribution", "figures", "commitment"}
    assert given.payload["figures"] == {"supports": 1}, "Bilal takes part already"
    with transaction() as session:
        keys = {row.person_id: row.key for row in session.execute(select(PersonKey.person_id, PersonKey.key))}
        opening = session.execute(
            select(Opening.key, Opening.salt).where(Opening.sequence == given.sequence)
        ).one()
        previous = session.scalars(select(Entry.previous).where(Entry.sequence == given.sequence)).one()
    assert opening.key == keys[people["Bilal"].person_id or 0]
    assert commitment(opening.salt, opening.key, previous) == given.payload["commitment"]
    public = json.dumps([entry.payload for entry in entries])
    assert not any(secret in public for secret in (*keys.values(), "Bilal", "Chloé"))
    assert len(set(keys.values())) == 4


def test_a_support_costs_a_fixed_number_of_statements(walk: Walk) -> None:
    number = walk.make.contribution(walk.consultation)
    person = walk.make.person()
    walk.make.support(walk.consultation, walk.make.contribution(walk.consultation), person)
    with recorded_statements() as statements:
        walk.make.support(walk.consultation, number, person)
    journal = [statement for statement in statements if "ledger_" in statement]
    assert [statement.split()[0] for statement in journal] == ["SELECT", "INSERT", "UPDATE", "INSERT"]


def test_a_draft_has_no_journal_until_it_is_published(make: Factory) -> None:
    made = make.consultation(published=False)
    manager = make.member(made.organisation_id)
    walk = Walk(make, made)
    assert walk.entries() == []
    walk.do(publish_consultation, actor=manager)
    (entry,) = walk.entries()
    assert entry.payload["slug"] == made.slug
    assert entry.payload["opens_on"] == "2026-03-01"
    walk.do(publish_consultation, actor=manager)
    assert len(walk.entries()) == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_entry SET payload = '{}'",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE sequence > 1",
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry",
        "DELETE FROM consultations_consultation",
        # What is replaced is deleted without a trigger on DELETE.
        REPLACED,
        MOVED,
    ],
)
def test_the_database_refuses_to_change_what_was_entered(walk: Walk, attack: str) -> None:
    walk.make.contribution(walk.consultation)
    with pytest.raises(DBAPIError), transaction(write=True) as session:
        session.execute(text(attack))
    assert walk.check().agrees


def test_postgresql_refuses_to_empty_the_journal(walk: Walk, engine_name: str) -> None:
    if engine_name == "sqlite":
        return  # there is no TRUNCATE: DELETE is what it has
    with pytest.raises(DBAPIError, match="never changed"), transaction(write=True) as session:
        session.execute(text("TRUNCATE ledger_entry CASCADE"))


def test_a_crowd_writes_one_chain(app: Flask, walk: Walk) -> None:
    number = walk.make.contribution(walk.consultation)
    people = [walk.make.person() for _ in range(24)]

    def act(first: int) -> None:
        for person in people[first::8]:
            with transaction(write=True) as session:
                support_contribution(
                    session, actor=person, consultation_id=walk.consultation.id, number=number, now=NOW
                )

    acts: list[Callable[[], None]] = [lambda first=first: act(first) for first in range(8)]  # type: ignore[misc]
    assert at_once(app, acts) == []
    found = walk.check()
    assert found.agrees, found.problem
    assert found.entries == 2 + 24


def test_an_act_that_is_refused_leaves_no_entry(walk: Walk) -> None:
    anne = walk.make.person()
    number = walk.make.contribution(walk.consultation, anne)
    walk.make.support(walk.consultation, number, bilal := walk.make.person())
    before = len(walk.entries())
    walk.make.support(walk.consultation, number, bilal)
    with pytest.raises(Exception, match="own"):
        walk.make.support(walk.consultation, number, anne)
    assert len(walk.entries()) == before


def test_a_withdrawn_text_can_no_longer_be_told_from_its_digest(walk: Walk) -> None:
    walk.everything()
    with transaction() as reading:
        rows = reading.execute(
            select(TextSalt.kind, TextSalt.number).order_by(TextSalt.kind, TextSalt.number)
        ).all()
    assert [(row.kind.value, row.number) for row in rows] == [("comment", 1), ("comment", 2), ("contribution", 1)]


def test_a_figure_that_somebody_changed_is_told_and_its_repair_entered(walk: Walk) -> None:
    walk.make.support(walk.consultation, walk.make.contribution(walk.consultation))
    with transaction(write=True) as session:
        session.execute(update(Tally).values(supports=Tally.supports + 5))
    assert walk.check().problem == "the sums differ from the figures: supports"
    repair_drift(walk.consultation.slug, now=NOW)
    assert walk.check().agrees
    assert [entry.kind for entry in walk.entries()][-1] == "support.given", "the journal was right all along"


def test_rows_written_around_the_commands_are_told_and_their_recount_entered(walk: Walk) -> None:
    walk.make.contribution(walk.consultation)
    stranger = walk.make.person()
    with transaction(write=True) as session:
        session.execute(
            text(
                "INSERT INTO proposals_support (contribution_id, person_id, created_at) SELECT id, :who, :at "
                "FROM proposals_contribution"
            ),
            {"who": stranger.person_id, "at": "2026-03-10 11:00:00"},
        )
    assert not find_drift(walk.consultation.slug, now=NOW).agrees
    repair_drift(walk.consultation.slug, now=NOW)
    found = walk.check()
    assert found.agrees, found.problem
    last = walk.entries()[-1]
    assert (last.kind, last.payload) == (
        "figures.corrected",
        {"figures": {"participants": 1, "supports": 1}},
    )


def test_a_journal_that_alone_has_drifted_is_repaired(walk: Walk) -> None:
    walk.make.support(walk.consultation, walk.make.contribution(walk.consultation))
    with transaction(write=True) as session:
        append(session, walk.consultation.id, Kind.CORRECTED, {"figures": {"supports": 5}}, at=NOW)
    assert find_drift(walk.consultation.slug, now=NOW).agrees, "rows and figures are right"
    assert walk.check().problem == "the sums differ from the figures: supports"
    repair_drift(walk.consultation.slug, now=NOW)
    found = walk.check()
    assert found.agrees, found.problem
    assert walk.entries()[-1].payload == {"figures": {"supports": -5}}


def test_the_head_is_where_the_chain_ends(walk: Walk) -> None:
    walk.everything()
    with transaction(write=True) as session:
        assert session.scalar(select(Head.sequence)) == session.scalar(select(func.max(Entry.sequence)))
        session.execute(update(Head).values(sequence=Head.sequence - 1))
    (found,) = check_journals(now=NOW)
    assert found.problem is not None
    assert found.problem.startswith("the head is kept as entry")


def test_dates_and_questions_are_entered_when_they_change(walk: Walk) -> None:
    made = walk.consultation
    text = prepare_consultation(
        slug=made.slug,
        title="Quelle place pour la halle ?",
        summary="Dites-nous ce que la halle doit devenir.",
        language="fr",
        opens_on=date(2026, 3, 1),
        closes_on=date(2026, 4, 30),
        introduction="La halle a **cent ans**.",
        about="## Extrait\n\nUn extrait.",
        questions=("Que faut-il garder ?", "Que faut-il vraiment changer ?"),
    )
    walk.do(update_consultation, actor=walk.make.member(made.organisation_id), text=text)
    before, after = walk.entries()
    assert (before.payload["closes_on"], after.payload["closes_on"]) == ("2026-03-31", "2026-04-30")
    assert before.payload["questions"] != after.payload["questions"]
    assert before.payload["about"] == after.payload["about"]
    assert walk.check().agrees


def test_what_waits_for_the_team_counts_once_it_is_released(walk: Walk) -> None:
    number = walk.make.contribution(walk.consultation)
    with transaction(write=True) as session:
        session.execute(update(Consultation).values(hold_first_posts=True))
    anne, bilal, chloe = (walk.make.person() for _ in range(3))
    held = walk.make.contribution(walk.consultation, anne)
    comment = walk.make.comment(walk.consultation, number, bilal)
    refused = walk.make.comment(walk.consultation, number, chloe)
    assert walk.check().journal["participants"] == 1
    walk.settle(set_contribution_status, held, Status.PUBLISHED)
    walk.settle(set_comment_status, comment, Status.PUBLISHED)
    walk.settle(set_comment_status, refused, Status.HIDDEN)
    found = walk.check()
    assert found.agrees, found.problem
    assert found.journal == {"participants": 3, "contributions": 2, "supports": 0, "comments": 1, "visitors": 0}
    assert [entry.kind for entry in walk.entries()][2:] == [
        "contribution.held",
        "comment.held",
        "comment.held",
        "contribution.released",
        "comment.released",
        "comment.hidden",
    ]


def test_paper_that_comes_late_is_entered_as_late(make: Factory) -> None:
    made = make.consultation(opens_on=date(2026, 2, 1), closes_on=date(2026, 3, 1))
    walk = Walk(make, made)
    facts = PaperFacts(Channel.PAPER, "Mme Petit", "bulletin 7", date(2026, 2, 28), "urne")
    text = prepare_contribution("Une lettre à la mairie", "Une lettre reçue avant la fin, lue après.")
    arguments = {"actor": walk.moderator, "question_number": 1, "text": text}
    number = walk.do(enter_paper_contribution, facts=facts, token="once", **arguments)
    corrected = replace(facts, received_on=date(2026, 2, 27))
    walk.do(correct_paper_contribution, number=number, facts=corrected, **arguments)
    with transaction(write=True) as session:
        mark_synthesis_published(session, lock_consultation(session, made.id), now=NOW)
    assert walk.check().agrees
    entered, put_right, published = walk.entries()[1:]
    assert entered.payload["late"] is True
    assert entered.payload["figures"] == {"contributions": 1, "participants": 1}
    assert put_right.payload == {"number": 1, "channel": "paper", "received_on": "2026-02-27"}
    assert published.kind == "consultation.synthesis_published"
