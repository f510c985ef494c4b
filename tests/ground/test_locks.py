"""The lock files: every package pinned with hashes, no address of an index, each file within the next."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "dev", "node")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+?)(?: ; .+)? \\$")


def read_lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text()


def pins(name: str) -> dict[str, str]:
    matches = (PIN.match(line) for line in read_lock(name).splitlines())
    return {match["name"]: match["version"] for match in matches if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    text = re.sub(r"^ *#.*\n", "", read_lock(name), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        first, *hashes = entry.splitlines()
        assert PIN.match(first), first
        assert hashes, f"{first} has no hash"
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes), first


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_file_names_an_address(name: str) -> None:
    text = read_lock(name)
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_development_adds_to_production_and_changes_nothing() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    assert runtime.items() <= dev.items()
    assert {"pytest", "mypy", "playwright"} <= dev.keys() - runtime.keys()


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["postgresql"], *extras["redis"]]
    names = {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in wanted}
    assert names <= pins("runtime").keys()


def test_versions_with_known_holes_are_excluded() -> None:
    """An audit tool may not reach its database, so the floors are asserted here."""
    floors = {"flask": (3, 1, 3), "jinja2": (3, 1, 6), "weasyprint": (70,), "bleach": (6, 4)}
    runtime = pins("runtime")
    for name, floor in floors.items():
        assert tuple(int(part) for part in runtime[name].split(".")) >= floor, name
