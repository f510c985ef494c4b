"""The torture in short: the same storms and kills as `make torture`, as many as a test may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import ENGINES
from tests.support.postgresql import fresh_database
from tests.torture import faults
from tests.torture.cluster import durable_cluster
from tests.torture.ground import Ground, prepared
from tests.torture.kills import kill_cycles
from tests.torture.storm import CLIENTS, storm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
needs_compiler = pytest.mark.skipif(
    faults.compiler() is None, reason="there is no C compiler here to build the failing disk with"
)


@pytest.fixture(params=ENGINES)
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A consultation on each engine, with one contribution."""
    url = fresh_database(request.getfixturevalue("postgresql")) if request.param == "postgresql" else ""
    with prepared(tmp_path / "instance", url) as found:
        yield found


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The failing disk."""
    return faults.build(tmp_path)


def test_sixteen_clients_at_one_support(ground: Ground) -> None:
    found = storm(ground, 15)
    assert found.problems == []
    assert found.statuses == {303: 15 * CLIENTS}


def test_without_lock_and_constraint_the_storm_finds_doubles(tmp_path: Path) -> None:
    with prepared(tmp_path / "instance") as ground:
        found = storm(ground, 10, sabotage=True)
    assert found.doubles > 0
    assert any("counted twice" in problem for problem in found.problems)


def test_nothing_acknowledged_is_lost_to_kill_9_on_sqlite(tmp_path: Path) -> None:
    with prepared(tmp_path / "instance", contributions=10) as ground:
        found = kill_cycles(ground, 3, acts=60)
    assert found.problems == []
    assert (found.cycles, found.acknowledged >= 180) == (3, True)


def test_nothing_acknowledged_is_lost_to_kill_9_on_postgresql(tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(durable_cluster())
        ground = stack.enter_context(
            prepared(tmp_path / "instance", fresh_database(cluster.address), contributions=10)
        )
        found = kill_cycles(ground, 3, acts=60, cluster=cluster)
    assert found.problems == []
    assert (found.cycles, found.database_kills, found.acknowledged >= 180) == (3, 1, True)


@needs_compiler
def test_with_failing_syncs_nothing_is_acknowledged_that_is_not_stored(tmp_path: Path, library: Path) -> None:
    with prepared(tmp_path / "instance", contributions=10) as ground:
        found = faults.failing_syncs(ground, library, acts=60)
    assert found.problems == []
    assert found.acknowledged >= 60
    assert found.statuses[503] > 0, "the disk did fail"


@needs_compiler
def test_on_a_full_disk_nothing_is_acknowledged_and_room_is_all_it_takes(tmp_path: Path, library: Path) -> None:
    with prepared(tmp_path / "instance", contributions=10) as ground:
        found = faults.full_disk(ground, library, acts=20)
    assert found.problems == []
    assert found.statuses[503] > 0, "the disk was full"
