"""Every kind of page in axe-core: light and dark, narrow and wide, and without scrolling sideways at 320 px."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys import axe
from tests.journeys.pages import EXCUSED, LANGUAGES, PAGES, People

THEMES = ("light", "dark")
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


def looks() -> list[tuple[str, int]]:
    """Pairwise: each page in both languages, themes and widths, which meet one another differently every time."""
    return [(name, place) for place, name in enumerate(PAGES)]


@pytest.mark.parametrize(("name", "place"), looks(), ids=list(PAGES))
def test_page_is_accessible(people_of: Callable[[str], People], name: str, place: int) -> None:
    faults = []
    for turn, size in enumerate((WIDE, NARROW)):
        theme, language = THEMES[(place + turn) % 2], LANGUAGES[(place // 2 + turn) % 2]
        page = PAGES[name](people_of(language))
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = axe.violations(page, EXCUSED.get(name, frozenset()))
        faults += [f"{page.url}, {size['width']} px, {theme}: {line}" for line in [*found, *sideways(page)]]
    assert not faults, "\n".join(faults)


def sideways(page: Page) -> list[str]:
    """Whether the page is wider than its window."""
    across, room = page.evaluate("[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]")
    return [f"the page scrolls sideways, it is {across} px wide"] if across > room else []
