"""A freshly loaded demonstration behind the production server, and the tools of this folder's npm project."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import ARGUMENTS, CHROMIUM
from tests.journeys.site import Site
from tests.support.installation import load_demonstration

HERE = Path(__file__).resolve().parent
TOOLS = HERE / "node_modules"


def say(text: str) -> None:
    """Tell whoever waits how far it is; standard output is for results."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def served_demonstration() -> Iterator[Site]:
    """The demonstration as of today, served until the block ends."""
    say("matrix: loading the demonstration …")
    with tempfile.TemporaryDirectory(prefix="consult-matrix-") as folder:
        installation = load_demonstration(Path(folder)).installation
        with installation.serve() as served:
            yield Site(served.url, installation)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


def install_tools() -> None:
    """Install the locked packages of this folder unless they are there."""
    done, lock = TOOLS / ".package-lock.json", HERE / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("matrix: npm is missing; `make` brings it where it is not installed.")
    say("matrix: installing the measuring tools with npm …")
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
