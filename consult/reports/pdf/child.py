"""The process that turns a document into a PDF: run as a script, alone, with limits, without any network.

It imports nothing of ours and gets everything on standard input: a JSON object `{"html", "css", "fonts",
"memory", "seconds"}`. On standard output go one line of JSON (`{"pages", "warnings"}`) and then the PDF.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any

MAX_WARNINGS = 50
MAX_FILE = 256 * 1024 * 1024
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def main() -> None:
    """Read, set the limits, render, write."""
    end_with_parent()
    # What a library prints must not get into the PDF: it goes to standard error.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    document = json.load(sys.stdin.buffer)
    limit(document["memory"], document["seconds"])
    # The tree of a long document is garbage only at the end: a quarter of the time otherwise goes into looking.
    gc.set_threshold(100_000, 50, 50)
    pdf, pages, warnings = render(document)
    output.write(json.dumps({"pages": pages, "warnings": warnings}).encode() + b"\n")
    output.write(pdf)
    output.close()


def end_with_parent() -> None:
    """Let the kernel end this process when the worker that waits for it has ended (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


def limit(memory: int, seconds: int) -> None:
    """Cap this process: bytes of memory, seconds of processor time, size of a file; readers come before it."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(document: Mapping[str, Any]) -> tuple[bytes, int, list[str]]:
    """The PDF/UA-1, its number of pages, and what WeasyPrint had to say."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - after the limits are set: its import is the costly part
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class DenyingFetcher(URLFetcher):
        """Nothing is loaded from anywhere: only what the document carries itself (`data:`)."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if not url[:5].lower() == "data:":
                raise ValueError(f"refused: {url[:200]}")
            return super().fetch(url, headers)

    said = collect_warnings()
    fetcher = DenyingFetcher(allowed_protocols=("data",), allow_redirects=False)
    fonts = FontConfiguration()
    sheets = [
        CSS(string=text, url_fetcher=fetcher, font_config=fonts) for text in (document["fonts"], document["css"])
    ]
    laid_out = HTML(string=document["html"], url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=sheets, pdf_variant="pdf/ua-1", pdf_tags=True
    )
    pdf = laid_out.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return pdf, len(laid_out.pages), said


def collect_warnings() -> list[str]:
    """The list that warnings of WeasyPrint will be added to."""
    said: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if len(said) < MAX_WARNINGS:
                said.append(record.getMessage())

    logging.getLogger("weasyprint").addHandler(Collector(logging.WARNING))
    return said


if __name__ == "__main__":
    main()
