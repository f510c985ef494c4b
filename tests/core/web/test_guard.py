"""Every address declares who may call it; every request has an instant of its own."""

from __future__ import annotations

import logging
from contextvars import Context
from datetime import date, datetime

import pytest
from flask import Flask
from werkzeug.routing import Rule

from consult.core.access import Need, declared_need
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.variants import variant_of

FROZEN = datetime.fromisoformat("2019-08-29T12:00:00+02:00")


def declared_rules(app: Flask) -> list[tuple[Rule, Need | None]]:
    return [
        (rule, declared_need(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]


def test_every_endpoint_declares_its_callers(app: Flask) -> None:
    undeclared = [rule.rule for rule, need in declared_rules(app) if need is None]
    assert undeclared == []


def test_what_is_the_teams_is_below_manage_and_nothing_else_is(app: Flask) -> None:
    for rule, need in declared_rules(app):
        assert (need in {Need.TEAM, Need.ADMINISTRATOR}) == rule.rule.startswith("/manage"), rule.rule


def test_an_endpoint_that_declares_nothing_is_refused(app: Flask) -> None:
    with variant_of(app) as other:
        other.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
        assert AuditedClient(other).get("/forgotten").status_code == 403


@pytest.mark.parametrize("character", ["%00", "%01", "%7F", "%C2%85", "%EF%BF%BF", "%F0%9F%BF%BE"])
@pytest.mark.parametrize(
    "address",
    [
        "/{}",
        "/en/{}",
        "/consultations/a{}b",
        "/consultations/{}/statistics.json",
        "/sign-in/link/{}",
        "/static/{}",
    ],
)
def test_an_address_that_no_text_of_ours_could_be_is_none(
    client: AuditedClient, address: str, character: str
) -> None:
    assert client.get(address.format(character)).status_code == 404


def test_who_must_sign_in_is_led_there_and_back(make: Factory, client: AuditedClient) -> None:
    response = client.get("/en/manage?a=1")
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/sign-in?next=/en/manage?a%3D1"


def test_a_visitors_post_is_not_taken_to_be_signed_in(app: Flask, client: AuditedClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert client.post("/manage/consultations/new").status_code == 401
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_citizen_has_no_business_in_management(make: Factory, client: AuditedClient) -> None:
    client.sign_in(make.person())
    assert client.get("/manage").status_code == 403


def test_a_form_without_its_token_is_refused(client: AuditedClient) -> None:
    assert client.post("/sign-in", data={"email": "a@example.org"}).status_code == 400


def test_each_request_has_an_id_and_is_logged_without_a_person(
    make: Factory, client: AuditedClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "consult.request"):
        first = client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.99"})
        second = client.get("/?q=secret")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    lines = [record.__dict__ for record in caplog.records if record.name == "consult.request"]
    assert [(line["method"], line["endpoint"], line["status"]) for line in lines] == [
        ("GET", "site.home", 200)
    ] * 2
    assert "192.0.2.99" not in str(lines)
    assert "secret" not in str(lines)


class TestFrozenTime:
    """`CONSULT_FREEZE_TIME`, as a rehearsal sets it."""

    def test_it_is_then_on_every_page_and_says_so(self, app: Flask, make: Factory) -> None:
        made = make.consultation(opens_on=date(2018, 2, 23), closes_on=date(2019, 8, 31))
        with variant_of(app, freeze_time=FROZEN) as rehearsal:
            page = in_running_time(rehearsal, f"/en/consultations/{made.slug}")
        assert "state-chip--open" in page
        assert ">553</dd>" in page
        assert "of 555" in page
        assert "Rehearsal: the clock stands still" in page

    def test_without_it_time_runs(self, app: Flask, make: Factory) -> None:
        made = make.consultation(opens_on=date(2018, 2, 23), closes_on=date(2019, 8, 31))
        page = in_running_time(app, f"/en/consultations/{made.slug}")
        assert "state-chip--closed" in page
        assert "Rehearsal" not in page


def in_running_time(app: Flask, address: str) -> str:
    """Fetch outside of the test's own frozen clock, as a server does."""
    return Context().run(lambda: AuditedClient(app).get(address).text)
