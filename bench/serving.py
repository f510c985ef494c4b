"""The production server in a process of its own, for the time of a measurement."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.clients import UnexpectedAnswer, fetch
from consult.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
# A view that does nothing, which bench/application.py adds.
EMPTY = "/bench/empty"
# One worker process: the load generator needs the other core, else the two would measure the machine's scheduler.
WORKERS, THREADS = 1, 4
_PATIENCE = 30.0
_PAUSE = 0.1


class ServerFailed(Exception):
    """The server did not start; the message ends with what it said."""


@contextmanager
def server(settings: Settings) -> Iterator[int]:
    """Serve `bench.application` with these settings; yields the port. Logs go to `server.log` of the instance."""
    port = _free_port()
    log_path = settings.instance_path / "server.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(port), "--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
                *("--backlog", "1024", "--no-log", "bench.application:app"),
            ],
            cwd=ROOT,
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, port, log_path)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {
        **kept,
        f"{PREFIX}DATABASE_URL": settings.resolved_database_url,
        f"{PREFIX}INSTANCE_PATH": str(settings.instance_path.resolve()),
        f"{PREFIX}SECRET_KEY": settings.secret_key,
        f"{PREFIX}TRUSTED_PROXIES": "127.0.0.0/8",  # the generator says whom a request comes from
        f"{PREFIX}LIMITS": str(settings.limits),
        f"{PREFIX}FORM_SECONDS": "0",  # generators are robots
        f"{PREFIX}PROOF_OF_WORK": "off",
    }


def _wait(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with suppress(OSError, UnexpectedAnswer):
            fetch(port, EMPTY)
            return
        time.sleep(_PAUSE)
    words = log_path.read_text(errors="replace")[-2000:]
    raise ServerFailed(f"the server did not start:\n{words}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
