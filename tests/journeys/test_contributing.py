"""Signing in with the code and contributing, from the question to the published page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site, moved

TITLE = "Un registre des capteurs relu par les habitants"
BODY = (
    "Chaque année, une **soirée de relecture** du registre, commune par commune :\n\n"
    "- on y lit les fiches nouvelles ;\n- on y raye celles qui ne servent plus."
)


def test_a_citizen_signs_in_and_contributes(site: Site, somebody: Callable[..., Person], javascript: bool) -> None:
    before = site.figures()
    # Two of the same title would be two links of the same words, on pages that other tests look at.
    title = f"{TITLE}, {'avec' if javascript else 'sans'} écran"
    claire = somebody(site, name=f"Claire {'avec' if javascript else 'sans'}", javascript=javascript)
    claire.goes_to(HERE)
    assert claire.holds_no_cookie()
    claire.link("Answer this question").nth(1).click()

    # A title that is too short comes back with everything typed still there.
    expect(claire.main.get_by_role("radio").nth(1)).to_be_checked()
    claire.writes("Your idea in one sentence", "Relire")
    claire.presses("Continue")
    claire.sees("Please check these points")
    expect(claire.field("Your idea in one sentence")).to_have_value("Relire")
    expect(claire.main.get_by_role("radio").nth(1)).to_be_checked()
    (cookie,) = claire.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"

    claire.writes("Your idea in one sentence", title)
    claire.presses("Continue")
    similar = claire.page.get_by_role("region", name=claire.words("Does one of these say it already?"))
    expect(similar.get_by_role("link", name="Un registre public de tous les capteurs")).to_be_visible()
    claire.writes("Your contribution", BODY)
    claire.presses("Continue to the preview")
    expect(claire.main.locator("strong", has_text="soirée de relecture")).to_be_visible()
    expect(claire.main.get_by_role("button", name=claire.words("Publish my contribution"))).to_have_count(0)
    claire.follows("Sign in and publish")
    acts.sign_in_with_code(claire)
    acts.introduce_oneself(claire)

    # Signing in has lost no word.
    expect(claire.main.get_by_role("heading", name=title)).to_be_visible()
    assert moved(before, site.figures()) == {}
    number = acts.publish_contribution(claire)
    assert claire.path == f"{HERE}/contributions/{number}"
    expect(claire.heading).to_have_text(title)
    expect(claire.main.get_by_role("listitem").filter(has_text="on y lit les fiches nouvelles")).to_be_visible()
    claire.sees("Authors do not support their own contribution.")

    after = site.figures()
    assert moved(before, after) == {"participants": 1, "contributions": 1}
    claire.goes_to(HERE)
    assert claire.figures_on_the_page() == after
    claire.goes_to(f"{HERE}/statistics")
    assert claire.figures_on_the_page() == after

    # The next person finds it, under the name that was chosen.
    other = somebody(site, name="Reader", javascript=javascript)
    other.goes_to(f"{HERE}/contributions?sort=recent")
    card = other.main.get_by_role("article").first
    expect(card.get_by_role("link", name=title)).to_be_visible()
    expect(card).to_contain_text(claire.name)


def test_a_contribution_can_be_reworded_and_withdrawn(site: Site, somebody: Callable[..., Person]) -> None:
    before = site.figures()
    omar = somebody(site, name="Omar")
    omar.goes_to(f"{HERE}/contributions/new")
    acts.write_contribution(omar, question=1, title="Un conseil des usagers de l’eau", body=BODY)
    omar.follows("Sign in and publish")
    acts.sign_in_with_code(omar)
    acts.introduce_oneself(omar)
    number = acts.publish_contribution(omar)

    omar.follows("Edit")
    omar.writes("Your idea in one sentence", "Un conseil des usagers de l’eau et de l’air")
    omar.presses("Publish my changes")
    omar.is_told("Your changes are published.")
    expect(omar.heading).to_have_text("Un conseil des usagers de l’eau et de l’air")

    omar.follows("Withdraw")
    omar.presses("Withdraw my contribution")
    omar.is_told("Your contribution is withdrawn.")
    assert moved(before, site.figures()) == {}
    answer = omar.context.request.get(f"{HERE}/contributions/{number}")
    assert answer.status == 410
