"""The style guide shows every component, and only where nobody takes it for the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from build_assets import CSS
from flask import Flask

from consult.core import paths
from consult.site.styleguide import ENTRIES, token_colours
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of


@pytest.fixture
def demonstration_app(app: Flask) -> Iterator[Flask]:
    with variant_of(app, demonstration=True) as other:
        yield other


def stems(folder: Path, ending: str) -> set[str]:
    return {path.stem for path in folder.glob(f"*.{ending}")}


def test_every_component_has_its_place() -> None:
    """A new macro or style sheet needs an entry in site/styleguide.py and a file in templates/site/styleguide."""
    assert {name for entry in ENTRIES for name in entry.macros} == stems(paths.TEMPLATES / "components", "html")
    assert {name for entry in ENTRIES for name in entry.sheets} == stems(CSS / "components", "css")
    assert {entry.name for entry in ENTRIES} == stems(paths.TEMPLATES / "site" / "styleguide", "html")


@pytest.mark.parametrize("address", ["/styleguide", "/en/styleguide"])
def test_it_is_a_page_like_any_other(demonstration_app: Flask, address: str) -> None:
    """The client audits it: valid, one h1, ids once, fields labelled, nothing inline."""
    html = AuditedClient(demonstration_app).get(address).text
    for entry in ENTRIES:
        section = html.split(f'<section id="{entry.name}"', 1)[1].split('<section id="', 1)[0]
        assert 'class="specimen"' in section


def test_it_starts_no_session(demonstration_app: Flask) -> None:
    assert "Set-Cookie" not in AuditedClient(demonstration_app).get("/styleguide").headers


def test_anywhere_else_it_does_not_exist(client: AuditedClient) -> None:
    assert client.get("/styleguide").status_code == 404


def test_in_development_it_exists(app: Flask, client: AuditedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEBUG", True)
    assert client.get("/styleguide").status_code == 200


def test_the_contrasts_it_shows_are_those_of_the_sheet() -> None:
    day, night = token_colours()
    assert (day["paper"], night["paper"]) == ("#fbf8f3", "#151a18")
    assert day["honey"] == night["honey"]
    assert day.keys() == night.keys()
