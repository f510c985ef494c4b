"""What the accessibility statement says: the assessment's result, as `docs/accessibility/rgaa.md` has it.

The file beside this one is written by `scripts/accessibility.py`; `make check` refuses it when it is stale.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from flask_babel import gettext as _

DATA = Path(__file__).with_name("accessibility.json")


@dataclass(frozen=True)
class Shortcoming:
    """A criterion that is not shown to be met, in plain words."""

    number: str
    wcag: str
    words: str


@dataclass(frozen=True)
class Assessment:
    """The result of the assessment. `state` is total, partial or none; rates are whole percents, rounded down."""

    standard: str
    assessed_on: date
    state: str
    criteria: int
    met: int
    not_applicable: int
    rate: int
    rate_of_looked_at: int
    not_met: tuple[Shortcoming, ...]
    not_looked_at: tuple[Shortcoming, ...]

    @property
    def applicable(self) -> int:
        """How many criteria concern these pages."""
        return self.criteria - self.not_applicable


@cache
def assessment(language: str) -> Assessment:
    """The result, its plain words in a language."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    shortcomings = {
        kind: tuple(Shortcoming(item["number"], item["wcag"], item[language]) for item in told[kind])
        for kind in ("not_met", "not_looked_at")
    }
    return Assessment(**{**told, **shortcomings, "assessed_on": date.fromisoformat(told["assessed_on"])})


def footer_label(language: str) -> str:
    """The link to the statement; the law wants its words to carry the state on the home page."""
    return {
        "total": _("Accessibility: fully conforming"),
        "partial": _("Accessibility: partially conforming"),
        "none": _("Accessibility: not conforming"),
    }[assessment(language).state]
