"""Pure computation of reports: the recount's comparison, and texts made fit for a document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from consult.consultations.queries import Figures
from consult.ledger.queries import HeadView
from consult.reports.values import EditionState

FIGURES = ("participants", "contributions", "supports", "comments", "visitors")
Item = TypeVar("Item")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_VOID = frozenset({"br", "hr"})
_TABLE = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
# What people write is a few levels deep; what is deeper only tests the patience of the layout.
MAX_DEPTH = 12
# Rendering is dear: a busy consultation gets an edition every ten minutes, a failing one an attempt an hour.
BETWEEN_EDITIONS = timedelta(minutes=10)
AFTER_FAILURE = timedelta(hours=1)
DECISION_UNDER_WAY = timedelta(minutes=5)
MAX_CELLS = 400
MAX_WORD = 80
_LONG_WORD = re.compile(rf"[^\s&;]{{{MAX_WORD},}}")
_EMOJI = re.compile("[\U0001f000-\U0001faff][\U0001f000-\U0001faff\ufe0f\u200d]*")
_DEEPEST_HEADING = 6


@dataclass(frozen=True)
class FigureCheck:
    """One figure: as it is shown, as recounted from the rows, and as the sum of the days' changes."""

    name: str
    live: int
    recounted: int
    days: int

    @property
    def agrees(self) -> bool:
        """True when all three are the same number."""
        return self.live == self.recounted == self.days


@dataclass(frozen=True)
class Recount:
    """The figures recounted, and how many counters beside them are off."""

    figures: tuple[FigureCheck, ...]
    contributions_off: int
    participations_off: int

    @property
    def agrees(self) -> bool:
        """True when there is no drift anywhere."""
        return all(item.agrees for item in self.figures) and not (
            self.contributions_off or self.participations_off
        )


def figures_text(figures: Figures, time_zone: str, head: HeadView | None) -> str:
    """The figures as JSON, keys in the contract's order; `as_of` carries the time zone's offset.

    The head of the journal is null where there is none: for a draft, and for the figures of a day that is past.
    """
    record = {
        "slug": figures.slug,
        "as_of": figures.as_of.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds"),
        "state": figures.state.value,
        "days": figures.days,
        "days_total": figures.days_total,
        "participants": figures.participants,
        "contributions": figures.contributions,
        "supports": figures.supports,
        "comments": figures.comments,
        "visitors": figures.visitors,
        "ledger_head": None if head is None else head.hash,
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def days_so_far(opens_on: date, closes_on: date, today: date) -> int:
    """Calendar days from opening to today or closing, both included: the recount's own way to count them."""
    last = min(today, closes_on)
    return len(range(opens_on.toordinal(), last.toordinal() + 1))


def is_current(*, same_data: bool, is_final: bool, same_day: bool, closed: bool) -> bool:
    """Whether an edition still says what is: its data, and the day it counts to or that it is the final one."""
    return same_data and (is_final if closed else same_day)


def is_outdated_by(decided_at: datetime | None, as_of: datetime) -> bool:
    """Whether a published edition may lack a moderation decision, which is dated by when it was asked for."""
    return decided_at is not None and decided_at > as_of - DECISION_UNDER_WAY


def may_render_again(last_attempt: datetime, outcome: EditionState, now: datetime) -> bool:
    """Whether the pause after the last attempt is over."""
    pause = AFTER_FAILURE if outcome is EditionState.FAILED else BETWEEN_EDITIONS
    return now - last_attempt >= pause


def within_budget(items: Iterable[Item], size: Callable[[Item], int], budget: int) -> Sequence[Item]:
    """The first items whose sizes together stay within a budget; at least one when there is any."""
    kept: list[Item] = []
    spent = 0
    for item in items:
        spent += size(item)
        if kept and spent > budget:
            break
        kept.append(item)
    return kept


def tame(html: str) -> str:
    """Sanitised HTML without what would break a layout, or take it minutes.

    That is nesting beyond `MAX_DEPTH`, tables of more than `MAX_CELLS` cells, words of more than `MAX_WORD`
    letters, and emoji, which no text font draws. All other words stay. Expects the balanced output of
    `core.html.render_markdown`.
    """
    html = _EMOJI.sub("", html)
    if html.count("<td") + html.count("<th") > MAX_CELLS:
        html = _TAG.sub(_without_tables, html)
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name, _attributes = match.groups()
        if name in _VOID:
            return match.group(0)
        if closing:
            depth -= 1
            return match.group(0) if depth < MAX_DEPTH else ""
        depth += 1
        return match.group(0) if depth <= MAX_DEPTH else ""

    # Odd pieces are tags: their addresses must not be broken.
    pieces = re.split(r"(<[^>]*>)", _TAG.sub(keep, html))
    return "".join(piece if turn % 2 else _LONG_WORD.sub(_broken, piece) for turn, piece in enumerate(pieces))


def weight(html: str) -> int:
    """How much work a piece of HTML is for the layout, in letters: a tag costs about as much as a line of text."""
    return len(html) + 50 * html.count("<")


def nest_headings(html: str, under: int) -> str:
    """Sanitised HTML whose headings lie below a heading of level `under`, none more than one level at a time."""
    last = under

    def lower(match: re.Match[str]) -> str:
        nonlocal last
        closing, level = match.group(1), int(match.group(2))
        if not closing:
            last = min(level - 2 + under + 1, last + 1, _DEEPEST_HEADING)
        return f"<{closing}h{last}>"

    return re.sub(r"<(/?)h([2-4])>", lower, html)


def flatten_headings(html: str) -> str:
    """Sanitised HTML whose headings are strong paragraphs: in a list of texts only their titles are headings."""
    opened = re.sub(r"<h[2-4]>", '<p class="heading">', html)
    return re.sub(r"</h[2-4]>", "</p>", opened)


def _broken(match: re.Match[str]) -> str:
    """A long word with places where it may break, which cost the layout nothing to find."""
    word = match.group(0)
    return "\u200b".join(word[start : start + MAX_WORD] for start in range(0, len(word), MAX_WORD))


def _without_tables(match: re.Match[str]) -> str:
    closing, name, _attributes = match.groups()
    if name not in _TABLE:
        return match.group(0)
    return "<br>" if name == "tr" and closing else " "
