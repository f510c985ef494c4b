"""Every component of the site with its variants on one page, for whoever builds or looks over the design.

It exists in development and in demonstrations only. An entry is a file `site/styleguide/<name>.html`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.core import paths
from consult.core.access import public
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.organisations.rules import contrast
from consult.site.samples import samples

blueprint = Blueprint("styleguide", __name__)


@dataclass(frozen=True)
class Entry:
    """A section of the page; the files of `components/` it shows, without their endings."""

    name: str
    title: LazyString
    macros: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


ENTRIES = (
    Entry("header", _l("Header"), ("header",), ("header",)),
    Entry("breadcrumb", _l("Breadcrumb"), ("breadcrumb",), ("breadcrumb",)),
    Entry("page-head", _l("Head of a page"), (), ("page-head",)),
    Entry("section-nav", _l("Sections"), ("section_nav",), ("section-nav",)),
    Entry("organisation", _l("Who consults"), ("organisation",), ("organisation",)),
    Entry("consultation-card", _l("Consultation card"), ("card",), ("consultation-card",)),
    Entry("contribution-card", _l("Contribution card"), ("contribution_card",), ("contribution-card",)),
    Entry("act-list", _l("What somebody did"), ("acts",), ("act-list",)),
    Entry("state-chip", _l("State"), ("state", "icon"), ("state-chip", "icon")),
    Entry("timeline", _l("Timeline"), ("timeline",), ("timeline",)),
    Entry("commitment", _l("Commitment"), ("commitment",), ("commitment",)),
    Entry("figures", _l("Figures"), ("figures",), ("figures",)),
    Entry("question", _l("Guiding question"), (), ("question",)),
    Entry("support", _l("Support button"), ("support",), ("support",)),
    Entry("arguments", _l("Arguments"), ("arguments",), ("arguments",)),
    Entry("official-answer", _l("Official answer"), ("answer",), ("official-answer",)),
    Entry("testimony", _l("Testimony"), ("testimony",), ("testimony",)),
    Entry("plot", _l("Plot with its table"), ("plot",), ("plot",)),
    Entry("filter-bar", _l("Filter bar"), ("filters",), ("filter-bar",)),
    Entry("stepper", _l("Steps"), ("stepper",), ("stepper",)),
    Entry("writing", _l("Beside a long text"), ("writing",), ("writing",)),
    Entry("button", _l("Buttons"), (), ("button",)),
    Entry("form", _l("Forms"), ("forms",), ("form",)),
    Entry("error-summary", _l("Error summary"), ("errors",), ("error-summary",)),
    Entry("notice", _l("Notice"), ("notice",), ("notice",)),
    Entry("pagination", _l("Pagination"), ("pagination",), ("pagination",)),
    Entry("empty-state", _l("Nothing here yet"), ("empty",), ("empty-state",)),
    Entry("prose", _l("Running text"), ("prose",), ("prose",)),
    Entry("table", _l("Table"), (), ("table",)),
    Entry("box", _l("Box and definitions"), (), ("box",)),
    Entry("file-list", _l("Files to take away"), (), ("file-list",)),
    Entry("share", _l("Share"), ("share",), ("share",)),
    Entry("manage", _l("The team’s navigation"), (), ("manage",)),
    Entry("footer", _l("Footer"), ("footer",), ("footer",)),
)

# What is written or drawn on what; the ratios beside them are measured, not remembered.
_ON = (
    *(("ink", "paper"), ("ink", "card"), ("ink-2", "paper"), ("edge", "paper"), ("edge", "card")),
    *(("fir", "paper"), ("on-fir", "fir"), ("brick", "paper"), ("on-brick", "brick"), ("link", "paper")),
    *(("on-honey", "honey"), ("ink", "sunk"), ("ink", "fir-wash"), ("ink", "brick-wash"), ("ink", "link-wash")),
    *(("ink", "honey-wash"), *((f"plot-{series}", "card") for series in range(1, 6))),
)
TYPE_SCALE = ("48", "38", "30", "24", "20")
SPACES = ("4", "8", "12", "16", "24", "32", "48", "64")


@dataclass(frozen=True)
class Pair:
    """A colour on a ground, by day and by night."""

    colour: str
    ground: str
    day: tuple[str, str, float]
    night: tuple[str, str, float]

    @property
    def is_text(self) -> bool:
        """Edges and fills of plots are shapes: nothing is written in them."""
        return self.colour != "edge" and not self.colour.startswith("plot-")


@blueprint.get("/styleguide")
@public
def page() -> ResponseReturnValue:
    """Tokens and components; anywhere but in development and demonstrations this page does not exist."""
    settings = current_settings()
    if not (settings.demonstration or current_app.debug):
        raise NotFound
    return render_template(
        "site/styleguide.html",
        entries=ENTRIES,
        pairs=_pairs(),
        type_scale=TYPE_SCALE,
        spaces=SPACES,
        title=_("Style guide"),
        **samples(),
    )


@cache
def _pairs() -> tuple[Pair, ...]:
    day, night = token_colours()
    return tuple(
        Pair(
            colour,
            ground,
            (day[colour], day[ground], round(contrast(day[colour], day[ground]), 1)),
            (night[colour], night[ground], round(contrast(night[colour], night[ground]), 1)),
        )
        for colour, ground in _ON
    )


def token_colours() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the style sheet by name, by day and by night."""
    day: dict[str, str] = {}
    night: dict[str, str] = {}
    text = (paths.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    for name, value in re.findall(r"--([\w-]+): ([^;]*#[^;]*);", text):
        found = re.findall(r"#[0-9a-f]{6}", value)
        day[name], night[name] = found[0], found[-1]
    return day, night
