"""Pictures of every page and of every component, and a sheet of them: `build/screenshots/index.html`."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.pages import PAGES, People, open_people
from tests.matrix.demonstration import chromium, say, served_demonstration
from tests.support.installation import ROOT

FOLDER = ROOT / "build" / "screenshots"
WIDTHS = (320, 768, 1280)
THEMES = ("light", "dark")
# The window of 640 pixels at twice the density is what a reader of a window of 1280 sees at 200 %.
_ZOOMED = {"width": 640, "height": 450}


def main() -> int:
    """Take all pictures and write the sheet. Returns the exit status."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    sections: dict[str, list[Path]] = {}
    with served_demonstration() as site, chromium() as browser, open_people(browser, site, "fr") as people:
        for name in PAGES:
            say(f"screenshots: {name} …")
            sections[name] = list(_pictures_of(people, name))
        sections["style guide, entry by entry"] = list(_entries(people))
    _write_sheet(sections)
    count = sum(map(len, sections.values()))
    print(f"screenshots: {count} files, look at {FOLDER.relative_to(ROOT)}/index.html")
    return 0


def _pictures_of(people: People, name: str) -> Iterator[Path]:
    """One page at three widths in two themes; for a public page also on paper, in forced colours and magnified."""
    page = PAGES[name](people)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            yield _take(page, f"{_file(name)}-{width}-{theme}.png")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if page == people.visitor.page:
        page.set_viewport_size(_ZOOMED)  # type: ignore[arg-type]
        yield _take(page, f"{_file(name)}-zoom-200.png")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
        yield _take(page, f"{_file(name)}-forced-colours.png")
        page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
        paper = FOLDER / f"{_file(name)}-print.pdf"
        page.pdf(path=paper, format="A4")
        yield paper
    page.set_viewport_size({"width": 1280, "height": 900})


def _take(page: Page, file: str) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / file, full_page=True, animations="disabled")
    return FOLDER / file


def _entries(people: People) -> Iterator[Path]:
    """Each section of the style guide by itself."""
    page = PAGES["style guide"](people)
    names = page.locator("main section.styleguide-entry").evaluate_all("all => all.map(section => section.id)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            for name in names:
                file = FOLDER / f"styleguide-{_file(name)}-{width}-{theme}.png"
                page.locator(f'main section[id="{name}"]').screenshot(path=file, animations="disabled")
                yield file


def _file(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def _write_sheet(sections: dict[str, list[Path]]) -> None:
    """A page of all pictures, small, each leading to itself."""
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Screenshots</title>"]
    parts.append("<style>img{height:20rem;border:1px solid} figure{display:inline-block;margin:.5rem}</style>")
    for name, files in sections.items():
        parts.append(f"<h2>{escape(name)}</h2>")
        for file in files:
            shown = file.name if file.suffix == ".pdf" else f'<img src="{file.name}" alt="" loading="lazy">'
            parts.append(f'<figure><a href="{file.name}">{shown}</a><figcaption>{file.stem}</figcaption></figure>')
    (FOLDER / "index.html").write_text("\n".join(parts), encoding="utf-8")
