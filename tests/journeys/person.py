"""Somebody at a browser. What they do is said in the words of the page; how it is found is by role and label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.site import Site
from tests.journeys.words import Words

# Pages answer at once; who waits longer than this waits for something that does not come.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


class Person:
    """One person with a browser of their own. Labels are English sources; the person reads `language`."""

    def __init__(self, context: BrowserContext, *, name: str, language: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.name = name
        self.email = f"{_plain(name)}@example.org"
        self.words = Words(language)

    # --- what they do

    def goes_to(self, path: str) -> None:
        """Type an address; the page must be one that is found."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def follows(self, label: str, *, within: Locator | None = None, **values: object) -> None:
        """Click the link that says this."""
        self.link(label, within=within, **values).click()

    def presses(self, label: str, *, within: Locator | None = None, **values: object) -> None:
        """Click the button that says this."""
        (within or self.main).get_by_role("button", name=self.words(label, **values)).click()

    def writes(self, label: str, text: str, **values: object) -> None:
        """Type into the field of this label."""
        self.field(label, **values).fill(text)

    def ticks(self, label: str) -> None:
        """Tick the box of this label."""
        self.main.get_by_role("checkbox", name=self.words(label)).check()

    def chooses(self, label: str) -> None:
        """Choose the option of this label."""
        self.main.get_by_role("radio", name=self.words(label)).check()

    def picks(self, label: str, choice: str) -> None:
        """Choose from the list of this label."""
        self.main.get_by_label(self.words(label)).select_option(label=self.words(choice))

    def changes_language(self, name: str, code: str) -> None:
        """Choose a language in the header, and read on in it."""
        self.page.get_by_role("banner").get_by_role("link", name=name, exact=True).click()
        self.words = Words(code)
        expect(self.page.locator("html")).to_have_attribute("lang", code)

    # --- what they see

    @property
    def main(self) -> Locator:
        """The content of the page."""
        return self.page.get_by_role("main")

    @property
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.main.get_by_role("heading", level=1)

    @property
    def path(self) -> str:
        """Where they are."""
        return urlsplit(self.page.url).path

    def link(self, label: str, *, within: Locator | None = None, **values: object) -> Locator:
        """The link that says this, in the content unless told otherwise."""
        return (within or self.main).get_by_role("link", name=self.words(label, **values))

    def field(self, label: str, **values: object) -> Locator:
        """The text field of this label."""
        return self.main.get_by_role("textbox", name=self.words(label, **values))

    def sees_heading(self, text: str, **values: object) -> None:
        """The page is the one of this heading."""
        expect(self.heading).to_have_text(self.words(text, **values))

    def sees(self, text: str, **values: object) -> None:
        """The content says this somewhere."""
        expect(self.main.get_by_text(self.words(text, **values)).first).to_be_visible()

    def is_told(self, text: str, **values: object) -> None:
        """A notice says what has just happened."""
        notice = self.page.get_by_role("status").filter(has_text=self.words(text, **values))
        expect(notice).to_be_visible()

    def figures_on_the_page(self) -> dict[str, int]:
        """The figures of the tiles, by name."""
        tiles = self.main.locator("[data-figure]")
        return {
            str(tile.get_attribute("data-figure")): int(
                re.sub(r"\D", "", tile.get_by_role("definition").first.inner_text())
            )
            for tile in tiles.all()
        }

    def holds_no_cookie(self) -> bool:
        """Nothing was stored in this browser."""
        return not self.context.cookies()


def _plain(name: str) -> str:
    """« Léa avec » as the part of an address before the @."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", ".", letters).strip(".")


def open_person(
    new_context: Callable[..., BrowserContext],
    version: str,
    site: Site,
    *,
    name: str = "",
    language: str = "fr",
    javascript: bool = True,
    **options: Any,
) -> Person:
    """A browser of its own for one more person, who reads `site` in `language`."""
    # Not the automated browser's own name, which is a crawler's: these people are readers that count, each one.
    agent = (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36"
    )
    context = new_context(
        base_url=site.url,
        java_script_enabled=javascript,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        user_agent=f"{agent} {name.encode('ascii', 'ignore').decode()}".strip(),
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    return Person(context, name=name, language=language)
