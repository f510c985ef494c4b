"""One's own account: what one brought and supported, one's name, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site

PAGE = f"{HERE}/contributions/7"
COMMENT = "Un avis affiché en mairie toucherait aussi ceux qui n’ont pas d’ordinateur."


def test_somebody_finds_what_they_did_and_takes_another_name(
    site: Site, somebody: Callable[..., Person], javascript: bool
) -> None:
    mona = somebody(site, name=f"Mona {'avec' if javascript else 'sans'}", javascript=javascript)
    mona.goes_to(PAGE)
    title = mona.heading.inner_text()
    mona.follows("Sign in to comment")
    acts.sign_in_with_code(mona)
    acts.introduce_oneself(mona)
    mona.presses("I support this")
    mona.sees("You support this.")
    acts.comment(mona, "For", COMMENT)
    expect(acts.the_comment(mona, COMMENT)).to_be_visible()

    banner = mona.page.get_by_role("banner")
    banner.get_by_role("link", name=mona.name).click()
    mona.sees_heading("My account")
    for section in ("My comments", "My supports"):
        part = mona.main.get_by_role("region", name=mona.words(section))
        expect(part.get_by_role("link", name=title)).to_be_visible()
    mona.sees(mona.email)

    mona.writes("Display name", "")
    mona.presses("Save my name")
    expect(mona.main.get_by_role("alert")).to_be_visible()
    mona.writes("Display name", f"{mona.name} R.")
    mona.presses("Save my name")
    expect(banner.get_by_role("link", name=f"{mona.name} R.")).to_be_visible()

    banner.get_by_role("button", name=mona.words("Sign out")).click()
    assert mona.holds_no_cookie()
