"""Runs the rendering process: outside of the web and worker processes, with limits that it cannot lift."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from consult.reports.errors import RenderingFailed

log = logging.getLogger(__name__)

MEMORY = 3 * 1024**3
TIMEOUT = 300
_CHILD = Path(__file__).with_name("child.py")
_LAST_WORDS = 400


@dataclass(frozen=True)
class PdfSource:
    """A document to render; `fonts` and `css` are style sheets."""

    html: str
    css: str
    fonts: str = ""


@dataclass(frozen=True)
class Pdf:
    """A rendered document."""

    content: bytes
    pages: int
    warnings: tuple[str, ...]


def render_pdf(source: PdfSource, *, timeout: int = TIMEOUT, memory: int = MEMORY) -> Pdf:
    """Render in a process of its own, at most `timeout` seconds and `memory` bytes.

    Raises `RenderingFailed` with a sentence when it fails, is killed, or answers anything but a PDF.
    """
    task = {"html": source.html, "css": source.css, "fonts": source.fonts, "memory": memory, "seconds": timeout}
    with tempfile.TemporaryDirectory(prefix="consult-pdf-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own script, its input on standard input
                [sys.executable, "-I", str(_CHILD)],
                input=json.dumps(task).encode(),
                capture_output=True,
                timeout=timeout,
                cwd=folder,
                env=_environment(folder),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RenderingFailed(f"not done after {timeout} seconds") from error
    head, newline, content = done.stdout.partition(b"\n")
    if done.returncode != 0 or not newline or not content.startswith(b"%PDF-"):
        raise RenderingFailed(_reason(done.returncode, done.stderr))
    report = json.loads(head)
    pdf = Pdf(content, int(report["pages"]), tuple(report["warnings"]))
    if pdf.warnings:
        log.warning("pdf.warnings", extra={"count": len(pdf.warnings), "first": pdf.warnings[0]})
    return pdf


def _environment(folder: str) -> dict[str, str]:
    """What the process needs of ours: no secret, no setting, a folder that goes when it goes."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "FONTCONFIG_PATH") if name in os.environ}
    return {**kept, "HOME": folder, "TMPDIR": folder, "XDG_CACHE_HOME": folder}


def _reason(status: int, words: bytes) -> str:
    if status < 0:
        return f"ended by signal {-status}"
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return (lines[-1] if lines else f"status {status}")[:_LAST_WORDS]
