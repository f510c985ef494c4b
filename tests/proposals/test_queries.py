"""Lists: every contribution exactly once in every order, the same number of statements at every size."""

from __future__ import annotations

from datetime import date

import pytest

from consult.core.db import is_sqlite, transaction
from consult.proposals.commands import edit_contribution
from consult.proposals.queries import ListFilter, list_contributions, similar_contributions
from consult.proposals.rules import prepare_contribution
from consult.proposals.values import Sort
from tests.conftest import NOW
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

TODAY = date(2026, 3, 10)


def walk(consultation: Made, wanted: ListFilter, today: date = TODAY) -> list[int]:
    """The numbers of every page from the first to the last."""
    numbers: list[int] = []
    after: str | None = None
    while True:
        with transaction() as session:
            page = list_contributions(
                session,
                consultation_id=consultation.id,
                slug=consultation.slug,
                wanted=ListFilter(wanted.search, wanted.question_number, wanted.sort, after),
                today=today,
            )
        numbers += [card.number for card in page.cards]
        if page.after is None:
            return numbers
        assert page.after != after
        after = page.after


@pytest.fixture
def many(make: Factory) -> Made:
    consultation, author = make.consultation(), make.person()
    supporters = [make.person() for _ in range(3)]
    for index in range(45):
        number = make.contribution(consultation, author, question=1 + index % 2)
        for supporter in supporters[: index % 4]:
            make.support(consultation, number, supporter)
    return consultation


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_shows_each_contribution_once(many: Made, sort: Sort) -> None:
    found = walk(many, ListFilter(sort=sort))
    assert sorted(found) == list(range(1, 46))
    if sort is Sort.RECENT:
        assert found == list(range(45, 0, -1))


def test_the_rotating_order_is_another_one_on_another_day(many: Made) -> None:
    one, other = walk(many, ListFilter()), walk(many, ListFilter(), date(2026, 3, 11))
    assert one != other
    assert sorted(one) == sorted(other)


def test_most_supported_comes_first(many: Made) -> None:
    found = walk(many, ListFilter(sort=Sort.SUPPORTED))
    assert all((number - 1) % 4 == 3 for number in found[:11])


def test_the_question_filter_keeps_its_own(many: Made) -> None:
    assert sorted(walk(many, ListFilter(question_number=2))) == list(range(2, 46, 2))
    assert walk(many, ListFilter(question_number=9)) == []


@pytest.mark.parametrize("cursor", ["", "-", "x", "1-2-3", "9" * 40, "1--2", "١-٢"])
def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(many: Made, cursor: str) -> None:
    with transaction() as session:
        page = list_contributions(
            session,
            consultation_id=many.id,
            slug=many.slug,
            wanted=ListFilter(sort=Sort.RECENT, after=cursor),
            today=TODAY,
        )
    assert page.cards[0].number == 45


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("coeur", [1]),
        ("CŒURS", [1]),
        ("potagers", [2]),
        ("jardin ouvert", [2]),
        ("jardin fermé", []),
        ("jard", [2]),
        ("l'eau", [3]),
        ('"; DROP TABLE', []),
        ("* OR NEAR(", []),
        ("!!!", [1, 2, 3]),
    ],
)
def test_search_finds_the_same_on_both_engines(make: Factory, query: str, found: list[int]) -> None:
    consultation = make.consultation()
    make.contribution(
        consultation, title="Au cœur de la ville", body="Un endroit pour se rencontrer, tout simplement."
    )
    make.contribution(
        consultation, title="Un jardin potager", body="Un jardin ouvert à toutes les écoles du quartier."
    )
    make.contribution(consultation, title="Économiser l’eau", body="Récupérer l’eau de pluie des toits publics.")
    assert sorted(walk(consultation, ListFilter(search=query, sort=Sort.RECENT))) == found


def test_search_follows_an_edit(make: Factory) -> None:
    consultation, author = make.consultation(), make.person()
    make.contribution(consultation, author)
    with transaction(write=True) as session:
        edit_contribution(
            session,
            actor=author,
            consultation_id=consultation.id,
            number=1,
            question_number=1,
            text=prepare_contribution("Une piscine couverte", "Une piscine pour les écoles et les clubs."),
            now=NOW,
        )
    assert walk(consultation, ListFilter(search="piscine")) == [1]
    assert walk(consultation, ListFilter(search="ateliers")) == []


def test_similar_contributions_share_words(make: Factory) -> None:
    consultation = make.consultation()
    make.contribution(consultation, title="Des pistes cyclables continues")
    make.contribution(consultation, title="Un marché le dimanche")
    with transaction() as session:
        found = similar_contributions(
            session, consultation_id=consultation.id, title="Une piste cyclable vers la gare"
        )
        nothing = similar_contributions(session, consultation_id=consultation.id, title="???")
    assert [card.number for card in found] == [1]
    assert nothing == ()


@pytest.mark.parametrize("sort", list(Sort))
def test_a_list_costs_one_statement_at_every_size(make: Factory, many: Made, sort: Sort) -> None:
    small = make.consultation()
    make.contribution(small)
    for consultation in (small, many):
        with recorded_statements() as statements, transaction() as session:
            list_contributions(
                session,
                consultation_id=consultation.id,
                slug=consultation.slug,
                wanted=ListFilter(sort=sort, search="atelier"),
                today=TODAY,
            )
        assert len(statements) == 1


@pytest.mark.parametrize("question", [None, 1])
@pytest.mark.parametrize("sort", [Sort.RECENT, Sort.SUPPORTED, Sort.DISCUSSED])
def test_every_filter_and_sort_reads_its_own_index(make: Factory, sort: Sort, question: int | None) -> None:
    consultation = make.consultation()
    wanted = ListFilter("", question, sort, "5-5")
    with transaction() as session, recorded_statements() as statements:
        if not is_sqlite(session):
            pytest.skip("PostgreSQL plans by what the tables hold, which is nothing here")
        list_contributions(
            session, consultation_id=consultation.id, slug=consultation.slug, wanted=wanted, today=TODAY
        )
        (statement,) = [item for item in statements if item.startswith("SELECT")]
        driver = session.connection().connection.driver_connection
        assert driver is not None
        values = [None] * statement.count("?")
        plan = " ".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values))
    assert f"ix_proposals_contribution_{'q_' if question else ''}{sort.value}" in plan
    assert "TEMP B-TREE" not in plan
