"""The team types in what came on paper, without a mouse; everybody reads it and counts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import expect

from consult.core.clock import civil_date, real_now
from tests.journeys import acts
from tests.journeys.keys import Keyboard
from tests.journeys.pages import MANAGED
from tests.journeys.person import Person
from tests.journeys.site import HERE, Site, moved

TITLE = "Un panneau au pied de chaque mât"


def a_day_that_reads_both_ways(today: date) -> date:
    """The latest day whose number is that of its month: browsers take day and month in either order."""
    this_month = today.replace(day=today.month)
    if this_month <= today:
        return this_month
    return date(today.year, today.month - 1, today.month - 1) if today.month > 1 else date(today.year - 1, 12, 12)


def test_a_letter_is_typed_in_without_a_mouse(site: Site, somebody: Callable[..., Person]) -> None:
    before = site.figures()
    team = somebody(site, name="Claire", reduced_motion="reduce")
    keys = Keyboard(team)
    acts.use_one_time_link(team, site.team_link())
    team.goes_to(f"{MANAGED}/paper")
    keys.opens(team.link("Type in a contribution"))

    received = a_day_that_reads_both_ways(civil_date(real_now(), "Europe/Paris"))
    keys.tabs_to(team.main.get_by_role("radio", name=team.words("On paper: a letter, a register, a form")))
    team.page.keyboard.press("Space")
    keys.tabs_to(team.main.get_by_label(team.words("Received on")))
    team.page.keyboard.type(received.strftime("%d%m%Y"))
    expect(team.main.get_by_label(team.words("Received on"))).to_have_value(received.isoformat())
    keys.types_into(team.field("Where the original is"), "registre de la mairie, p. 12")
    keys.tabs_to(team.main.get_by_role("radio").nth(2))
    team.page.keyboard.press("Space")
    keys.types_into(team.field("The idea in one sentence"), TITLE)
    keys.types_into(team.field("What it says"), "Dire ce que chaque mât mesure.")
    keys.types_into(team.field("Author, as named on the paper"), "Odile P.")
    keys.types_into(team.field("Key of the author"), "R12")
    keys.enters()
    team.sees(TITLE)
    assert moved(before, site.figures()) == {"participants": 1, "contributions": 1}

    # Whoever reads it is told how it came, and nothing that is the team's alone.
    number = team.main.locator("[data-number]").first.get_attribute("data-number")
    visitor = somebody(site, name="Visitor")
    visitor.goes_to(f"{HERE}/contributions/{number}")
    expect(visitor.heading).to_have_text(TITLE)
    visitor.sees("Odile P.")
    expect(visitor.main).not_to_contain_text("R12")
    expect(visitor.main).not_to_contain_text("registre")

    # A mistyped one is taken back, with a reason that everybody may read.
    team.goes_to(f"{MANAGED}/paper")
    keys.opens(team.link("Withdraw").first)
    keys.types_into(team.field("Reason"), "Saisie pour un essai")
    keys.enters()
    team.sees("Reason: %(reason)s", reason="Saisie pour un essai")
    assert moved(before, site.figures()) == {}
    site.recount()
