"""The home page."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of


def section(html: str, name: str) -> str:
    return html.split(f'aria-labelledby="{name}"', 1)[1].split("</section>", 1)[0]


def test_with_nothing_to_show_it_says_so(client: AuditedClient) -> None:
    html = client.get("/en/").text
    assert "empty-state" in html
    assert "No consultation yet" in html


def test_consultations_are_shown_by_state(make: Factory, client: AuditedClient) -> None:
    make.consultation(title="La halle")
    make.consultation(title="Le pont", opens_on=date(2026, 3, 20))
    make.consultation(title="La place", closes_on=date(2026, 3, 8))
    make.consultation(title="Un brouillon", published=False)
    html = client.get("/en/").text
    assert "La halle" in section(html, "open-title")
    assert "Le pont" in section(html, "announced-title")
    assert "La place" in section(html, "closed-title")
    assert "Un brouillon" not in html


def test_an_open_one_shows_days_left_participants_and_one_button(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    make.contribution(made)
    card = section(client.get("/en/").text, "open-title")
    assert "21 days left" in card
    assert "1 participant<" in card
    assert "Dites-nous ce que la halle doit devenir." in card
    assert card.count('class="button') == 1
    assert f'href="/en/consultations/{made.slug}">Take part' in card


def test_a_closed_one_shows_its_outcome_and_synthesis(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(closes_on=date(2026, 3, 8), outcome="Deux idées retenues.")
    card = section(client.get("/en/").text, "closed-title")
    assert '<span lang="fr">Deux idées retenues.</span>' in card
    assert f'href="/en/consultations/{made.slug}/synthesis.pdf"' in card


def test_without_outcome_it_says_where_it_will_be(make: Factory, client: AuditedClient) -> None:
    make.consultation(closes_on=date(2026, 3, 8))
    assert "<span>The outcome will be published here.</span>" in client.get("/en/").text


def test_with_none_open_it_says_so(make: Factory, client: AuditedClient) -> None:
    make.consultation(opens_on=date(2026, 3, 20))
    assert "No consultation is open just now." in client.get("/en/").text


def test_one_that_closed_last_night_is_among_the_closed(make: Factory, client: AuditedClient) -> None:
    make.consultation(title="Hier encore", closes_on=date(2026, 3, 9))
    assert "Hier encore" in section(client.get("/en/").text, "closed-title")


@pytest.mark.parametrize("consultations", [1, 12])
def test_it_costs_the_same_for_many(make: Factory, client: AuditedClient, consultations: int) -> None:
    for _ in range(consultations):
        make.consultation()
        make.consultation(closes_on=date(2026, 3, 5))
    with recorded_statements() as statements:
        client.get("/")
    assert len(statements) == 2


def test_a_demonstration_is_announced_on_every_page(app: Flask, client: AuditedClient) -> None:
    assert "Demonstration" not in client.get("/en/").text
    with variant_of(app, demonstration=True) as other:
        assert "Demonstration: the organisations" in AuditedClient(other).get("/en/").text


def test_the_team_is_not_asked_to_take_part(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.sign_in(make.member(made.organisation_id))
    card = section(client.get("/en/").text, "open-title")
    assert "Take part" not in card
    assert f'href="/en/consultations/{made.slug}">Read' in card
