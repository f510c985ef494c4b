"""The Nu HTML checker on pages as they were served."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.matrix.demonstration import TOOLS

_JAR = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"


def html_faults(pages: dict[str, str]) -> dict[str, list[str]]:
    """The errors that the checker finds on each page, by its name, one line each."""
    java = shutil.which("java")
    if java is None:
        raise SystemExit("audit: the HTML checker needs java: apt-get install default-jre-headless")
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder) / f"{number}.html"
            file.write_text(html, encoding="utf-8")
            names[file.as_uri()] = name
        command = [java, "-jar", str(_JAR), "--format", "json", "--exit-zero-always", *_files(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    faults: dict[str, list[str]] = {name: [] for name in pages}
    for message in json.loads(done.stderr or '{"messages": []}')["messages"]:
        kind = message["type"]
        if kind == "info":  # warnings: advice, such as against roles that one browser needs
            continue
        name = names[message["url"].replace("file:/", "file:///").replace("file:////", "file:///")]
        extract = " ".join(message.get("extract", "").split())
        faults[name].append(f"html {kind}, line {message.get('lastLine', '?')}: {message['message']} {extract}")
    return faults


def _files(folder: str) -> list[str]:
    return [str(file) for file in sorted(Path(folder).glob("*.html"))]
