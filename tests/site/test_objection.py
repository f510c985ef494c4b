"""Not being counted: by a button of the page on privacy, or by what a browser says everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from consult.audience.models import Sighting
from consult.audience.rules import OBJECTION_COOKIE, has_objected
from consult.core.db import transaction
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


def sightings() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Sighting)) or 0


def test_who_objects_is_not_counted_until_they_change_their_mind(make: Factory, client: AuditedClient) -> None:
    page = f"/consultations/{make.consultation().slug}"
    answer = client.post("/en/privacy/counting", data={"counted": "no"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/privacy#counting")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{OBJECTION_COOKIE}=1;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "This browser is not counted." in client.get("/en/privacy").text
    client.get(page)
    assert sightings() == 0
    client.post("/en/privacy/counting", data={"counted": "yes"})
    assert client.get_cookie(OBJECTION_COOKIE) is None
    assert "You may object to being counted" in client.get("/en/privacy").text
    client.get(page)
    assert sightings() == 1


@pytest.mark.parametrize(("header", "counted"), [("DNT", 0), ("Sec-GPC", 0), ("X-Other", 1)])
def test_a_browser_that_objects_everywhere_is_not_counted(
    make: Factory, client: AuditedClient, header: str, counted: int
) -> None:
    client.get(f"/consultations/{make.consultation().slug}", headers={header: "1"})
    assert sightings() == counted


def test_only_a_one_objects() -> None:
    assert has_objected("1", [])
    assert has_objected(None, ["", " 1 "])
    assert not has_objected("0", ["0", ""])
    assert not has_objected(None, [])


def test_the_page_lists_what_is_stored_by_kind_in_both_languages(client: AuditedClient) -> None:
    french, english = (client.get(f"{prefix}/privacy").text for prefix in ("", "/en"))
    assert "Les secrets de votre connexion, montrés à personne" in french
    assert "Secrets of your sign-in, shown to nobody" in english
    for words in ("Your contributions", "Your drafts", "E-mails on their way to you", "Your supports"):
        assert words in english
