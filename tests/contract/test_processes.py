"""`consult serve` and the processes it starts: they end with it, however early they are asked to."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.support.installation import (
    Demonstration,
    Installation,
    free_port,
    running_in_group,
    stop,
    wait_for_end,
)


@pytest.fixture
def installation(demonstration: Demonstration, tmp_path: Path) -> Installation:
    return demonstration.installation.copy(tmp_path / "instance")


@pytest.mark.parametrize("asked_by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_and_its_worker(installation: Installation, asked_by: signal.Signals) -> None:
    with installation.serve() as served:
        group = served.process.pid
        # The command, its two server processes and the task worker.
        assert len(running_in_group(group)) >= 4
        served.process.send_signal(asked_by)
        assert served.process.wait(timeout=15) == 0
        assert wait_for_end(group, seconds=5) == []


def test_a_signal_while_it_starts_leaves_nothing_running(installation: Installation) -> None:
    """Wherever the signal falls: during the imports, between the worker's start and the server's, in a fork."""
    for tenths in (5, 10, 12, 14, 16):
        process = installation.start("serve", "--port", str(free_port()))
        try:
            time.sleep(tenths / 10)
            process.terminate()
            process.wait(timeout=15)
            assert wait_for_end(process.pid, seconds=5) == [], f"after {tenths} tenths of a second"
        finally:
            stop(process)


def test_a_worker_that_is_stopped_takes_the_rendering_along(installation: Installation) -> None:
    process = installation.start("synthesis", "gouvernance-ville-intelligente", "-o", "synthesis.pdf")
    try:
        deadline = time.monotonic() + 30
        while len(running_in_group(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(running_in_group(process.pid)) == 2
        process.terminate()
        process.wait(timeout=15)
        assert wait_for_end(process.pid, seconds=2) == []
    finally:
        stop(process)
