"""The production server as the head of a group of processes, which is killed as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.support.installation import (
    ROOT,
    Installation,
    Served,
    free_port,
    running_in_group,
    wait_for_end,
    wait_until_ready,
)

_DYING = 20.0


class Server:
    """`consult serve` with two processes and no task worker, on a port of its own."""

    def __init__(self, installation: Installation, words: tuple[str, ...] = (), **environment: str) -> None:
        self.port = free_port()
        self.log = installation.log
        words = words or ("consult", "serve", "--no-worker", "--workers", "2", "--port", "{port}")
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m"),
                    *(word.format(port=self.port) for word in words),
                ],
                cwd=ROOT,
                env=installation.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until it answers; fails with its own words when it does not."""
        wait_until_ready(Served(f"http://127.0.0.1:{self.port}", self.process, self.log))

    def kill(self) -> None:
        """SIGKILL to the whole group: nobody is asked, nothing is finished."""
        if running_in_group(self.process.pid):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=_DYING)
        left = wait_for_end(self.process.pid, seconds=_DYING)
        assert left == [], f"processes survive SIGKILL: {left}"


@contextmanager
def served(installation: Installation, words: tuple[str, ...] = (), **environment: str) -> Iterator[Server]:
    """A server that is ready, and gone after the block."""
    server = Server(installation, words, **environment)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.kill()
