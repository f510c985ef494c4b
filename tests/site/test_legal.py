"""The legal notice and the page on privacy: honest when nothing is filled in, complete when it is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from consult.accounts import sessions
from consult.core.mail import MAX_ATTEMPTS, longest_wait
from consult.organisations.values import LegalDetails
from tests.organisations.test_identity import LEGAL, save
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of

PAGES = ("/legal", "/privacy")


@pytest.mark.parametrize("address", ["/", "/en/", "/sign-in", "/nothing", "/legal"])
def test_both_are_linked_from_the_foot_of_every_page(client: AuditedClient, address: str) -> None:
    prefix = "/en" if address.startswith("/en") else ""
    footer = client.get(address).text.split("<footer", 1)[1]
    for page in PAGES:
        assert f'href="{prefix}{page}"' in footer


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_of_them_gets_no_cookie(client: AuditedClient, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_a_notice_that_nobody_filled_in_says_so(client: AuditedClient) -> None:
    html = client.get("/en/legal").text
    assert "This notice is incomplete" in html
    assert html.count("Not filled in by the operator") == 6


def test_the_only_organisation_fills_it_in(client: AuditedClient, make: Factory) -> None:
    organisation = make.organisation()
    save(make.member(organisation), organisation)
    html = client.get("/en/legal").text
    assert "incomplete" not in html
    assert "1 place de la Halle<br>30000 Val-des-Tilleuls" in html
    assert 'href="mailto:mairie@example.org"' in html


def test_settings_come_before_the_organisation(app: Flask, make: Factory) -> None:
    organisation = make.organisation()
    save(make.member(organisation), organisation)
    with variant_of(app, legal_name="Syndicat <numérique>", legal_data_protection="dpo@syndicat.example") as other:
        html = AuditedClient(other).get("/en/legal").text
        privacy = AuditedClient(other).get("/en/privacy").text
    assert "Syndicat &lt;numérique&gt;" in html
    assert "Commune de Val-des-Tilleuls" not in html
    assert "La maire" in html
    assert "dpo@syndicat.example" in privacy


def test_of_several_organisations_those_that_published_are_named(client: AuditedClient, make: Factory) -> None:
    published, drafting = make.organisation("Les Tilleuls"), make.organisation("Les Ormes")
    third = make.organisation("Les Saules")
    make.consultation(organisation_id=published)
    make.consultation(organisation_id=drafting, published=False)
    make.consultation(organisation_id=third)
    save(make.member(published), published, name="Les Tilleuls", legal=LEGAL)
    for page in PAGES:
        html = client.get(f"/en{page}").text
        assert "Les Tilleuls" in html
        assert "Les Saules" in html
        assert "Les Ormes" not in html


def test_what_an_organisation_typed_stays_text(client: AuditedClient, make: Factory) -> None:
    organisation = make.organisation()
    evil = "<img src=x onerror=alert(1)>"
    legal = LegalDetails(legal_name=evil, postal_address=evil, host=evil, data_protection_contact=evil)
    save(make.member(organisation), organisation, name=evil, legal=legal)
    for page in PAGES:
        assert evil not in client.get(page).text


@pytest.mark.parametrize("page", PAGES)
def test_they_cost_the_same_however_many_organisations_there_are(
    client: AuditedClient, make: Factory, page: str
) -> None:
    make.consultation()
    with recorded_statements() as few:
        client.get(page)
    for _number in range(6):
        make.consultation()
    with recorded_statements() as many:
        client.get(page)
    assert len(many) == len(few) == 2


def test_how_long_things_are_kept_is_read_from_the_code(
    client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(client.get("/en/privacy").text)
    assert f"lasts {sessions.VISITOR_LIFETIME.days} days, and {sessions.LIFETIME.days} days once" in text
    assert "choice for 365 days" in text
    assert "code work for 10 minutes" in text
    assert "forgotten within 8 days" in text
    assert "erased within 3 days" in text
    monkeypatch.setattr("consult.site.legal.LIFETIME", timedelta(days=12))
    assert "and 12 days once" in words(client.get("/en/privacy").text)


def test_a_mail_is_given_up_after_its_last_attempt() -> None:
    assert longest_wait() == timedelta(minutes=5 + 5 + sum(2**attempt for attempt in range(3, MAX_ATTEMPTS)))


def test_the_cookies_are_called_what_they_are_called(app: Flask, client: AuditedClient) -> None:
    assert ">consult</code>" in client.get("/en/privacy").text
    with variant_of(app, base_url="https://consult.example.org") as other:
        assert ">__Host-consult</code>" in AuditedClient(other).get("/en/privacy").text


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
