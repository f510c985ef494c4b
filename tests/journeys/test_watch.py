"""The watch itself: whatever a page may not do is seen, or every journey would prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.person import open_person
from tests.journeys.site import HERE, Site
from tests.journeys.watch import Watch

# What a page does, and what the watch must say of it.
BREACHES = {
    "an inline style": ("document.body.setAttribute('style', 'color: red')", "policy: style-src-attr"),
    "a style element": ("document.head.append(document.createElement('style'))", ""),
    "an inline script": (
        "document.head.append(Object.assign(document.createElement('script'), {text: 'document.title = 1'}))",
        "policy: script-src-elem blocked inline",
    ),
    "a handler": ("document.body.setAttribute('onclick', 'void 0')", "policy: script-src-attr"),
    "a foreign picture": ("new Image().src = 'https://elsewhere.example/x.png'", "policy: img-src"),
    "a foreign request": ("fetch('https://elsewhere.example/').catch(() => 0)", "policy: connect-src"),
    "an error of a script": ("setTimeout(() => missing.thing, 0)", "script error: missing is not defined"),
    "a missing file": ("fetch('/static/missing.js')", "status of 404"),
}


@pytest.mark.parametrize(("does", "says"), BREACHES.values(), ids=list(BREACHES))
def test_what_a_page_may_not_do_is_seen(
    site: Site, browser: Browser, new_context: Callable[..., BrowserContext], does: str, says: str
) -> None:
    person = open_person(new_context, browser.version, site, name="Watcher")
    watch = Watch(person.context, site.url)
    person.goes_to(HERE)
    watch.verdict()
    person.page.evaluate(does)
    person.page.wait_for_timeout(300)
    assert any(says in line for line in watch.complaints), watch.complaints
    with pytest.raises(AssertionError):
        watch.verdict()
