"""The Makefile documents itself and carries the names that others call."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = {"demo", "test", "check", "bench", "load", "torture"}


def make(*arguments: str) -> str:
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_make_alone_lists_the_targets_with_a_sentence_each() -> None:
    listed = dict(re.findall(r"^  make ([a-z-]+) +(\S.*)$", make(), flags=re.MULTILINE))
    assert listed.keys() >= CONTRACT
    declared = set(re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert listed.keys() == declared


def test_the_scripts_that_make_calls_can_be_executed() -> None:
    called = set(re.findall(r"scripts/[a-z_]+\.sh", (ROOT / "Makefile").read_text()))
    assert called
    for name in [*called, ".ci/run"]:
        assert (ROOT / name).stat().st_mode & 0o100, f"{name} is not executable"


def test_shell_scripts_parse_and_stop_at_the_first_failure() -> None:
    for script in [*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci" / "run"]:
        subprocess.run(["bash", "-n", script], check=True)
        assert re.search(r"^set -(e?)uo pipefail$", script.read_text(), flags=re.MULTILINE), script.name
