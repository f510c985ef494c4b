"""What axe-core finds on a page, said so that one can mend it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The page's policy forbids foreign scripts; what the browser is asked to evaluate from outside is no part of it.
_RUN = """([tags, rules]) => axe.run(
    document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']})"""


@cache
def _axe() -> str:
    assert _SOURCE.exists(), f"{_SOURCE} is missing: `make assets` installs it"
    return _SOURCE.read_text(encoding="utf-8")


def violations(page: Page, excused: frozenset[str] = frozenset()) -> list[str]:
    """One line per element that breaks a rule of WCAG 2.0 to 2.2 (A, AA) or of good practice, if not excused."""
    page.evaluate(_axe())
    found = page.evaluate(_RUN, [_TAGS, {rule: {"enabled": False} for rule in excused}])
    return [_line(violation, node) for violation in found["violations"] for node in violation["nodes"]]


def _line(violation: dict[str, Any], node: dict[str, Any]) -> str:
    why = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
    return f"{violation['id']} ({violation['impact']}): {' '.join(map(str, node['target']))}: {why}"
