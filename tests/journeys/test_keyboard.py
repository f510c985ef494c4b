"""One whole journey without a mouse: find the consultation, contribute, sign in, publish, support, account."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.keys import Keyboard
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site, moved

TITLE = "Des permanences sans rendez-vous au marché"
BODY = "Deux samedis par mois, une table au marché pour poser ses questions sur les capteurs."
COMMENT = "Le téléphone suffit rarement."


def test_a_citizen_contributes_without_a_mouse(site: Site, somebody: Callable[..., Person]) -> None:
    before = site.figures()
    # Without motion a page is where it is scrolled to at once.
    ines = somebody(site, name="Ines", reduced_motion="reduce")
    keys = Keyboard(ines)
    ines.goes_to("/")

    # The first stop leads past the header.
    ines.page.keyboard.press("Tab")
    keys.sees_the_focus()
    expect(ines.page.get_by_role("link", name=ines.words("Skip to the content"))).to_be_focused()
    ines.page.keyboard.press("Enter")
    expect(ines.main).to_be_focused()
    keys.opens(ines.link("Take part"))
    keys.opens(ines.link("Answer this question").first)

    # An error is where the focus goes, and it leads to its field.
    keys.tabs_to(ines.main.get_by_role("button", name=ines.words("Continue")))
    keys.enters()
    expect(ines.main.get_by_role("alert")).to_be_focused()
    keys.tabs_to(ines.main.get_by_role("alert").get_by_role("link").last)
    ines.page.keyboard.press("Enter")
    expect(ines.field("Your idea in one sentence")).to_be_focused()
    ines.page.keyboard.type(TITLE)
    keys.enters()

    keys.types_into(ines.field("Your contribution"), BODY)
    keys.opens(ines.main.get_by_role("button", name=ines.words("Continue to the preview")))
    keys.opens(ines.link("Sign in and publish"))
    sign_in(ines, keys)
    keys.opens(ines.main.get_by_role("button", name=ines.words("Publish my contribution")))
    expect(ines.heading).to_have_text(TITLE)
    assert moved(before, site.figures()) == {"participants": 1, "contributions": 1}

    ines.goes_to(f"{HERE}/contributions/4")
    # What scripts do in place leaves the focus where the work goes on.
    keys.tabs_to(ines.main.get_by_role("button", name=ines.words("I support this")))
    ines.page.keyboard.press("Enter")
    expect(ines.main.get_by_role("button", name=ines.words("Take back my support"))).to_be_focused()
    ines.sees("You support this.")
    keys.tabs_to(ines.main.get_by_role("radio", name=ines.words("Neutral")))
    ines.page.keyboard.press("ArrowUp")
    expect(ines.main.get_by_role("radio", name=ines.words("Against"))).to_be_checked()
    keys.types_into(ines.field("Your comment"), COMMENT)
    keys.tabs_to(ines.main.get_by_role("button", name=ines.words("Publish my comment")))
    ines.page.keyboard.press("Enter")
    expect(acts.the_comment(ines, COMMENT)).to_be_focused()
    assert moved(before, site.figures()) == {"participants": 1, "contributions": 1, "supports": 1, "comments": 1}
    changes_the_name(ines, keys)


def sign_in(ines: Person, keys: Keyboard) -> None:
    """With the code of the mail, and on to the first sign-in."""
    keys.types_into(ines.field("E-mail address"), ines.email)
    keys.enters()
    code = acts.code_of_the_mail(ines)
    keys.types_into(ines.field("Six-digit code"), code)
    keys.enters()
    keys.types_into(ines.field("Display name"), ines.name)
    consent = ines.main.get_by_role("checkbox")
    keys.tabs_to(consent)
    ines.page.keyboard.press("Space")
    expect(consent).to_be_checked()
    keys.opens(ines.main.get_by_role("button", name=re.compile(ines.words("Open my account"))))


def changes_the_name(ines: Person, keys: Keyboard) -> None:
    """From the header to the account: what one brought is listed, and one's name can be mended."""
    ines.page.reload()
    keys.opens(ines.page.get_by_role("banner").get_by_role("link", name=ines.name))
    ines.sees_heading("My account")
    expect(ines.main.get_by_role("link", name=TITLE)).to_be_visible()
    keys.tabs_to(ines.field("Display name"))
    ines.page.keyboard.press("ControlOrMeta+a")
    ines.page.keyboard.type(f"{ines.name} B.")
    keys.opens(ines.main.get_by_role("button", name=ines.words("Save my name")))
    expect(ines.page.get_by_role("banner").get_by_role("link", name=f"{ines.name} B.")).to_be_visible()
