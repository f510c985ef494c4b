"""Consult as somebody has it: a folder of its own, the `consult` command in a process of its own, a server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from consult.core.clock import civil_date, real_now

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
_STOPPING = 20.0
# Tests act faster than people, all from one address.
_FOR_MACHINES = {"LIMITS": "1000", "FORM_SECONDS": "0", "PROOF_OF_WORK": "off"}
# A test run that is killed cannot stop its servers: the kernel then asks them to end.
_ENDS_WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")


@dataclass(frozen=True)
class Served:
    """A running server: its address, the process to signal, and what it has written so far."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(frozen=True)
class Installation:
    """An instance folder, and the settings that its commands run under (names without `CONSULT_`)."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Where its servers write to."""
        return self.folder / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        """The process environment: none of the developer's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSULT_")}
        ours = {"INSTANCE_PATH": str(self.folder), "LOG_LEVEL": "WARNING", **_FOR_MACHINES, **self.settings}
        return kept | {f"CONSULT_{name}": value for name, value in ours.items()}

    def with_settings(self, **settings: str) -> Installation:
        """The same folder under other settings."""
        return Installation(self.folder, self.settings | settings)

    def copy(self, folder: Path) -> Installation:
        """The same installation in another folder; nothing may be running on it (SQLite only)."""
        shutil.copytree(self.folder, folder)
        return Installation(folder, dict(self.settings))

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `consult` with these words and wait for it, whatever its status."""
        return subprocess.run(
            [sys.executable, "-m", "consult", *map(str, words)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )

    def do(self, *words: str | Path) -> str:
        """Run a command that must succeed and return what it printed."""
        done = self.run(*words)
        assert done.returncode == 0, f"consult {' '.join(map(str, words))}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start `consult` with these words as the head of a group of processes; `stop` ends it."""
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [*_ENDS_WITH_US, sys.executable, "-m", "consult", *words],
                cwd=self.folder,
                env=self.with_settings(**settings).environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @contextmanager
    def serve(self, *, worker: bool = True, **settings: str) -> Iterator[Served]:
        """Run `consult serve` with its worker on a free port until the block ends, whatever happens in it.

        Fails at the end, with its words, when the server or its worker has met an error that nobody answered for.
        """
        port = free_port()
        earlier = len(self.log.read_bytes()) if self.log.exists() else 0
        words = () if worker else ("--no-worker",)
        process = self.start("serve", "--port", str(port), *words, **settings)
        served = Served(f"http://127.0.0.1:{port}", process, self.log)
        try:
            wait_until_ready(served)
            yield served
        finally:
            stop(process)
            said = self.log.read_bytes()[earlier:].decode()
        assert "Traceback" not in said, said
        assert '"level": "ERROR"' not in said, said


@dataclass(frozen=True)
class Demonstration:
    """The demonstration's installation and the day that its dates were counted from."""

    installation: Installation
    day: date


def new_installation(folder: Path, **settings: str) -> Installation:
    """An instance folder with a migrated, empty database."""
    folder.mkdir(parents=True, exist_ok=True)
    installation = Installation(folder, settings)
    installation.do("db", "upgrade")
    return installation


def load_demonstration(folder: Path, **settings: str) -> Demonstration:
    """Do what `make demo` does before it serves: migrate, build and import the packages, render the syntheses."""
    day = civil_date(real_now(), "Europe/Paris")
    packages = folder / "packages"
    build: list[str | Path] = [
        sys.executable,
        ROOT / "demo" / "build.py",
        "--output",
        packages,
        "--today",
        str(day),
    ]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    installation = new_installation(folder / "instance", DEMONSTRATION="1", **settings)
    installation.do("import", "--demonstration", *sorted(packages.iterdir()))
    installation.do("demo", "finish")
    return Demonstration(installation, day)


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(served: Served) -> None:
    """Wait for `/readyz`; fails with the server's own words when it ends or stays silent."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert served.process.poll() is None, f"the server ended:\n{served.log.read_text()}"
        try:
            with urllib.request.urlopen(f"{served.url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"no answer after {PATIENCE:.0f} s:\n{served.log.read_text()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that `serve` started, and whatever it left running."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_STOPPING)
    if running_in_group(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_STOPPING)


def wait_for_end(group: int, *, seconds: float) -> list[int]:
    """Which processes of a group still run after at most so many seconds."""
    deadline = time.monotonic() + seconds
    while running_in_group(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    return running_in_group(group)


def running_in_group(group: int) -> list[int]:
    """The processes of a group that still run (ended ones that nobody has asked after are left out)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # pid (name) state parent group …; the name may hold spaces and parentheses.
            state, _parent, its_group = path.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state not in {"Z", "X"}:
            found.append(int(path.parent.name))
    return found
