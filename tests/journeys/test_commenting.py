"""Commenting a contribution, and answering a comment."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site, moved

PAGE = f"{HERE}/contributions/6"
ARGUMENT = "Un délai par défaut protège aussi les agents : plus de dossier oublié."
ANSWER = "Oui, à condition que le délai soit affiché sur chaque formulaire."


def test_one_citizen_comments_and_another_replies(
    site: Site, somebody: Callable[..., Person], javascript: bool
) -> None:
    before = site.figures()
    how = "avec" if javascript else "sans"
    nour, bastien = (somebody(site, name=f"{name} {how}", javascript=javascript) for name in ("Nour", "Bastien"))
    nour.goes_to(PAGE)
    nour.follows("Sign in to comment")
    acts.sign_in_with_code(nour)
    acts.introduce_oneself(nour)
    expect(nour.main.get_by_role("group", name=nour.words("Your comment is"), exact=True)).to_be_visible()
    nour.presses("Publish my comment")
    nour.sees("Write your comment before you send it.")
    argument = f"{ARGUMENT} ({how})"
    acts.comment(nour, "For", argument)
    nour.is_told("Your comment is published.")
    side = nour.page.get_by_role("region", name=nour.words("Arguments for"))
    expect(side.get_by_text(argument)).to_be_visible()
    assert moved(before, site.figures()) == {"participants": 1, "comments": 1}

    bastien.goes_to(PAGE)
    bastien.follows("Sign in to comment")
    acts.sign_in_with_link(bastien)
    acts.introduce_oneself(bastien)
    bastien.follows("Reply", within=acts.the_comment(bastien, argument))
    bastien.sees("Reply to %(author)s", author=nour.name)
    bastien.writes("Your reply", ANSWER)
    bastien.presses("Publish my reply")
    bastien.is_told("Your comment is published.")
    thread = acts.the_comment(bastien, argument)
    expect(thread.get_by_role("article").filter(has_text=ANSWER)).to_be_visible()
    # A reply cannot be answered in turn.
    expect(thread.get_by_role("article").get_by_role("link", name=bastien.words("Reply"))).to_have_count(0)

    after = site.figures()
    assert moved(before, after) == {"participants": 2, "comments": 2}
    bastien.goes_to(f"{HERE}/statistics")
    assert bastien.figures_on_the_page() == after
