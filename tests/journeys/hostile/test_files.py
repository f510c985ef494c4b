"""The same payloads in what is no page: the synthesis, tables, feeds, maps, data for programs, pictures."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from PIL import Image

from consult.consultations.rules import check_slug
from consult.core.errors import Invalid
from consult.core.slugs import slug_from
from tests.journeys.hostile.conftest import HostilePlace
from tests.journeys.hostile.trap import Trap

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HERE = "/consultations/tout"
ATOM = "{http://www.w3.org/2005/Atom}"
_ACTIVE = ("/JavaScript", "/Launch", "/EmbeddedFile", "/SubmitForm", "/ImportData", "/GoToR", "/RichMedia")


def fetch(place: HostilePlace, address: str) -> bytes:
    with place.app.test_client() as client:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        content: bytes = answer.data
        answer.close()
        return content


def objects_of(pdf: pikepdf.Pdf) -> list[str]:
    return [repr(item) for item in pdf.objects if isinstance(item, (pikepdf.Dictionary, pikepdf.Array))]


def test_the_synthesis_carries_nothing_that_acts_and_fetches_nothing(place: HostilePlace, tmp_path: Path) -> None:
    for slug, language in (("tout", "fr"), ("voix-0", "en"), ("consultation-1", "fr")):
        output = tmp_path / f"{slug}.pdf"
        place.installation.do("synthesis", slug, "-o", output, "--lang", language)
        with pikepdf.open(output) as pdf:
            assert len(pdf.attachments) == 0
            described = objects_of(pdf)
            assert not [item for item in described for word in _ACTIVE if word in item]
            targets = [
                str(annotation.A.URI)
                for page in pdf.pages
                for annotation in page.get("/Annots", [])
                if "/A" in annotation and "/URI" in annotation.A
            ]
        assert targets
        # What has no colon is no scheme: a path, which leads nowhere on paper.
        assert {target.partition(":")[0] for target in targets if ":" in target} <= {"http", "https", "mailto"}
        assert b"root:x:0" not in output.read_bytes()
    assert place.canary.heard == []


def test_tables_keep_every_text_and_the_one_for_spreadsheets_has_no_formula(place: HostilePlace) -> None:
    exact = list(csv.DictReader(io.StringIO(fetch(place, f"{HERE}/contributions.csv").decode("utf-8-sig"))))
    assert len(exact) == place.seeded.contributions
    titles = {row["title"] for row in exact}
    accepted = [text for text in place.texts if " ".join(text.split()) in titles]
    assert len(accepted) >= 150
    excel = fetch(place, f"{HERE}/contributions.csv?format=excel").decode("utf-8-sig")
    safe = list(csv.DictReader(io.StringIO(excel), delimiter=";"))
    assert len(safe) == len(exact)
    dangerous = [row["title"] for row in exact if row["title"][0] in "=+-@"]
    assert len(dangerous) >= 4
    assert not [row for row in safe if row["title"][0] in "=+-@" or row["author"][:1] in set("=+-@")]


def test_feeds_are_xml_and_their_texts_are_clean(place: HostilePlace, open_trap: Callable[..., Trap]) -> None:
    trap, entries = open_trap(), 0
    for address in ("/feed.atom", "/en/feed.atom", f"{HERE}/feed.atom"):
        feed = ElementTree.fromstring(fetch(place, address))
        for entry in feed.iter(f"{ATOM}entry"):
            entries += 1
            html = entry.findtext(f"{ATOM}content") or ""
            found = trap.show(f"<!doctype html><title>entry</title><body>{html}")
            assert found == [], html
    assert entries > 20
    trap.looked = entries
    trap.verdict()


def test_maps_manifests_and_data_are_well_formed(place: HostilePlace) -> None:
    for address in ("/sitemap.xml", "/sitemap-consultations-1.xml", "/sitemap-contributions-1.xml"):
        ElementTree.fromstring(fetch(place, address))
    json.loads(fetch(place, "/site.webmanifest"))
    for slug in place.seeded.slugs[:20]:
        json.loads(fetch(place, f"/consultations/{slug}/statistics.json"))


def test_a_package_is_tables_with_every_text(place: HostilePlace) -> None:
    with zipfile.ZipFile(io.BytesIO(fetch(place, f"{HERE}/data.zip"))) as package:
        names = package.namelist()
        assert all(re.fullmatch(r"[a-z0-9_.-]+(/[a-z0-9_.-]+)*", name, re.IGNORECASE) for name in names), names
        assert not [name for name in names if ".." in name or name.endswith((".html", ".htm", ".svg"))]
        for name in names:
            text = package.read(name).decode()
            if name.endswith(".csv"):
                rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
                assert len({len(row) for row in rows}) == 1, name
            elif name.endswith(".json"):
                json.loads(text)
            elif name.endswith((".jsonl", ".ndjson")):
                assert all(map(json.loads, text.splitlines()))
        assert [name for name in names if name.endswith(".csv")]


def test_no_text_becomes_an_address(place: HostilePlace) -> None:
    for text in place.texts:
        assert SLUG.fullmatch(slug_from(text, limit=60, otherwise="consultation"))
        with pytest.raises(Invalid):
            check_slug(text)


def test_cards_are_pictures_whatever_the_title(place: HostilePlace) -> None:
    for number in range(0, len(place.texts), 6):
        with Image.open(io.BytesIO(fetch(place, f"/consultations/consultation-{number}/card.png"))) as picture:
            assert picture.size == (1200, 630)
