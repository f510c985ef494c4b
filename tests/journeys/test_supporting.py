"""Signing in with the link of the mail; giving a support and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site, moved

PAGE = f"{HERE}/contributions/3"
SUPPORTS = 6


def the_count(person: Person) -> Locator:
    """Where the number of supports stands, beside the button."""
    return person.page.get_by_role("complementary", name=person.words("Supports"))


def test_a_citizen_supports_and_takes_it_back(
    site: Site, somebody: Callable[..., Person], javascript: bool
) -> None:
    before = site.figures()
    lea = somebody(site, name=f"Léa {'avec' if javascript else 'sans'}", javascript=javascript)
    lea.goes_to(PAGE)
    expect(the_count(lea)).to_contain_text(lea.words.count("%(count)s support", "%(count)s supports", SUPPORTS))
    lea.follows("I support this")
    acts.sign_in_with_link(lea)
    acts.introduce_oneself(lea)
    assert lea.path == PAGE

    # Signing in alone supports nothing: the button does.
    assert moved(before, site.figures()) == {}
    lea.presses("I support this")
    expect(the_count(lea)).to_contain_text(lea.words("You support this."))
    after = site.figures()
    assert moved(before, after) == {"participants": 1, "supports": 1}
    expect(the_count(lea)).to_contain_text(
        lea.words.count("%(count)s support", "%(count)s supports", SUPPORTS + 1)
    )
    lea.goes_to(HERE)
    assert lea.figures_on_the_page() == after

    lea.goes_to(PAGE)
    lea.presses("Take back my support")
    expect(lea.main.get_by_role("button", name=lea.words("I support this"))).to_be_visible()
    assert moved(before, site.figures()) == {}

    # Signing out takes the session along: the button leads to the sign-in page again.
    lea.page.get_by_role("banner").get_by_role("button", name=lea.words("Sign out")).click()
    assert lea.holds_no_cookie()
    lea.goes_to(PAGE)
    expect(lea.link("I support this")).to_be_visible()
