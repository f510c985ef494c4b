"""The accessibility statement claims what the assessment shows; the site map leads everywhere."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask

from consult.site import accessibility
from consult.site.accessibility import Assessment, Shortcoming
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of

once = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MISSING = Shortcoming("1.1", "1.1.1", "A picture says nothing.")
UNSEEN = Shortcoming("7.1", "4.1.2", "Nobody has listened.")


def folded(html: str) -> str:
    """The page with ordinary spaces."""
    return " ".join(html.replace("\u202f", " ").replace("\u00a0", " ").split())


def claim(monkeypatch: pytest.MonkeyPatch, state: str, **changes: object) -> None:
    """Let the assessment have this result."""
    values: dict[str, object] = {
        "standard": "RGAA 4.1", "assessed_on": date(2026, 11, 22), "state": state, "criteria": 106, "met": 60,
        "not_applicable": 44, "rate": 96, "rate_of_looked_at": 98,
        "not_met": (MISSING,), "not_looked_at": (UNSEEN,),
    }  # fmt: skip
    found = Assessment(**{**values, **changes})  # type: ignore[arg-type]
    monkeypatch.setattr(accessibility, "assessment", lambda _language: found)
    monkeypatch.setattr("consult.site.views.assessment", lambda _language: found)


@once
@pytest.mark.parametrize(
    ("state", "label", "sentence"),
    [
        ("total", "Accessibilité : totalement conforme", "Ce site est totalement conforme"),
        ("partial", "Accessibilité : partiellement conforme", "Ce site est partiellement conforme"),
        ("none", "Accessibilité : non conforme", "Ce site n’est pas conforme"),
    ],
)
def test_the_state_is_in_the_footer_and_in_the_statement(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch, state: str, label: str, sentence: str
) -> None:
    claim(monkeypatch, state)
    assert f'<a href="/accessibility">{label}</a>' in folded(client.get("/").text)
    page = folded(client.get("/accessibility").text)
    assert sentence in page
    assert "auto-évaluation" in page


@once
def test_what_is_missing_and_what_nobody_has_looked_at_is_said(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(monkeypatch, "partial")
    html = client.get("/en/accessibility").text
    page = folded(html)
    assert "96 % of the criteria that apply are met." in page
    assert "a criterion that nobody has looked at yet counts as one that is not met" in page
    missing, _, unseen = html.partition("What has not been looked at yet")
    assert "A picture says nothing." in missing
    assert "Nobody has listened." in unseen
    assert "Nobody has listened." not in missing
    assert "22 November 2026" in page


@once
def test_a_statement_without_shortcomings_lists_none(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(monkeypatch, "total", not_met=(), not_looked_at=(), rate=100)
    page = folded(client.get("/en/accessibility").text)
    assert "None that we know of." in page
    assert "What has not been looked at yet" not in page


@once
def test_it_says_no_more_than_the_file(client: AuditedClient) -> None:
    told = json.loads(accessibility.DATA.read_text(encoding="utf-8"))
    for language, path in (("fr", "/accessibility"), ("en", "/en/accessibility")):
        page = folded(client.get(path).text)
        found = accessibility.assessment(language)
        assert found.applicable == found.met + len(found.not_met) + len(found.not_looked_at)
        for item in (*told["not_met"], *told["not_looked_at"]):
            assert folded(item[language]).replace("'", "&#39;") in page


@once
def test_french_readers_learn_where_to_turn(client: AuditedClient) -> None:
    page = client.get("/accessibility").text
    assert "https://formulaire.defenseurdesdroits.fr/" in page
    assert "https://www.defenseurdesdroits.fr/saisir/delegues" in page
    assert "Libre réponse 71120" in page
    assert '<span lang="fr">Défenseur des droits</span>' in client.get("/en/accessibility").text


@once
def test_the_address_to_write_to_is_the_publishers(app: Flask, client: AuditedClient) -> None:
    assert "has not entered an address yet" in client.get("/en/accessibility").text
    with variant_of(app, legal_name="Ville de Val-des-Tilleuls", legal_email="acces@val.example") as other:
        page = folded(AuditedClient(other).get("/en/accessibility").text)
    assert 'Write to Ville de Val-des-Tilleuls: <a href="mailto:acces@val.example">' in page
    assert "Ville de Val-des-Tilleuls wants everybody" in page


def test_the_site_map_leads_to_every_consultation(make: Factory, client: AuditedClient) -> None:
    open_one = make.consultation(title="La halle")
    closed = make.consultation(title="La place", closes_on=date(2026, 3, 8))
    make.consultation(title="Un brouillon", published=False)
    page = client.get("/en/site-map").text
    for made in (open_one, closed):
        for section in ("", "/about", "/contributions", "/testimonies", "/statistics", "/follow-up"):
            assert f'href="/en/consultations/{made.slug}{section}"' in page
    assert '<a href="/en/sign-in' in page
    assert 'lang="fr">La halle</a>' in page
    assert "Un brouillon" not in page


@once
@pytest.mark.parametrize("consultations", [1, 9])
def test_the_site_map_costs_the_same_for_many(make: Factory, client: AuditedClient, consultations: int) -> None:
    for _ in range(consultations):
        make.consultation(closes_on=date(2026, 3, 5))
    with recorded_statements() as statements:
        client.get("/site-map")
    assert len(statements) == 2
