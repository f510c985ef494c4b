"""A person without a mouse: Tab, Enter, Space and typing, and a focus that can always be seen."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.person import Person

_MOST_TABS = 80
# What has the focus: whether it stands in the window, and whether an outline sets it off.
_FOCUS = """() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
        name: element.tagName + ' ' + (element.id || element.textContent.trim().slice(0, 60)),
        seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && box.left < innerWidth,
        setOff: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        nowhere: element === document.body,
    };
}"""


class Keyboard:
    """The keys of one person's browser."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    def tabs_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus; every stop on the way must be visible."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            self.sees_the_focus()
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached within {_MOST_TABS} tabs")

    def opens(self, target: Locator) -> None:
        """Go to a link or a button and press Enter; wait for the page that comes."""
        self.tabs_to(target)
        self.enters()

    def enters(self) -> None:
        """Press Enter and wait for the page that comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def types_into(self, target: Locator, text: str) -> None:
        """Go to a field and type."""
        self.tabs_to(target)
        self.page.keyboard.type(text)
        expect(target).to_have_value(text)

    def sees_the_focus(self) -> None:
        """What has the focus lies in the window and is set off."""
        focus = self.page.evaluate(_FOCUS)
        if focus["nowhere"]:  # between the last stop of the page and the browser's own bars
            return
        assert focus["seen"], f"the focus is out of sight: {focus['name']} on {self.person.path}"
        assert focus["setOff"], f"the focus does not show: {focus['name']} on {self.person.path}"
