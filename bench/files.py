"""Files: the contributions as CSV beside a bare `csv.writer`, the synthesis beside a bare WeasyPrint."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html import escape
from html.parser import HTMLParser
from http.client import HTTPConnection
from io import StringIO
from time import perf_counter

from bench.clients import BROWSER, UnexpectedAnswer
from bench.plan import Plan
from bench.results import Result, Rounds, Unit
from bench.sizes import Size
from consult.core import clock
from consult.core.db import transaction
from consult.reports.pdf.document import synthesis_source
from consult.reports.pdf.synthesis import render_synthesis
from consult.reports.queries.synthesis import gather

_PATIENCE = 300.0
_PDF_ROUNDS = 3
_BARE = """
import sys
from weasyprint import HTML
pdf = HTML(string=sys.stdin.buffer.read().decode()).write_pdf()
assert pdf.startswith(b"%PDF-")
"""


def measure_export(port: int, size: Size, engine: str, plan: Plan) -> Iterator[Result]:
    """Rows per second of the whole download, beside the same rows written by `csv.writer` into memory."""
    if not plan.wants("export.csv"):
        return
    path = f"/consultations/{size.slug}/contributions.csv"
    text = _download(port, path)
    header, *rows = csv.reader(StringIO(text, newline=""))
    if len(rows) != size.contributions or header[0] != "number":
        raise UnexpectedAnswer(f"{path} holds {len(rows)} rows and not {size.contributions}")
    floor, rounds = Rounds(), Rounds()
    for _ in range(plan.rounds):
        floor.add(_write_rate(rows, plan.seconds))
        began, times = perf_counter(), 0
        while perf_counter() - began < plan.seconds or not times:
            _download(port, path)
            times += 1
        rounds.add(times * len(rows) / (perf_counter() - began))
    yield Result("export.csv", rounds.median, Unit.ROWS, floor.median, size.name, engine)


def measure_pdf(size: Size, engine: str, plan: Plan) -> Iterator[Result]:
    """Seconds for the synthesis, from the first statement to the last byte, beside its bare words.

    Both render in a new process each time, so both pay for WeasyPrint's import. Needs the application's context.
    """
    if not plan.wants("pdf"):
        return
    now = clock.now()
    with transaction() as session:
        data = gather(session, size.slug, now)
    words = plain(synthesis_source(data, data.consultation.language).html)
    floor, rounds = Rounds(), Rounds()
    for _ in range(min(plan.rounds, _PDF_ROUNDS)):
        floor.add(_bare_seconds(words))
        began = perf_counter()
        render_synthesis(size.slug, None, now)
        rounds.add(perf_counter() - began)
    yield Result("pdf", rounds.median, Unit.SECONDS, floor.median, size.name, engine)


def plain(html: str) -> str:
    """The words of a document in bare paragraphs, headings and cells: no class, no style, no drawing."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>-</title>{"".join(parser.parts)}</html>'


class _Plain(HTMLParser):
    """Keeps the elements that structure text, without their attributes."""

    _KEPT = frozenset(
        ["h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "strong", "em", "br",
         "table", "thead", "tbody", "tr", "th", "td"]
    )  # fmt: skip
    _LEFT_OUT = frozenset({"head", "style", "svg"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._outside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep, or enter what is left out."""
        if tag in self._LEFT_OUT:
            self._outside += 1
        elif tag in self._KEPT and not self._outside:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Close what was kept."""
        if tag in self._LEFT_OUT:
            self._outside -= 1
        elif tag in self._KEPT and tag != "br" and not self._outside:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """The words."""
        if not self._outside:
            self.parts.append(escape(data))


def _bare_seconds(html: str) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-I", "-c", _BARE], input=html.encode(), check=True, stderr=subprocess.DEVNULL)
    return perf_counter() - began


def _write_rate(rows: Sequence[Sequence[str]], seconds: float) -> float:
    began, times = perf_counter(), 0
    while perf_counter() - began < seconds or not times:
        csv.writer(StringIO()).writerows(rows)
        times += 1
    return times * len(rows) / (perf_counter() - began)


def _download(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path, headers={"User-Agent": BROWSER})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise UnexpectedAnswer(f"{path}: {response.status}")
    return body.decode()
