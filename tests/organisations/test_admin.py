"""The team's page of an organisation's identity: who reaches it, what it keeps, what it refuses and how."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from consult.core.access import Actor
from consult.organisations.values import Role
from tests.organisations.pictures import bomb, picture
from tests.organisations.test_identity import LEGAL, save, stored
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

PATH = "/en/manage/organisations/organisation-1/identity"
TYPED = {
    "name": "Val-des-Tilleuls",
    "accent": "#1B5E4B",
    "legal_name": "Commune",
    "postal_address": "1 place de la Halle\r\n30000",
    "contact_email": "mairie@example.org",
    "publication_director": "La maire",
    "host": "L’hébergeur",
    "data_protection_contact": "dpo@example.org",
}


def send(client: AuditedClient, file: tuple[str, bytes] | None = None, **changes: str) -> TestResponse:
    data: dict[str, Any] = {**TYPED, **changes}
    if file is not None:
        data["logo"] = (BytesIO(file[1]), file[0])
    return client.send(PATH, data, content_type="multipart/form-data")


@pytest.fixture
def organisation(make: Factory) -> int:
    return make.organisation()


@pytest.fixture
def manager(client: AuditedClient, make: Factory, organisation: int) -> Actor:
    """A manager, signed in."""
    actor = make.member(organisation)
    client.sign_in(actor)
    return actor


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("citizen", 403),
        ("moderator", 403),
        ("manager", 200),
        ("administrator", 200),
        ("other_team", 403),
        ("platform", 200),
    ],
)
def test_who_may_open_the_page(
    client: AuditedClient, make: Factory, organisation: int, role: str, status: int
) -> None:
    if role == "citizen":
        client.sign_in(make.person())
    elif role == "platform":
        client.sign_in(make.administrator())
    elif role == "other_team":
        client.sign_in(make.member(make.organisation("Elsewhere"), Role.ADMINISTRATOR))
    elif role != "visitor":
        client.sign_in(make.member(organisation, Role(role)))
    assert client.get(PATH).status_code == status


def test_an_organisation_that_does_not_exist_has_no_page(client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.administrator())
    assert client.get("/en/manage/organisations/nowhere/identity").status_code == 404


def test_what_is_saved_is_shown_on_the_next_page(client: AuditedClient, manager: Actor, organisation: int) -> None:
    response = send(client, ("logo.png", picture()))
    assert (response.status_code, response.location) == (303, PATH)
    found = stored(organisation)
    assert found.look.accent == "#1b5e4b"
    assert found.look.logo is not None
    assert found.legal.postal_address == "1 place de la Halle\n30000"
    page = client.get(PATH).text
    assert found.look.logo.version in page
    assert "contrast of 7.21 to 1 on paper" in page
    assert "#1B5E4B" in page


def test_a_pale_colour_is_refused_with_its_measure_and_nothing_typed_is_lost(
    client: AuditedClient, manager: Actor, organisation: int
) -> None:
    before = stored(organisation)
    response = send(client, ("logo.png", picture()), accent="#F2B53B", publication_director="Claire <M.>")
    page = response.text
    assert response.status_code == 422
    assert "contrast of 1.73 to 1" in page
    assert "needs 4.5 to 1" in page
    assert 'value="#F2B53B"' in page
    assert "Claire &lt;M.&gt;" in page
    assert "choose it once more" in page, "a browser does not send the file again by itself"
    assert stored(organisation) == before


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Enter the name of the organisation."),
        ("name", "V" * 121, "at most 120 characters"),
        ("accent", "green", "six digits or letters"),
        ("accent", "#12\x00", "six digits or letters"),
        ("host", "H\x07", "characters that cannot be shown"),
        ("contact_email", "mairie", "complete e-mail address"),
        ("host", "H" * 501, "at most 500 characters"),
    ],
)
@pytest.mark.usefixtures("manager")
def test_a_mistake_is_said_beside_its_field(
    client: AuditedClient, organisation: int, field: str, typed: str, said: str
) -> None:
    before = stored(organisation)
    response = send(client, **{field: typed})
    assert response.status_code == 422
    assert said in response.text
    assert f'id="{field}-error"' in response.text
    assert stored(organisation) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "export the logo as a PNG"),
        (b"GIF89a" + b"\0" * 50, "no PNG, JPEG or WebP"),
        (picture()[:-60], "part of it seems to be missing"),
        (bomb(60_000, 60_000), "too many pixels"),
        (bomb(1, 60_000), "at least 16 pixels"),
        (b"", "no PNG, JPEG or WebP"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_a_sentence(
    client: AuditedClient, manager: Actor, organisation: int, content: bytes, said: str
) -> None:
    response = send(client, ("logo.png", content))
    assert response.status_code == 422
    assert said in response.text
    assert 'value="Commune"' in response.text
    assert stored(organisation).look.logo is None


def test_a_heavy_file_is_read_no_further_than_needed(
    client: AuditedClient, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("forms", "logos"):
        monkeypatch.setattr(f"consult.organisations.{module}.MAX_BYTES", 50_000)
    response = send(client, ("logo.png", picture() + b"\0" * 100_000))
    assert response.status_code == 422
    assert "heavier than 1 MB" in response.text


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "<script>alert(1)</script>.png",
        "logo.png\x00.exe",
        "con",
        "\u202egnp.exe",
        "a" * 5000 + ".png",
        "logo.php",
        "'; DROP TABLE organisations_logo; --",
    ],
)
def test_the_name_of_a_file_means_nothing(
    client: AuditedClient, manager: Actor, organisation: int, name: str
) -> None:
    assert send(client, (name, picture())).status_code == 303
    assert stored(organisation).look.logo is not None
    page = client.get(PATH).text
    assert "<script>alert" not in page
    assert "passwd" not in page


def test_a_logo_is_removed_and_only_then(client: AuditedClient, manager: Actor, organisation: int) -> None:
    assert "remove_logo" not in client.get(PATH).text
    send(client, ("logo.png", picture()))
    send(client)
    assert stored(organisation).look.logo is not None
    send(client, remove_logo="y")
    assert stored(organisation).look.logo is None


def test_unknown_fields_change_nothing(client: AuditedClient, manager: Actor, organisation: int) -> None:
    before = stored(organisation)
    send(client, id="99", slug="taken", time_zone="UTC", created_at="2000-01-01", role="administrator")
    after = stored(organisation)
    assert (after.id, after.slug) == (before.id, before.slug)


def test_what_was_stored_is_what_the_form_offers(client: AuditedClient, manager: Actor, organisation: int) -> None:
    save(manager, organisation, accent="#7b1f5c")
    page = client.get(PATH).text
    assert 'value="#7B1F5C"' in page
    assert LEGAL.publication_director in page


def test_a_request_without_a_token_is_refused(client: AuditedClient, manager: Actor, organisation: int) -> None:
    assert client.post(PATH, data=TYPED).status_code == 400
    assert stored(organisation).look.accent == ""
