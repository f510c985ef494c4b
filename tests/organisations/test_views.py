"""The logo and the style sheet of an organisation, as anybody fetches them, and the pages that use them."""

from __future__ import annotations

import pytest

from consult.organisations.logos import prepare_logo
from consult.organisations.presentation import ACCENTED
from tests.organisations.pictures import picture
from tests.organisations.test_identity import save, stored
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made


@pytest.fixture
def dressed(make: Factory) -> Made:
    """A consultation whose organisation has a logo and a colour."""
    made = make.consultation()
    logo = prepare_logo(picture())
    save(make.member(made.organisation_id), made.organisation_id, accent="#7b1f5c", logo=logo)
    return made


def addresses(html: str, slug: str) -> list[str]:
    """What a page loads of its organisation."""
    return [part.split('"')[0] for part in html.split('"') if part.startswith(f"/organisations/{slug}/")]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["", "/about", "/contributions", "/testimonies", "/statistics", "/follow-up"])
def test_every_page_of_a_consultation_shows_who_consults(
    client: AuditedClient, dressed: Made, prefix: str, path: str
) -> None:
    slug = stored(dressed.organisation_id).slug
    html = client.get(f"{prefix}/consultations/{dressed.slug}{path}").text
    assert "Val-des-Tilleuls" in html
    found = addresses(html, slug)
    assert [address.split("?")[0].rsplit("/", 1)[1] for address in found] == ["accent.css", "logo"]
    assert 'width="480" height="160"' in html
    for address in found:
        assert client.get(address).status_code == 200


def test_without_a_look_nothing_more_is_loaded(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    html = client.get(f"/consultations/{made.slug}").text
    assert "Val-des-Tilleuls" in html
    assert addresses(html, stored(made.organisation_id).slug) == []


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_versions_that_pages_name_are_kept_for_good(
    client: AuditedClient, make: Factory, dressed: Made, signed_in: bool
) -> None:
    slug = stored(dressed.organisation_id).slug
    html = client.get(f"/consultations/{dressed.slug}").text
    if signed_in:
        client.sign_in(make.person())
    for address, kind in zip(addresses(html, slug), ("text/css", "image/webp"), strict=True):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.mimetype == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", ["logo", "accent.css"])
def test_any_other_version_is_asked_for_again(client: AuditedClient, dressed: Made, name: str) -> None:
    slug = stored(dressed.organisation_id).slug
    for query in ("", "?v=old", "?v="):
        response = client.get(f"/organisations/{slug}/{name}{query}")
        assert response.headers["Cache-Control"] == "public, no-cache"
        again = client.get(
            f"/organisations/{slug}/{name}{query}", headers={"If-None-Match": response.headers["ETag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize("name", ["logo", "accent.css"])
def test_what_an_organisation_does_not_have_is_not_found(client: AuditedClient, make: Factory, name: str) -> None:
    make.organisation()
    assert client.get(f"/organisations/organisation-1/{name}").status_code == 404
    assert client.get(f"/organisations/nowhere/{name}").status_code == 404


def test_a_new_colour_and_a_new_logo_have_new_addresses(
    client: AuditedClient, make: Factory, dressed: Made
) -> None:
    slug = stored(dressed.organisation_id).slug
    before = addresses(client.get(f"/consultations/{dressed.slug}").text, slug)
    manager = make.member(dressed.organisation_id)
    save(manager, dressed.organisation_id, accent="#036", logo=prepare_logo(picture((90, 90))))
    after = addresses(client.get(f"/consultations/{dressed.slug}").text, slug)
    assert not set(before) & set(after)


def test_the_style_sheet_sets_colours_by_day_and_by_night_and_nothing_else(
    client: AuditedClient, dressed: Made
) -> None:
    sheet = client.get(f"/organisations/{stored(dressed.organisation_id).slug}/accent.css").text
    assert sheet.startswith("@layer tokens {")
    assert "--fir: var(--day, #7b1f5c) var(--night, #" in sheet
    assert sheet.count("{") == sheet.count("}") == 3
    assert all(selector in sheet for selector in ACCENTED)
    assert "url(" not in sheet
