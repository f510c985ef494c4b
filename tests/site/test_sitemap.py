"""Sitemaps list what everybody may read, once per language, in files of bounded size and cost."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from consult.core.db import transaction
from consult.moderation.commands import hide_contribution
from consult.moderation.values import Reason
from consult.site.queries import sitemap
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
HOST = "http://localhost"


def files(client: AuditedClient) -> list[str]:
    """The paths of the files that the index names."""
    root = ET.fromstring(client.get("/sitemap.xml").data)
    assert root.tag == f"{MAP}sitemapindex"
    return [str(item.text).removeprefix(HOST) for item in root.findall(f"{MAP}sitemap/{MAP}loc")]


def listed(client: AuditedClient, path: str) -> dict[str, ET.Element]:
    """The entries of a file by address."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "application/xml"
    assert "Set-Cookie" not in response.headers
    root = ET.fromstring(response.data)
    assert root.tag == f"{MAP}urlset"
    entries = {str(entry.findtext(f"{MAP}loc")): entry for entry in root}
    assert len(entries) == len(list(root)), "an address twice"
    return entries


def everything(client: AuditedClient) -> dict[str, ET.Element]:
    return {address: entry for path in files(client) for address, entry in listed(client, path).items()}


def test_an_empty_site_lists_its_home_page(client: AuditedClient) -> None:
    assert files(client) == ["/sitemap-consultations-1.xml"]
    assert set(everything(client)) == {f"{HOST}/", f"{HOST}/en/"}


def test_it_lists_the_pages_of_consultations_and_contributions(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    number = make.contribution(made)
    base = f"/consultations/{made.slug}"
    sections = ["", "/about", "/contributions", "/testimonies", "/statistics", "/follow-up"]
    paths = ["/", *(base + section for section in sections), f"{base}/contributions/{number}"]
    assert set(everything(client)) == {HOST + prefix + path for path in paths for prefix in ("", "/en")}


def test_every_listed_page_is_there_and_calls_itself_that(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    make.contribution(made)
    for address in everything(client):
        response = client.get(address.removeprefix(HOST))
        assert response.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in response.text


def test_each_entry_names_the_page_in_every_language(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for address, entry in everything(client).items():
        links = {link.get("hreflang"): link.get("href") for link in entry.findall(LINK)}
        assert set(links) == {"fr", "en", "x-default"}
        assert links["x-default"] == links["fr"]
        assert address in links.values()
    assert links["en"] == f"{HOST}/en/consultations/{made.slug}/follow-up"


def test_it_says_when_a_page_changed_where_something_says_so(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 9))
    entries = everything(client)
    changed = {address.rsplit("/", 1)[1]: entry.findtext(f"{MAP}lastmod") for address, entry in entries.items()}
    assert changed[made.slug] == changed["statistics"] == NOW.isoformat(timespec="seconds")
    assert changed["about"] is None


def test_drafts_and_hidden_contributions_are_nowhere(make: Factory, client: AuditedClient) -> None:
    draft = make.consultation(published=False)
    made = make.consultation()
    kept, hidden = make.contribution(made), make.contribution(made)
    moderator = make.member(made.organisation_id)
    with transaction(write=True) as session:
        hide_contribution(
            session,
            actor=moderator,
            consultation_id=made.id,
            number=hidden,
            reason=Reason.OFF_TOPIC,
            words="Hors sujet.",
            now=NOW,
        )
    client.sign_in(make.member(draft.organisation_id))
    addresses = set(everything(client))
    assert f"{HOST}/consultations/{made.slug}/contributions/{kept}" in addresses
    assert f"{HOST}/consultations/{made.slug}/contributions/{hidden}" not in addresses
    assert not any(draft.slug in address for address in addresses)


def test_many_are_split_into_files_without_loss(
    make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "CONTRIBUTIONS_PER_FILE", 4)
    monkeypatch.setattr(sitemap, "CONSULTATIONS_PER_FILE", 2)
    consultations = [make.consultation() for _ in range(3)]
    person = make.person()
    for number in range(10):
        make.contribution(consultations[number % 3], person)
    assert files(client) == [
        "/sitemap-consultations-1.xml",
        "/sitemap-consultations-2.xml",
        "/sitemap-contributions-1.xml",
        "/sitemap-contributions-2.xml",
        "/sitemap-contributions-3.xml",
    ]
    assert len(everything(client)) == 2 * (1 + 3 * 6 + 10)
    assert max(len(listed(client, path)) for path in files(client)[2:]) == 8


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-consultations-0.xml",
        "/sitemap-consultations-2.xml",
        "/sitemap-contributions-1.xml",
        "/sitemap-contributions-99999999999.xml",
        "/sitemap-pages-1.xml",
    ],
)
def test_a_file_that_is_not_in_the_index_does_not_exist(client: AuditedClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-consultations-1.xml", "/robots.txt"])
def test_there_is_one_for_all_languages(client: AuditedClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert client.get(f"/en{path}").status_code == 404


def test_it_costs_the_same_for_many(make: Factory, client: AuditedClient) -> None:
    costs = []
    person = make.person()
    for rows in (1, 8):
        for _ in range(rows):
            made = make.consultation()
            make.contribution(made, person)
        for path in ("/sitemap.xml", "/sitemap-consultations-1.xml", "/sitemap-contributions-1.xml"):
            with recorded_statements() as statements:
                assert client.get(path).data
            costs.append(len(statements))
    assert costs == [1, 2, 2] * 2


def test_addresses_come_from_the_settings_and_are_escaped(app: Flask, make: Factory) -> None:
    made = make.consultation()
    with variant_of(app, base_url="https://ville.example.org/l'eau&co") as other:
        text = AuditedClient(other).get("/sitemap-consultations-1.xml", headers={"Host": "evil.example"}).text
    root = ET.fromstring(text)
    assert "evil" not in text
    assert f"https://ville.example.org/l'eau&co/consultations/{made.slug}" in {
        entry.findtext(f"{MAP}loc") for entry in root
    }
