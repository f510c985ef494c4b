"""A running site as journeys refer to it: its address, its commands, and the figures it gives out."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.support.installation import Installation

SLUG = "gouvernance-ville-intelligente"
ANNOUNCED = "place-de-la-halle"
CLOSED = "horaires-des-mediatheques"
HERE = f"/consultations/{SLUG}"
FIGURES = ("days", "participants", "contributions", "supports", "comments", "visitors")


@dataclass(frozen=True)
class Site:
    """Where the site is served, and the installation behind it."""

    url: str
    installation: Installation

    def figures(self, slug: str = SLUG) -> dict[str, int]:
        """The figures of `statistics.json`, asked for by a program (which counts as no reader)."""
        with urllib.request.urlopen(f"{self.url}/consultations/{slug}/statistics.json", timeout=10) as answer:
            found = json.load(answer)
        return {name: found[name] for name in FIGURES}

    def team_link(self) -> str:
        """The path of a new one-time link for the demonstration's team."""
        return printed_link(self.installation.do("demo", "sign-in"))

    def recount(self, slug: str = SLUG) -> None:
        """Fail when a live figure is not the one of the rows."""
        self.installation.do("recount", slug)


def printed_link(output: str) -> str:
    """The path of the one-time link in what a command printed."""
    (link,) = [line for line in output.splitlines() if "/sign-in/link/" in line]
    return urlsplit(link).path


def moved(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """By how much each figure moved, those that stood still left out; visitors come and go by themselves."""
    steps = {name: after[name] - before[name] for name in before if name != "visitors"}
    return {name: step for name, step in steps.items() if step}
