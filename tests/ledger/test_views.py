"""The public journal in both languages, page by page."""

from __future__ import annotations

import pytest

from consult.core.db import transaction
from consult.ledger.presentation import SENTENCES
from consult.ledger.queries import PAGE_SIZE, head_of
from consult.ledger.values import Kind
from tests.ledger.walk import Walk
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements


@pytest.fixture
def walk(make: Factory) -> Walk:
    return Walk(make, make.consultation())


def test_every_kind_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Kind)


def test_the_journal_says_in_plain_words_what_happened(walk: Walk, client: AuditedClient) -> None:
    walk.everything()
    walk.seal()
    address = f"/consultations/{walk.consultation.slug}/journal"
    english = client.get(f"/en{address}").get_data(as_text=True)
    assert "Contribution 1 gained a support." in english
    assert "Contribution 1 was hidden by the team. Reason: Unrelated to the consultation." in english
    assert "supports +1" in english
    assert "The day of 10 Mar 2026 is over" in english
    french = client.get(address).get_data(as_text=True)
    assert "La contribution 1 a gagné un soutien." in french
    with transaction() as session:
        head = head_of(session, walk.consultation.id)
    assert head is not None
    assert head.hash in french
    assert head.hash in client.get(f"/consultations/{walk.consultation.slug}/statistics").get_data(as_text=True)
    assert (
        client.get(f"/consultations/{walk.consultation.slug}/statistics.json").get_json()["ledger_head"]
        == head.hash
    )


def test_a_long_journal_goes_on_page_by_page_at_a_fixed_cost(walk: Walk, client: AuditedClient) -> None:
    number = walk.make.contribution(walk.consultation)
    for _ in range(PAGE_SIZE):
        walk.make.support(walk.consultation, number)
    address = f"/en/consultations/{walk.consultation.slug}/journal"
    client.get(address)  # counts this reader
    with recorded_statements() as statements:
        first = client.get(address).get_data(as_text=True)
    assert "?before=3" in first
    cost = len(statements)
    with recorded_statements() as statements:
        second = client.get(f"{address}?before=3").get_data(as_text=True)
    assert len(statements) == cost
    assert "The consultation was published" in second
    assert "Older entries" not in second
    assert client.get(f"{address}?before=nonsense").status_code == 200


def test_a_draft_shows_no_journal(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(published=False)
    assert client.get(f"/consultations/{made.slug}/journal").status_code == 404
    client.sign_in(make.member(made.organisation_id))
    assert "commence" in client.get(f"/consultations/{made.slug}/journal").get_data(as_text=True)
