"""A PostgreSQL of our own whose commits are durable, and which can be killed like a machine that loses power."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.installation import free_port
from tests.support.postgresql import as_database_user, newest_binaries

_PATIENCE = 30.0


class Cluster:
    """A cluster in a folder of its own; every commit waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self._data, self._binaries, self._port = folder / "data", newest_binaries(), free_port()
        as_database_user(
            [
                *(self._binaries / "initdb", "--pgdata", self._data, "--username", "consult", "--no-sync"),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"),
            ]
        )

    @property
    def address(self) -> str:
        """Where its maintenance database is."""
        return f"postgresql+psycopg://consult@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Run it; after a kill it recovers first."""
        options = f"-c port={self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        as_database_user(
            [
                *(self._binaries / "pg_ctl", "--pgdata", self._data, "--wait", "--timeout", "60"),
                *("--log", self._data / "server.log", "--options", options, "start"),
            ]
        )

    def kill(self) -> None:
        """SIGKILL to the server and each of its processes."""
        head = int((self._data / "postmaster.pid").read_text().split()[0])
        everybody = [head, *_children(head)]
        for process in everybody:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + _PATIENCE
        while any(_runs(process) for process in everybody):
            assert time.monotonic() < deadline, "PostgreSQL survives SIGKILL"
            time.sleep(0.02)
        # Where nobody asks after the dead server, its number stays taken and the file would keep the next one out.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it, whatever state it is in."""
        as_database_user(
            [self._binaries / "pg_ctl", "--pgdata", self._data, "--mode", "immediate", "stop"], check=False
        )


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """A running cluster, gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="consult-torture-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        cluster = Cluster(folder)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False
