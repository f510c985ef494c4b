"""The statistics page and its JSON; the synthesis as it is handed out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from consult.audience.models import AudienceDay
from consult.core import clock
from consult.core.db import transaction
from consult.ledger.queries import head_of
from consult.reports.commands import Claim, Rendered, claim_edition, request_edition, store_edition
from tests.conftest import NOW
from tests.reports.material import fill
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

FIGURES = ("days", "days_total", "participants", "contributions", "supports", "comments", "visitors")


def record_of(client: AuditedClient, made: Made) -> dict[str, object]:
    response = client.get(f"/consultations/{made.slug}/statistics.json")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    found: dict[str, object] = json.loads(response.get_data(as_text=True))
    return found


def edition_of(made: Made, language: str = "fr", content: bytes = b"%PDF-1.7 edition", **changes: object) -> int:
    """A rendered edition, without rendering one."""
    with transaction(write=True) as session:
        edition_id = request_edition(session, made.id, language, NOW)
        claim = Claim(edition_id, made.id, language) if edition_id else claim_edition(session, real_now=NOW)
        assert claim is not None
        values = {"pages": 7, "data_version": 0, "as_of": NOW, "is_final": False, **changes}
        store_edition(session, Claim(claim.edition_id, made.id, language), Rendered(content, **values))  # type: ignore[arg-type]
        return claim.edition_id


def test_the_record_of_a_consultation(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    number = make.contribution(made)
    make.support(made, number)
    make.comment(made, number)

    record = record_of(client, made)

    assert list(record) == ["slug", "as_of", "state", *FIGURES, "ledger_head"]
    assert all(type(record[name]) is int for name in FIGURES)
    assert record["as_of"] == "2026-03-10T12:00:00+01:00"
    with transaction() as session:
        head = head_of(session, made.id)
    assert head is not None
    assert record == record | {
        "slug": made.slug,
        "state": "open",
        "days": 10,
        "days_total": 31,
        "participants": 3,
        "contributions": 1,
        "supports": 1,
        "comments": 1,
        "visitors": 0,
        "ledger_head": head.hash,
    }


@pytest.mark.parametrize(
    ("moment", "state", "days"),
    [
        ("2018-02-22T23:59:59+01:00", "announced", 0),
        ("2018-02-23T00:00:00+01:00", "open", 1),
        ("2019-08-29T12:00:00+02:00", "open", 553),
        ("2019-08-31T23:59:59+02:00", "open", 555),
        ("2019-09-01T00:00:00+02:00", "closed", 555),
    ],
)
def test_the_model_consultation_through_its_life(
    client: AuditedClient, make: Factory, moment: str, state: str, days: int
) -> None:
    made = make.consultation(opens_on=date(2018, 2, 23), closes_on=date(2019, 8, 31))

    with clock.frozen_at(datetime.fromisoformat(moment)):
        record = record_of(client, made)
        page = client.get(f"/consultations/{made.slug}/statistics")

    assert (record["state"], record["days"], record["days_total"]) == (state, days, 555)
    assert page.status_code == 200
    assert 'data-figure="days">' in page.text


def test_reading_the_record_is_no_visit_and_the_page_is_one(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()

    record_of(client, made)
    client.get(f"/consultations/{made.slug}/contributions.csv").get_data()
    assert record_of(client, made)["visitors"] == 0

    client.get(f"/consultations/{made.slug}/statistics")
    assert record_of(client, made)["visitors"] == 1


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_shows_the_records_figures(client: AuditedClient, make: Factory, prefix: str) -> None:
    made = make.consultation()
    fill(made, contributions=25, now=NOW)
    with transaction(write=True) as session:
        session.add(AudienceDay(consultation_id=made.id, day=date(2026, 3, 2), visitors=1, sealed_at=NOW))

    page = client.get(f"{prefix}/consultations/{made.slug}/statistics").text
    record = record_of(client, made)

    for name in ("days", "participants", "contributions", "supports", "comments"):
        tile = page.split(f'data-figure="{name}"')[1].split("</div>")[0]
        assert f">{record[name]}<" in tile
    assert page.count("<figure") == 4
    assert page.count("<details") >= 4
    for plot in ("activity", "supports", "questions", "channels"):
        assert f'id="plot-{plot}"' in page
    for address in ("statistics.json", "contributions.csv", "contributions.csv?format=excel", "synthesis.pdf"):
        assert f'href="{prefix}/consultations/{made.slug}/{address}"' in page
    assert page.count("Rouvrir la halle") >= 20, "the twenty most supported ones, drawn and in the table"


def test_a_consultation_in_which_nothing_happened(client: AuditedClient, make: Factory) -> None:
    announced = make.consultation(opens_on=date(2026, 5, 1), closes_on=date(2026, 5, 31), questions=("Quoi ?",))

    page = client.get(f"/consultations/{announced.slug}/statistics")

    assert page.status_code == 200
    assert page.text.count("<figure") == 4


def test_the_team_sees_the_page_of_its_draft_without_files(client: AuditedClient, make: Factory) -> None:
    made = make.consultation(published=False)
    assert client.get(f"/consultations/{made.slug}/statistics").status_code == 404

    client.sign_in(make.member(made.organisation_id))
    page = client.get(f"/consultations/{made.slug}/statistics")

    assert page.status_code == 200
    assert "statistics.json" not in page.text


def test_the_page_costs_the_same_at_every_size(app: Flask, client: AuditedClient, make: Factory) -> None:
    counts = []
    for size in (10, 300):
        made = make.consultation()
        fill(made, contributions=size, now=NOW)
        client.get(f"/consultations/{made.slug}/statistics")  # this reader is counted, once
        with recorded_statements() as statements:
            client.get(f"/consultations/{made.slug}/statistics")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7


def test_no_synthesis_yet(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    announced = make.consultation(opens_on=date(2026, 5, 1), closes_on=date(2026, 5, 31))

    first = client.get(f"/consultations/{made.slug}/synthesis.pdf")
    second = client.get(f"/en/consultations/{announced.slug}/synthesis.pdf")

    assert (first.status_code, first.mimetype) == (404, "text/html")
    assert second.status_code == 404
    assert "begins when the consultation opens" in second.text


def test_the_synthesis_is_handed_out_ready_made(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    edition_id = edition_of(made)

    response = client.get(f"/consultations/{made.slug}/synthesis.pdf")

    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.get_data() == b"%PDF-1.7 edition"
    assert response.headers["Content-Disposition"] == f'inline; filename="synthese-{made.slug}-2026-03-10.pdf"'
    assert response.headers["ETag"] == f'"edition-{edition_id}"'
    assert response.last_modified == NOW
    assert response.headers["Cache-Control"] == "public, no-cache"

    again = client.get(
        f"/consultations/{made.slug}/synthesis.pdf", headers={"If-None-Match": f'"edition-{edition_id}"'}
    )
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_synthesis_in_the_pages_language_if_there_is_one(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    edition_of(made)
    assert client.get(f"/en/consultations/{made.slug}/synthesis.pdf").headers["Content-Language"] == "fr"

    edition_of(made, "en", b"%PDF-1.7 english")

    english = client.get(f"/en/consultations/{made.slug}/synthesis.pdf")
    assert english.get_data() == b"%PDF-1.7 english"
    assert "synthesis-" in english.headers["Content-Disposition"]
    assert client.get(f"/consultations/{made.slug}/synthesis.pdf").get_data() == b"%PDF-1.7 edition"


def test_the_page_says_which_edition_there_is(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    address = f"/en/consultations/{made.slug}/statistics"
    assert "in preparation" in client.get(address).text
    edition_of(made)
    assert "interim edition" in client.get(address).text
    edition_of(made, is_final=True, as_of=datetime(2026, 3, 11, tzinfo=UTC))
    assert "final edition" in client.get(address).text
