"""`contributions.csv`: exact for programs, harmless for spreadsheets, in bounded memory, nothing hidden in it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from consult.consultations.commands import lock_consultation
from consult.core.db import transaction
from consult.proposals.commands import set_contribution_status
from consult.proposals.models import Contribution
from consult.proposals.values import Channel, Status
from consult.reports.exports import CANONICAL, COLUMNS, EXCEL, contribution_lines, neutralise
from consult.reports.queries.contributions import CHUNK, ContributionRow
from tests.conftest import NOW
from tests.reports.material import fill
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

BODY = 'Première ligne ; « citée »\n\n- un "point", deux\n- =1+1\n\nFin avec espace insécable\u202f!'


def download(client: AuditedClient, made: Made, query: str = "") -> bytes:
    response = client.get(f"/consultations/{made.slug}/contributions.csv{query}")
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8"
    return response.get_data()


def rows_of(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def hide(made: Made, number: int) -> None:
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=number, status=Status.HIDDEN, now=NOW)


def test_the_canonical_file_is_exact(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    number = make.contribution(made, make.person("Jeanne O."), title="Garder la charpente", body=BODY, question=2)
    make.support(made, number)
    make.comment(made, number)

    content = download(client, made)

    assert content.startswith(b"number,question,title,")
    assert rows_of(content) == [
        {
            "number": "1",
            "question": "2",
            "title": "Garder la charpente",
            "body": BODY,
            "author": "Jeanne O.",
            "created_at": "2026-03-10T12:00:00+01:00",
            "channel": "web",
            "status": "published",
            "supports": "1",
            "comments": "1",
            "answer_status": "",
            "answer": "",
            "url": f"http://localhost/consultations/{made.slug}/contributions/1",
        }
    ]


def test_no_session_is_started_and_the_file_has_a_name(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()

    response = client.get(f"/en/consultations/{made.slug}/contributions.csv")

    assert response.headers["Content-Disposition"] == f'attachment; filename="contributions-{made.slug}.csv"'
    assert "Set-Cookie" not in response.headers
    assert response.get_data(as_text=True) == ",".join(COLUMNS) + "\r\n"


def test_a_spreadsheet_is_offered_no_formula(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    make.contribution(
        made, make.person("@SUM(A1)"), title="=HYPERLINK(0)", body="-2+3 cmd|' /C calc'!A0 et du texte"
    )

    canonical = rows_of(download(client, made))[0]
    content = download(client, made, "?format=excel")
    safe = rows_of(content, ";")[0]

    assert (canonical["title"], canonical["author"]) == ("=HYPERLINK(0)", "@SUM(A1)")
    assert content.startswith("\ufeffnumber;question;".encode())
    assert (safe["title"], safe["author"]) == ("'=HYPERLINK(0)", "'@SUM(A1)")
    assert safe["body"].startswith("'-2+3")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_neutralised(first: str) -> None:
    assert neutralise(f"{first}x") == f"'{first}x"
    assert neutralise(f"x{first}") == f"x{first}"


def test_what_is_not_public_has_no_words(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    first = make.contribution(made, make.person("Secrète A."), title="Un titre masqué", body="SECRET " * 5)
    make.contribution(made)
    make.support(made, first)
    hide(made, first)

    for query in ("", "?format=excel"):
        content = download(client, made, query)
        assert b"SECRET" not in content
        assert "Secrète".encode() not in content
        row = rows_of(content, ";" if query else ",")[0]
        told = {name: value for name, value in row.items() if value}
        assert told == {"number": "1", "status": "hidden", "created_at": "2026-03-10T12:00:00+01:00"}


def test_drafts_have_no_file(client: AuditedClient, make: Factory) -> None:
    made = make.consultation(published=False)
    client.sign_in(make.member(made.organisation_id))

    for name in ("contributions.csv", "statistics.json", "synthesis.pdf"):
        assert client.get(f"/consultations/{made.slug}/{name}").status_code == 404
        assert client.get(f"/consultations/nowhere/{name}").status_code == 404


def test_many_rows_stream_in_chunks(app: Flask, client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    fill(made, contributions=2_000, now=NOW, supports_each=0, comments_each=0)

    with recorded_statements() as statements:
        response = client.get(f"/consultations/{made.slug}/contributions.csv")
        pieces = list(response.response)

    assert response.is_streamed
    assert len(statements) <= 3 + 2_000 // CHUNK + 1
    assert len(pieces) >= 10
    assert max(map(len, pieces)) < 300_000
    assert [int(row["number"]) for row in rows_of(b"".join(pieces))] == list(range(1, 2_001))


def test_a_download_is_of_one_instant(app: Flask, client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    fill(made, contributions=CHUNK + 50, now=NOW, supports_each=0, comments_each=0)
    response = client.get(f"/consultations/{made.slug}/contributions.csv")
    pieces = iter(response.response)
    begun = next(pieces)

    with transaction(write=True) as session:
        session.execute(update(Contribution).values(title="Changé en route"))

    rest = b"".join(pieces)
    assert "Changé".encode() not in begun + rest
    assert len(rows_of(begun + rest)) == CHUNK + 50


def test_pieces_do_not_grow_with_the_rows() -> None:
    rows = (
        ContributionRow(
            number, Status.PUBLISHED, datetime(2026, 3, 1, tzinfo=UTC), 1, "t", "b", "a", Channel.WEB, 0, 0
        )
        for number in range(1, 5_001)
    )
    lines = contribution_lines(
        rows, flavour=CANONICAL, time_zone="Europe/Paris", url_of=str, deleted_account="compte supprimé"
    )

    sizes = [len(piece) for piece in lines]

    assert len(sizes) == 26
    assert max(sizes) < 20_000
    assert EXCEL.delimiter == ";"
