"""Light, dark or as the device: a choice that lasts, without a script and without a session."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from consult.accounts.models import BrowserSession
from consult.core.db import transaction
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of


def choose(client: AuditedClient, theme: str, next_path: str = "/") -> TestResponse:
    return client.post("/appearance", data={"theme": theme, "next": next_path})


def html_tag(response: TestResponse) -> str:
    return response.text.split("<html", 1)[1].split(">", 1)[0]


def test_at_first_the_device_decides_and_there_is_no_cookie(client: AuditedClient) -> None:
    answer = client.get("/")
    assert "data-theme" not in html_tag(answer)
    assert 'media="(prefers-color-scheme: dark)"' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("theme", "colour"), [("light", "#FBF8F3"), ("dark", "#151A18")])
def test_a_choice_holds_on_the_pages_that_follow(client: AuditedClient, theme: str, colour: str) -> None:
    choose(client, theme)
    answer = client.get("/en/")
    assert f'data-theme="{theme}"' in html_tag(answer)
    assert f'<meta name="theme-color" content="{colour}">' in answer.text
    assert f'value="{theme}" aria-pressed="true"' in answer.text


def test_as_the_device_takes_the_cookie_away(client: AuditedClient) -> None:
    choose(client, "dark")
    choose(client, "device")
    assert client.get_cookie("consult_theme") is None
    assert "data-theme" not in html_tag(client.get("/"))


@pytest.mark.parametrize("theme", ["", "sepia", 'dark" onload="'])
def test_what_is_no_theme_is_not_kept(client: AuditedClient, theme: str) -> None:
    choose(client, theme)
    assert client.get_cookie("consult_theme") is None


def test_a_forged_cookie_changes_nothing(client: AuditedClient) -> None:
    client.set_cookie("consult_theme", 'dark" data-x="')
    assert "data-theme" not in html_tag(client.get("/"))


def test_the_cookie_lasts_a_year_and_is_for_the_server_alone(client: AuditedClient) -> None:
    kept = choose(client, "dark").headers["Set-Cookie"]
    assert "Max-Age=31536000" in kept
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Path=/;" in kept or kept.endswith("Path=/")
    assert "Secure" not in kept


def test_on_https_the_cookie_is_secure(app: Flask) -> None:
    with variant_of(app, base_url="https://consult.example.org") as public:
        assert "Secure" in choose(AuditedClient(public), "dark").headers["Set-Cookie"]


def test_it_goes_back_to_where_it_was_asked(client: AuditedClient) -> None:
    assert 'name="next" value="/en/sign-in?next=/account"' in client.get("/en/sign-in?next=/account").text
    assert choose(client, "dark", "/en/sign-in?next=/account").location == "/en/sign-in?next=/account#appearance"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_it_never_leads_off_the_site(client: AuditedClient, elsewhere: str) -> None:
    assert choose(client, "dark", elsewhere).location == "/#appearance"


def test_a_page_that_only_answers_a_form_is_not_gone_back_to(client: AuditedClient) -> None:
    refused = client.post("/sign-out")
    assert refused.status_code == 400
    assert 'name="next" value="/"' in refused.text


def test_a_visitor_who_chooses_gets_no_session(client: AuditedClient) -> None:
    choose(client, "dark")
    client.get("/")
    assert client.get_cookie("consult") is None
    with transaction() as session:
        assert session.scalars(select(BrowserSession.id)).all() == []


def test_it_needs_no_token_nor_does_the_wish_not_to_be_counted_and_nothing_else(app: Flask) -> None:
    exempt = {name: value for name, value in vars(app.extensions["csrf"]).items() if "exempt" in name}
    choices = {"consult.site.appearance.choose", "consult.site.legal.counting"}
    assert exempt == {"_exempt_views": choices, "_exempt_blueprints": set()}


def test_a_dark_page_is_never_taken_for_a_light_one(client: AuditedClient) -> None:
    light = client.get("/en/")
    choose(client, "dark")
    dark = client.get("/en/", headers={"If-None-Match": light.headers["ETag"]})
    assert dark.status_code == 200
    assert dark.headers["ETag"] != light.headers["ETag"]
    assert "Cookie" in dark.headers["Vary"]
    assert dark.headers["Cache-Control"] == light.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/en/", headers={"If-None-Match": dark.headers["ETag"]})
    assert again.status_code == 304
