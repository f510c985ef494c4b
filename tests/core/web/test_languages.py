"""A page's language is in its address."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from consult.core.web.addresses import canonical_url
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of


@pytest.mark.parametrize(
    ("address", "language"),
    [("/", "fr"), ("/en", "en"), ("/en/", "en")],
)
def test_the_prefix_chooses_the_language(client: AuditedClient, address: str, language: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text


@pytest.mark.parametrize("address", ["/fr/", "/english/", "/enx", "/en/en/", "/de/"])
def test_what_only_looks_like_a_prefix_is_an_address(client: AuditedClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_links_stay_in_the_language_of_the_page(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    assert f'href="/consultations/{made.slug}"' in client.get("/").text
    english = client.get("/en/").text
    assert f'href="/en/consultations/{made.slug}"' in english
    assert f'href="/consultations/{made.slug}"' not in english


def test_a_page_leads_to_itself_in_the_other_language(make: Factory, client: AuditedClient) -> None:
    slug = make.consultation().slug
    french = client.get(f"/consultations/{slug}/contributions?sort=recent&q=l%27eau").text
    assert f'href="/en/consultations/{slug}/contributions?sort=recent&amp;q=l%27eau" lang="en"' in french
    english = client.get(f"/en/consultations/{slug}/about").text
    assert f'href="/consultations/{slug}/about" lang="fr"' in english


@pytest.mark.parametrize("address", ["/en//evil.example/a", "/en///evil.example", "/en/%5C%5Cevil.example"])
def test_no_link_of_ours_names_another_host(client: AuditedClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code in {308, 404}
    assert not re.search(r'href="(//|/?\\)', response.text)
    assert not response.headers.get("Location", "").startswith("//")


def test_links_write_the_address_as_addresses_are_written(app: Flask, client: AuditedClient) -> None:
    path = "/consultations/%22%3E%3Cs%3E%00%C3%A9"
    assert f'href="/en{path}" lang="en"' in client.get(path).text
    with app.test_request_context(path):
        assert canonical_url("en") == f"http://localhost/en{path}"


def test_search_engines_learn_of_both(client: AuditedClient) -> None:
    english = client.get("/en/").text
    assert '<link rel="canonical" href="http://localhost/en/">' in english
    assert '<link rel="alternate" hreflang="fr" href="http://localhost/">' in english


def test_the_default_language_is_a_setting(app: Flask) -> None:
    with variant_of(app, default_language="en") as other:
        client = AuditedClient(other)
        assert '<html lang="en">' in client.get("/").text
        assert '<html lang="fr">' in client.get("/fr/").text
        assert client.get("/en/").status_code == 404


def test_static_files_have_one_address_in_every_language(client: AuditedClient) -> None:
    for address in ("/", "/en/"):
        assert 'href="/static/vendor/consult.css?v=' in client.get(address).text


def test_below_a_mount_point_links_carry_it(make: Factory, client: AuditedClient) -> None:
    slug = make.consultation().slug
    page = client.get("/en/", environ_overrides={"SCRIPT_NAME": "/participer"}).text
    assert f'href="/participer/en/consultations/{slug}"' in page
    assert 'href="/participer/static/' in page
    assert 'href="/participer/" lang="fr"' in page
