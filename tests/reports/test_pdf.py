"""The synthesis as a file: tagged, titled, complete, in its language; and a renderer that nothing gets out of."""

from __future__ import annotations

import io
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from consult.consultations.commands import lock_consultation
from consult.consultations.rules import prepare_testimony
from consult.core import clock
from consult.core.db import transaction
from consult.proposals.commands import set_contribution_status
from consult.proposals.comments import set_comment_status
from consult.proposals.values import Stance, Status
from consult.reports import tasks
from consult.reports.commands import Rendered
from consult.reports.errors import RenderingFailed
from consult.reports.pdf import fonts
from consult.reports.pdf.document import synthesis_source
from consult.reports.pdf.renderer import PdfSource, render_pdf
from consult.reports.pdf.synthesis import render_synthesis
from consult.reports.queries import synthesis as queries
from consult.reports.queries.snapshot import hold_snapshot
from tests.conftest import NOW
from tests.reports.material import fill
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

TITLE = "Quelle place pour la « halle » ?"
PAGE = "@page { size: A4 }"
# Rendering takes seconds and does not know the database: once is enough.
once = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def says(content: bytes, words: str) -> bool:
    """Whether the words stand in the document, in reading order; spaces and hyphens at line ends do not matter."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(words.split()) in "".join(re.sub(r"-\n", "", done.stdout.decode()).split())


def document_of(made: Made, language: str = "fr") -> str:
    """The HTML that would be rendered."""
    with transaction() as session:
        hold_snapshot(session)
        data = queries.gather(session, made.slug, NOW)
    return synthesis_source(data, language).html


def structure_of(pdf: pikepdf.Pdf) -> list[Any]:
    """Every element of the structure tree, in reading order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            walk(node.get("/K"))

    walk(pdf.Root.StructTreeRoot.K)
    return found


@pytest.fixture
def made(make: Factory) -> Made:
    consultation = make.consultation(
        title=TITLE,
        introduction="#### Trop profond\n\n## Pourquoi\n\nLa halle a **cent ans**.",
        decides="Le conseil municipal.",
        decided_when="En juin.",
        testimonies=(
            prepare_testimony(
                name="Ahmed B.", role="menuisier", organisation="", quote="On y *travaille*.", consent="oui"
            ),
        ),
    )
    author = make.person("Łucja Ștefan")
    number = make.contribution(
        consultation, author, title="Des ateliers partagés", body="## Un titre\n\n" + "Mot " * 90
    )
    make.contribution(
        consultation, make.person(), title="Une seconde idée", body="Des bancs, tout simplement.", question=2
    )
    make.support(consultation, number)
    comment = make.comment(
        consultation, number, make.person("Paul C."), stance=Stance.AGAINST, body="Qui paiera ?"
    )
    make.comment(consultation, number, author, parent=comment, stance=Stance.NEUTRAL, body="La commune paiera.")
    return consultation


@pytest.fixture
def rendered(made: Made) -> Rendered:
    return render_synthesis(made.slug, None, NOW)


@once
@pytest.mark.slow
def test_it_says_what_it_must(made: Made, rendered: Rendered) -> None:
    for words in (
        "Des ateliers partagés", "Une seconde idée", "Łucja Ștefan", "Qui paiera ?", "La commune paiera.",
        "Ahmed B.", "On y travaille.", "Le conseil municipal.", "Que faut-il garder ?", "Val-des-Tilleuls",
        f"consult recount {made.slug}", "4 participants", "2 contributions",
    ):  # fmt: skip
        assert says(rendered.content, words), words
    assert any(says(rendered.content, f"10 {unit}") for unit in ("jours", "days"))
    with pikepdf.open(io.BytesIO(rendered.content)) as pdf:
        links = {str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note}
    assert f"http://localhost/consultations/{made.slug}/contributions.csv" in links
    assert rendered.pages >= 8
    assert not rendered.is_final


@once
@pytest.mark.slow
def test_it_can_be_read_aloud(rendered: Rendered) -> None:
    with pikepdf.open(io.BytesIO(rendered.content)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "fr"
        assert root.ViewerPreferences.DisplayDocTitle
        assert "Quelle place pour la" in str(pdf.docinfo["/Title"])
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "halle" in str(metadata["dc:title"])
        elements = structure_of(pdf)
        kinds = Counter(str(item.S) for item in elements)
        assert kinds["/H1"] == 1
        levels = [int(str(item.S)[2:]) for item in elements if re.fullmatch(r"/H\d", str(item.S))]
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels
        assert all(item.get("/Alt") for item in elements if str(item.S) == "/Figure")
        assert kinds["/Figure"] == 4
        assert kinds["/TH"] >= 6
        with pdf.open_outline() as outline:
            assert len(outline.root) == 1
            assert len(outline.root[0].children) >= 7
        for page in pdf.pages:
            assert str(page.Tabs) == "/S"
            assert all("/Contents" in note for note in page.get("/Annots", []))


@once
@pytest.mark.slow
def test_its_fonts_travel_with_it(rendered: Rendered) -> None:
    with pikepdf.open(io.BytesIO(rendered.content)) as pdf:
        used = {}
        for page in pdf.pages:
            for font in page.Resources.get("/Font", {}).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                used[str(font.BaseFont)] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert used
    assert all(used.values()), used
    if fonts.font_sheet():
        assert any("Atkinson" in name for name in used)
        assert any("Bricolage" in name for name in used)


@pytest.mark.slow
def test_without_built_fonts_it_is_rendered_all_the_same(tmp_path: Path) -> None:
    assert fonts.font_sheet(tmp_path) == ""
    pdf = render_pdf(PdfSource("<html lang=fr><title>Été</title><h1>Été</h1>", PAGE))
    assert says(pdf.content, "Été")


@pytest.mark.slow
def test_the_task_renders_what_the_page_hands_out(made: Made, client: AuditedClient) -> None:
    tasks.render_due_editions()

    response = client.get(f"/consultations/{made.slug}/synthesis.pdf")

    assert response.status_code == 200
    assert says(response.get_data(), "Des ateliers partagés")


def test_the_document_is_in_the_editions_language(made: Made) -> None:
    french, english = document_of(made), document_of(made, "en")

    assert french.startswith("<!doctype html>") or '<html lang="fr">' in french
    assert '<html lang="en">' in english
    assert "Interim edition, as of" in english
    assert "Contributions to question 1" in english
    assert '<h1 data-running="Quelle place pour la «\u202fhalle\u202f»\u202f?" lang="fr">' in english
    assert f"http://localhost/en/consultations/{made.slug}" in english
    assert 'lang="fr"' not in french.split("<body>")[1]


def test_what_is_hidden_is_not_in_it(made: Made, make: Factory) -> None:
    comment = make.comment(made, 2, make.person("Nom Masqué"), body="Un commentaire masqué.")
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        set_contribution_status(session, consultation=locked, number=1, status=Status.HIDDEN, now=NOW)
        set_comment_status(session, consultation=locked, number=comment, status=Status.HIDDEN, now=NOW)

    html = document_of(made)

    for words in (
        "ateliers partagés",
        "Łucja",
        "Qui paiera",
        "La commune paiera",
        "Nom Masqué",
        "commentaire masqué",
    ):
        assert words not in html


def test_the_final_edition_says_so(made: Made) -> None:
    after = clock.end_of_day(NOW.date().replace(day=31), "Europe/Paris")
    with transaction() as session:
        data = queries.gather(session, made.slug, after)
    assert "Final edition, as of" in synthesis_source(data, "en").html


def test_a_large_consultation_is_a_selection_that_says_so(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_CONTRIBUTIONS", 8)
    monkeypatch.setattr(queries, "MAX_COMMENTS", 8)
    made = make.consultation()
    fill(made, contributions=20, now=NOW, comments_each=7)

    html = document_of(made, "en")

    assert html.count('<div class="contribution">') == 8
    assert "the 8 most supported of 20 published contributions" in html
    assert html.count('<div class="comment ') == 8 * 5
    assert html.count("And 2 more comments on its page:") == 8


def test_long_texts_are_fewer(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_WEIGHT", 11_000)
    made = make.consultation()
    fill(made, contributions=12, now=NOW, body="Un texte. " * 300)

    html = document_of(made, "en")

    assert "the 3 most supported of 12 published contributions" in html


def test_reading_it_costs_the_same_at_every_size(app: Flask, make: Factory) -> None:
    counts = []
    for size in (5, 60):
        made = make.consultation()
        fill(made, contributions=size, now=NOW)
        with recorded_statements() as statements, transaction() as session:
            queries.gather(session, made.slug, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1] == 9


class Canary(BaseHTTPRequestHandler):
    """Somebody's server, which must hear nothing."""

    heard: list[str] = []  # noqa: RUF012 - one list for the server of a test

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_error(404)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def canary() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    Canary.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


HOSTILE = """
<html lang="fr"><head><title>T</title><base href="{canary}/base/">
<link rel="stylesheet" href="{canary}/sheet.css"><link rel="attachment" href="file://{secret}">
<link rel="attachment" href="{canary}/attachment"><style>@import url({canary}/import.css);
@font-face {{ font-family: X; src: url({canary}/font.ttf) }} @font-face {{ font-family: Y; src: url(file://{secret}) }}
body {{ background: url({canary}/background.png); font-family: X, Y; list-style-image: url('{canary}/bullet') }}
p::before {{ content: url({canary}/content.png) }} a {{ -weasy-link: url({canary}/link) }}</style></head>
<body><h1>Un titre</h1><p>Un texte</p><img src="{canary}/image.png" alt=""><img src="relative.png" alt="">
<img src="file://{secret}" alt=""><object data="{canary}/object.svg"></object><embed src="{canary}/embed.svg">
<a rel="attachment" href="file://{secret}">x</a><a rel="attachment" href="{canary}/a">x</a>
<svg width="9" height="9"><image href="{canary}/svg.png" width="9" height="9"/><use href="{canary}/use.svg#a"/></svg>
<img alt="" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'%3E%3Cimage xlink:href='{canary}/nested.png'/%3E%3Cimage href='file://{secret}'/%3E%3C/svg%3E">
</body></html>
"""  # noqa: E501


@pytest.mark.slow
def test_nothing_is_loaded_from_anywhere(canary: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("ce qui ne doit pas sortir")
    html = HOSTILE.format(canary=canary, secret=secret)

    pdf = render_pdf(PdfSource(html, f"@import url({canary}/own.css); {PAGE}", f"@import 'file://{secret}';"))

    assert Canary.heard == []
    assert any("refused" in words or "disallowed" in words for words in pdf.warnings), pdf.warnings
    assert says(pdf.content, "Un texte")
    assert not says(pdf.content, "sortir")
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert [bytes(item.get_file().read_bytes()) for item in opened.attachments.values()] == []
        for item in opened.objects:
            if isinstance(item, pikepdf.Stream):
                assert b"sortir" not in item.read_bytes()


@once
@pytest.mark.slow
def test_a_contribution_loads_nothing(app: Flask, make: Factory, canary: str) -> None:
    made = make.consultation()
    body = (
        f'![image]({canary}/a.png) <img src="{canary}/b.png"> <link rel="stylesheet" href="{canary}/c.css">'
        f'<style>@import "{canary}/d.css"</style> <a rel="attachment" href="file:///etc/hostname">x</a> fin'
    )
    make.contribution(made, title=f'<img src="{canary}/title">', body=body)
    make.comment(made, 1, body=body)

    rendered = render_synthesis(made.slug, "fr", NOW)

    assert Canary.heard == []
    assert says(rendered.content, "fin")
    with pikepdf.open(io.BytesIO(rendered.content)) as pdf:
        assert not pdf.attachments


@pytest.mark.slow
def test_a_rendering_that_does_not_end_is_ended() -> None:
    html = "<html lang=fr><title>T</title><body>" + "<table><tr><td>un mot</table><p>et un autre" * 20_000

    with pytest.raises(RenderingFailed, match=r"not done after 3 seconds|signal"):
        render_pdf(PdfSource(html, PAGE), timeout=3)


@pytest.mark.slow
def test_a_rendering_that_wants_too_much_memory_is_ended() -> None:
    html = "<html lang=fr><title>T</title><body>" + "<p>un mot</p>" * 50_000

    with pytest.raises(RenderingFailed):
        render_pdf(PdfSource(html, PAGE), timeout=60, memory=120 * 1024**2)


def test_a_process_that_says_nothing_of_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    monkeypatch.setattr("consult.reports.pdf.renderer._CHILD", script)
    for words, reason in (
        ("raise SystemExit('no fonts')", "no fonts"),
        ("print('{}')", "status 0"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
    ):
        script.write_text(f"import sys; sys.stdin.read()\n{words}\n")
        with pytest.raises(RenderingFailed, match=reason):
            render_pdf(PdfSource("", ""))


@once
def test_french_has_its_spaces_and_what_one_types_into_a_terminal_is_not_hyphenated(make: Factory) -> None:
    made = make.consultation(title=TITLE)
    make.contribution(made, title="Pourquoi pas le soir ?", body="Le soir : oui ! Et `a ? b` reste comme il est.")
    html = document_of(made, "en")
    assert "Quelle place pour la «\u202fhalle\u202f»\u202f?" in html
    assert "Pourquoi pas le soir\u202f?" in html
    assert "Le soir\u00a0: oui\u202f! Et <code>a ? b</code>" in html
    assert f'<span class="verbatim">“consult recount {made.slug}”</span>' in html
    assert '<span class="verbatim">“supports”</span>' in html
