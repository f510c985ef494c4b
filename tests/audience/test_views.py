"""Who is counted when pages are read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.audience import commands
from consult.audience.models import Sighting
from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.db import database_engine, transaction
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements
from tests.support.variants import variant_of

SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Safari/605.1.15"
)
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PAGES = ("", "/about", "/testimonies", "/contributions", "/statistics", "/follow-up")


def visitors(made: Made) -> int:
    with transaction() as session:
        return consultations.figures(session, made.id, clock.now()).visitors


def address(made: Made, path: str = "") -> str:
    return f"/consultations/{made.slug}{path}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_of_a_consultation_counts(make: Factory, client: AuditedClient, path: str, prefix: str) -> None:
    made = make.consultation()
    assert client.get(prefix + address(made, path)).status_code == 200
    assert visitors(made) == 1


def test_a_contribution_counts_too(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    number = make.contribution(made)
    assert client.get(address(made, f"/contributions/{number}")).status_code == 200
    assert visitors(made) == 1


def test_the_figure_is_on_the_next_page(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.get(address(made))
    page = client.get(address(made), headers={"User-Agent": SAFARI}).text
    assert 'data-figure="visitors"' in page
    assert ">1</dd>" in page.split('data-figure="visitors"', 1)[1].split("</div>", 1)[0]


def test_the_same_reader_counts_once(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for path in PAGES[:3]:
        client.get(address(made, path))
    assert visitors(made) == 1


def test_another_browser_or_another_address_is_another_reader(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.get(address(made))
    client.get(address(made), headers={"User-Agent": SAFARI})
    client.get(address(made), environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert visitors(made) == 3


def test_addresses_of_one_network_64_are_one_reader(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for last in ("1", "2"):
        client.get(address(made), environ_base={"REMOTE_ADDR": f"2001:db8::{last}"})
    assert visitors(made) == 1


def test_the_same_reader_counts_again_the_next_day(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.get(address(made))
    with clock.frozen_at(NOW + timedelta(days=1)):
        client.get(address(made))
    assert visitors(made) == 2


def test_a_page_that_the_browser_still_had_counts(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    tag = client.get(address(made, "/about")).headers["ETag"]
    again = client.get(address(made, "/about"), headers={"If-None-Match": tag, "User-Agent": SAFARI})
    assert again.status_code == 304
    assert visitors(made) == 2


@pytest.mark.parametrize("user_agent", [CRAWLER, "curl/8.5.0", ""])
def test_crawlers_programs_and_the_nameless_do_not_count(
    make: Factory, client: AuditedClient, user_agent: str
) -> None:
    made = make.consultation()
    client.get(address(made), headers={"User-Agent": user_agent})
    assert visitors(made) == 0


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_what_the_browser_fetches_ahead_does_not_count(
    make: Factory, client: AuditedClient, headers: dict[str, str]
) -> None:
    made = make.consultation()
    client.get(address(made), headers=headers)
    assert visitors(made) == 0


def test_only_reading_a_page_counts(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.head(address(made))
    client.get(address(made, "/statistics.json"))
    client.get(address(made, "/contributions.csv"))
    client.get(address(made, "/contributions/999"))
    client.get("/")
    client.get("/consultations/none")
    assert visitors(made) == 0


def test_without_an_address_nobody_counts(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    assert client.get(address(made), environ_base={"REMOTE_ADDR": ""}).status_code == 200
    assert visitors(made) == 0


@pytest.mark.parametrize("role", list(Role))
def test_the_team_does_not_count(make: Factory, client: AuditedClient, role: Role) -> None:
    made = make.consultation()
    client.sign_in(make.member(made.organisation_id, role))
    client.get(address(made))
    assert visitors(made) == 0


def test_administrators_do_not_count_citizens_and_other_teams_do(make: Factory, app: Flask) -> None:
    made = make.consultation()
    readers = (make.administrator(), make.person(), make.member(make.organisation()))
    found = []
    for number, actor in enumerate(readers):
        client = AuditedClient(app)
        client.sign_in(actor)
        client.get(address(made), environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        found.append(visitors(made))
    assert found == [0, 1, 2]


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [(date(2026, 3, 11), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 3, 9))],
    ids=["announced", "closed"],
)
def test_before_and_after_nobody_counts(
    make: Factory, client: AuditedClient, opens_on: date, closes_on: date
) -> None:
    made = make.consultation(opens_on=opens_on, closes_on=closes_on)
    client.get(address(made))
    assert visitors(made) == 0


def test_counting_sets_no_cookie_and_keeps_no_address(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    response = client.get(address(made), environ_base={"REMOTE_ADDR": "192.0.2.99"})
    assert "Set-Cookie" not in response.headers
    with transaction() as session:
        (kept,) = session.scalars(select(Sighting.reader_hash))
    assert len(kept) == 32
    assert "192.0.2.99" not in kept


def test_a_returning_reader_costs_no_statement_more(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    with recorded_statements() as first:
        client.get(address(made, "/about"))
    with recorded_statements() as again:
        client.get(address(made, "/about"))
    assert not any("audience" in statement for statement in again)
    assert len(first) > len(again) == 2


def test_a_reader_known_to_another_process_counts_once(app: Flask, make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.get(address(made))
    with variant_of(app) as other:
        AuditedClient(other).get(address(made))
    assert visitors(made) == 1


def test_a_locked_database_does_not_keep_readers_from_reading(
    make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("consult.audience.views._PATIENCE", 0.05)
    made = make.consultation()
    with somebody_holds(made), caplog.at_level(logging.WARNING):
        assert client.get(address(made, "/about")).status_code == 200
    assert visitors(made) == 0
    (record,) = [record for record in caplog.records if record.message == "audience.not_counted"]
    assert record.__dict__["error"] == "OperationalError"
    client.get(address(made, "/about"))
    assert visitors(made) == 1


def test_a_database_that_stays_locked_makes_one_reader_wait(
    app: Flask, make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consult.audience.views._PATIENCE", 2.0)
    made = make.consultation()
    with somebody_holds(made):
        client.get(address(made))
        begun = perf_counter()
        for number in range(5):
            client.get(address(made), environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        # Five that wait take ten seconds; the margin is for a busy machine.
        assert perf_counter() - begun < 8
    client.get(address(made))
    assert visitors(made) == 1


def test_a_missing_secret_does_not_keep_readers_from_reading(
    app: Flask, make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_arguments: object) -> bytes:
        raise PermissionError

    made = make.consultation()
    monkeypatch.setattr("pathlib.Path.read_bytes", unreadable)
    assert client.get(address(made)).status_code == 200
    monkeypatch.undo()
    assert visitors(made) == 0


def test_a_consultation_deleted_meanwhile_is_no_error(
    make: Factory, client: AuditedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.consultation()
    count_reader = commands.count_reader
    monkeypatch.setattr(
        commands, "count_reader", lambda session, **o: count_reader(session, **o | {"consultation_id": 0})
    )
    assert client.get(address(made)).status_code == 200


@contextmanager
def somebody_holds(made: Made) -> Iterator[None]:
    """Another connection has the consultation's tally row and does not let go."""
    with database_engine().connect().execution_options(consult_write=True) as connection, connection.begin():
        connection.exec_driver_sql(
            f"UPDATE consultations_tally SET version = version WHERE consultation_id = {made.id}"
        )
        yield


def test_nothing_of_it_is_in_the_database_once_the_day_is_over(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    client.get(address(made))
    with transaction(write=True) as session:
        commands.seal_day(session, consultation_id=made.id, day=date(2026, 3, 10), now=NOW + timedelta(days=1))
        assert session.scalar(select(func.count()).select_from(Sighting)) == 0
    assert visitors(made) == 1
