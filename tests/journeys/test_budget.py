"""Light as a letter: what a first visit takes over the wire, and that nothing moves while it arrives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.person import open_person
from tests.journeys.site import HERE, Site

MOST_BYTES, MOST_REQUESTS = 100 * 1024, 15
PAGES = {
    "home": "/",
    "consultation": HERE,
    "consultation in English": f"/en{HERE}",
    "about": f"{HERE}/about",
    "contributions": f"{HERE}/contributions",
    "contribution": f"{HERE}/contributions/1",
    "statistics": f"{HERE}/statistics",
}
# A telephone in a village: the fonts come long after the text.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
WATCH_SHIFTS = """window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts.push([entry.value,
    entry.sources.map(source => source.node && (source.node.className || source.node.nodeName)).join(', ')]))
).observe({type: 'layout-shift', buffered: true});"""


@dataclass
class Wire:
    """What the browser has fetched: bytes of headers and bodies as they came, by address."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def requested(self, event: dict[str, Any]) -> None:
        """A request leaves; pictures within the style sheet are none."""
        if not event["request"]["url"].startswith("data:"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def loaded(self, event: dict[str, Any]) -> None:
        """An answer has come, its headers included."""
        self.bytes_of[event["requestId"]] = int(event["encodedDataLength"])

    def says(self) -> str:
        """One line per request."""
        lines = [f"{self.bytes_of.get(key, 0):>8} {url}" for key, url in self.addresses.items()]
        return "\n".join([*lines, f"{sum(self.bytes_of.values()):>8} in {len(self.addresses)} requests"])


def first_visit(page: Page, path: str, *, slow: bool) -> Wire:
    """Open a page as somebody who has never been here."""
    wire, devtools = Wire(), page.context.new_cdp_session(page)
    devtools.on("Network.requestWillBeSent", wire.requested)
    devtools.on("Network.loadingFinished", wire.loaded)
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    if slow:
        devtools.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(WATCH_SHIFTS)
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    assert answer.ok, f"{path}: {answer.status}"
    page.evaluate("document.fonts.ready")
    return wire


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_a_first_visit_is_light(
    site: Site, browser: Browser, new_context: Callable[..., BrowserContext], path: str
) -> None:
    person = open_person(new_context, browser.version, site, name="Measurer")
    wire = first_visit(person.page, path, slow=False)
    assert wire.bytes_of, "nothing was measured"
    assert all(url.startswith(f"{site.url}/") for url in wire.addresses.values()), wire.says()
    assert sum(wire.bytes_of.values()) <= MOST_BYTES, wire.says()
    assert len(wire.addresses) <= MOST_REQUESTS, wire.says()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_nothing_moves_while_a_page_arrives(
    site: Site, browser: Browser, new_context: Callable[..., BrowserContext], path: str, width: int
) -> None:
    person = open_person(
        new_context, browser.version, site, name="Watcher", viewport={"width": width, "height": 700}
    )
    first_visit(person.page, path, slow=True)
    assert person.page.evaluate("window.shifts") == []


def test_a_shift_would_be_seen(site: Site, browser: Browser, new_context: Callable[..., BrowserContext]) -> None:
    person = open_person(new_context, browser.version, site, name="Mover")
    first_visit(person.page, "/", slow=False)
    person.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('h2'), {innerText: 'Hello'}))"
    )
    person.page.wait_for_function("window.shifts.length > 0")
