"""The synthesis' cover in the organisation's look."""

from __future__ import annotations

from base64 import b64decode

from consult.core.db import transaction
from consult.organisations.logos import prepare_logo
from consult.organisations.queries import Look
from consult.reports.pdf.cover import cover_style, logo_source
from consult.reports.pdf.document import synthesis_source
from consult.reports.queries.synthesis import gather
from tests.conftest import NOW
from tests.organisations.pictures import picture
from tests.organisations.test_identity import save
from tests.support.factories import Factory
from tests.support.statements import recorded_statements


def test_logo_and_colour_are_part_of_the_document(make: Factory) -> None:
    made = make.consultation()
    logo = prepare_logo(picture())
    save(make.member(made.organisation_id), made.organisation_id, accent="#7b1f5c", logo=logo)
    with transaction() as session:
        data = gather(session, made.slug, NOW)
    source = synthesis_source(data, "fr")
    carried = source.html.split('src="data:image/webp;base64,')[1].split('"')[0]
    assert b64decode(carried) == logo.content
    assert "border-left-color: #7b1f5c" in source.css


def test_without_a_look_the_cover_is_the_platforms(make: Factory) -> None:
    made = make.consultation()
    with transaction() as session, recorded_statements() as statements:
        data = gather(session, made.slug, NOW)
    source = synthesis_source(data, "fr")
    assert len(statements) == 9
    assert "<img" not in source.html
    assert cover_style(Look()) == ""
    assert logo_source(None) == ""


def test_on_paper_a_colour_is_that_of_the_day() -> None:
    assert cover_style(Look("#036036")).count("#036036") == 2
