"""Criteria of the RGAA that show when a page is used otherwise: other spacing, other sizes, the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.keys import Keyboard
from tests.journeys.person import Person, open_person
from tests.journeys.site import HERE, Site
from tests.support.pages import audit

PAGES = (
    "/",
    HERE,
    f"{HERE}/contributions",
    f"{HERE}/contributions/2",
    f"{HERE}/statistics",
    "/sign-in",
    "/accessibility",
)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# What WCAG 1.4.12 lets readers set, on every element.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
EXAMPLE = "claire.martin@example.org"
LARGE = "html { font-size: 200% !important }"
# Text that is cut off, or that leaves the box it is written in; and a page that has become wider than its window.
# What is for screen readers only is one pixel large on purpose.
FAULTS = """() => {
    const found = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    for (const element of document.querySelectorAll('body *')) {
        // Fields scroll what is typed into them.
        if (element.closest('svg, .visually-hidden, .skip-link, [hidden], input, select, textarea')) continue;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height || style.visibility === 'hidden') continue;
        const name = `${element.localName}.${element.className} “${element.textContent.trim().slice(0, 30)}”`;
        const cut = style.overflow !== 'visible' && !/auto|scroll/.test(style.overflow);
        const wide = element.scrollWidth - element.clientWidth, tall = element.scrollHeight - element.clientHeight;
        if (cut && (wide > 1 || tall > 1))
            found.push(`cut off: ${name}`);
        if (style.display === 'inline') continue;
        for (const node of element.childNodes) {
            if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const text = range.getBoundingClientRect();
            const across = text.left < box.left - 2 || text.right > box.right + 2;
            // Lines of headings stand closer than their letters are tall.
            const room = parseFloat(style.fontSize) / 5;
            if (across || text.top < box.top - room || text.bottom > box.bottom + room)
                found.push(`outside its box: ${name}`);
        }
    }
    return found;
}"""
TEXT = "() => document.querySelector('main').innerText.replace(/\\s+/g, ' ').trim().toLowerCase()"
# The content alone: plots have room for more or fewer of their labels.
CONTENT = """() => [...document.querySelectorAll('h1, h2, h3, p, li, dt, dd, label, button, summary')]
    .filter(one => one.closest('main'))
    .map(one => one.innerText.replace(/\\s+/g, ' ').trim())"""
# Where the focus is, as the place of its element in the document; -1 outside of it.
FOCUS = """() => [...document.querySelectorAll('*')].indexOf(
    document.activeElement === document.body ? null : document.activeElement)"""


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site) -> Iterator[Person]:
    """Somebody who sets a style of their own, as an extension of a browser does: beside the page's policy."""
    found = open_person(
        browser.new_context,
        browser.version,
        site,
        name="Reader with a style",
        bypass_csp=True,
        reduced_motion="reduce",
    )
    yield found
    found.context.close()


def show(reader: Person, path: str, size: Any, style: str = "") -> None:
    """Open a page in a window of a size, with one's own style."""
    reader.page.set_viewport_size(size)
    reader.goes_to(path)
    if style:
        reader.page.add_style_tag(content=style)


@pytest.mark.parametrize("path", PAGES)
def test_text_spacing_hides_nothing(reader: Person, path: str) -> None:
    """Wider lines, words and letters stay whole, narrow and wide (10.12)."""
    for size in (WIDE, NARROW):
        show(reader, path, size, SPACING)
        assert reader.page.evaluate(FAULTS) == [], size


@pytest.mark.parametrize("path", PAGES)
def test_text_twice_as_large_hides_nothing(reader: Person, path: str) -> None:
    """Twice the size of the text, and twice the size of everything (10.4)."""
    show(reader, path, WIDE, LARGE)
    assert reader.page.evaluate(FAULTS) == []
    show(reader, path, {"width": 640, "height": 450})
    assert reader.page.evaluate(FAULTS) == []


@pytest.mark.parametrize("path", PAGES)
def test_turning_the_screen_hides_nothing(reader: Person, path: str) -> None:
    """Upright and across, the content says the same (13.9)."""
    show(reader, path, {"width": 740, "height": 1000})
    upright = reader.page.evaluate(CONTENT)
    show(reader, path, {"width": 1000, "height": 740})
    assert reader.page.evaluate(CONTENT) == upright


@pytest.mark.parametrize("path", PAGES)
def test_without_style_sheets_nothing_is_missing(reader: Person, path: str) -> None:
    """What one reads with style sheets one reads without, in the same order (10.2, 10.3)."""
    show(reader, path, WIDE)
    dressed = reader.page.evaluate(TEXT).split()
    reader.page.evaluate("for (const sheet of document.styleSheets) sheet.disabled = true")
    plain = iter(reader.page.evaluate(TEXT).split())
    missing = [word for word in dressed if word not in plain]
    assert missing == []


@pytest.mark.parametrize("path", PAGES)
def test_the_focus_goes_through_the_page_in_order_and_out_of_it(reader: Person, path: str) -> None:
    """Tab follows the order of the page, is seen at every stop, and leaves at its end (10.7, 12.8, 12.9)."""
    show(reader, path, WIDE)
    keys = Keyboard(reader)
    stops = []
    while True:
        reader.page.keyboard.press("Tab")
        place = reader.page.evaluate(FOCUS)
        if place < 0 or (stops and place == stops[0]):
            break
        assert not stops or place > stops[-1], f"{path}: from {stops[-1]} back to {place}"
        keys.sees_the_focus()
        stops.append(place)
    assert len(stops) >= reader.page.locator("a[href]:visible").count()


@pytest.mark.parametrize("path", PAGES)
def test_the_first_stop_leads_to_the_content(reader: Person, path: str) -> None:
    """A link that shows itself when it is reached, before everything else, leads past it (12.7)."""
    show(reader, path, WIDE)
    reader.page.keyboard.press("Tab")
    skip = reader.page.get_by_role("link", name=reader.words("Skip to the content"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reader.page.keyboard.press("Enter")
    expect(reader.main).to_be_focused()


def test_the_figures_stand_still_when_asked_to(reader: Person) -> None:
    """Numbers that renew themselves are stopped by a button, and go on at another press (13.1)."""
    asked: list[str] = []
    reader.page.clock.install()
    reader.page.on("request", lambda request: asked.append(request.url) if "/figures" in request.url else None)
    show(reader, HERE, WIDE)
    reader.page.wait_for_load_state("networkidle")
    asked.clear()  # the module itself is called figures, too
    reader.presses("Stop renewing the figures")
    reader.page.clock.run_for(600_000)
    assert asked == []
    with reader.page.expect_response("**/figures"):
        reader.presses("Renew the figures again")
    expect(reader.main.get_by_role("button", name=reader.words("Stop renewing the figures"))).to_be_focused()


@pytest.mark.parametrize("path", PAGES)
def test_the_markup_of_pages_is_valid_after_scripts_too(reader: Person, path: str) -> None:
    """What scripts have made of a page is held against the same rules as what was sent (8.2)."""
    show(reader, path, WIDE)
    reader.page.wait_for_load_state("networkidle")
    audit(reader.page.content())


def test_a_refused_form_says_what_is_wrong_and_how_to_mend_it(reader: Person) -> None:
    """The error names the field and shows an example; the field is marked and bound to it (11.10, 11.11, 7.5)."""
    show(reader, "/sign-in", WIDE)
    expect(reader.field("E-mail address")).to_have_accessible_description(re.compile(EXAMPLE))
    reader.writes("E-mail address", "claire.martin")
    reader.presses("Send me the e-mail")
    alert = reader.page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text(reader.words("E-mail address"))
    expect(alert).to_contain_text(EXAMPLE)
    field = reader.field("E-mail address")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(rf"{EXAMPLE}.*{EXAMPLE}"))
    alert.get_by_role("link").click()
    expect(field).to_be_focused()
