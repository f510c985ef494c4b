"""The wheel alone, in a fresh environment and another folder: it migrates and serves translated pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import catalogues
import pytest

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "Skip to the content"
PATIENCE = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
        ROOT,
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; libraries come from the running environment, our sources do not."""
    folder = tmp_path_factory.mktemp("installation") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    asked: list[str | Path] = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries))
    return folder


@pytest.fixture
def address(installation: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the installed server, started on a migrated database in an empty folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONSULT_", "PYTHON"))}
    environment = kept | {"CONSULT_INSTANCE_PATH": str(tmp_path / "instance")}
    consult = installation / "bin" / "consult"
    upgrade: list[str | Path] = [consult, "db", "upgrade"]
    done = subprocess.run(upgrade, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        serve: list[str | Path] = [consult, "serve", "--port", str(port)]
        server = subprocess.Popen(serve, cwd=tmp_path, env=environment, stdout=output, stderr=output)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/healthz", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"no answer after {PATIENCE:.0f} s:\n{log.read_text()}")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.status == 200
        body: bytes = response.read()
        return body.decode("utf-8")


def test_the_wheel_holds_templates_translations_and_assets_but_no_sources_of_them(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "consult/templates/layouts/base.html" in names
    assert "consult/static/vendor/consult.css" in names
    assert {f"consult/translations/{code}/LC_MESSAGES/messages.mo" for code in catalogues.LANGUAGES} <= names
    assert any(name.startswith("consult/migrations/versions/") for name in names)
    outside = {name.split("/")[0] for name in names} - {"consult"}
    assert all(name.endswith(".dist-info") for name in outside)
    assert not [name for name in names if name.endswith((".po", ".pot"))]


def test_an_installed_wheel_serves_translated_pages(address: str) -> None:
    message = catalogues.read(catalogues.catalogue_path(ROOT, "fr"), "fr").get(SENTENCE)
    assert message is not None
    assert isinstance(message.string, str)
    french, english = fetch(f"{address}/"), fetch(f"{address}/en/")
    assert message.string in french
    assert SENTENCE not in french
    assert SENTENCE in english


def test_the_wheel_is_what_runs(installation: Path) -> None:
    ask: list[str | Path] = [installation / "bin" / "python", "-c", "import consult; print(consult.__file__)"]
    found = subprocess.run(ask, cwd="/", check=True, capture_output=True, text=True).stdout
    assert found.startswith(str(installation))
