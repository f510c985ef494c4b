"""The team: from the one-time link on an empty installation to a consultation that a visitor takes part in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from consult.core.clock import civil_date, real_now
from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import Site, moved, printed_link

TITLE = "Quelle cour pour l’école des Tilleuls ?"
PATH = "/consultations/quelle-cour-pour-l-ecole-des-tilleuls"


def fill_in(camille: Person) -> None:
    """The form of a consultation, with two questions and one testimony, open from today."""
    today = civil_date(real_now(), "Europe/Paris")
    camille.writes("Name of the organisation", "Commune de Val-des-Tilleuls")
    camille.writes("Title", TITLE)
    camille.writes("Summary", "La cour sera refaite à l’automne : qu’y voulez-vous voir pousser ?")
    camille.main.get_by_label(camille.words("First day")).fill(today.isoformat())
    camille.main.get_by_label(camille.words("Last day")).fill(
        today.replace(year=today.year + 1, day=1).isoformat()
    )
    camille.writes("Introduction", "La cour a **quarante ans** et pas un arbre.")
    camille.writes("Question %(number)s", "Que faut-il planter ?", number=1)
    camille.presses("Add a question")
    camille.writes("Question %(number)s", "Que faut-il enlever ?", number=2)
    camille.presses("Add a testimony")
    voice = camille.main.get_by_role("group", name=camille.words("Testimony %(number)s", number=1))
    voice.get_by_label(camille.words("Name"), exact=True).fill("Odile P.")
    voice.get_by_label(camille.words("What they say")).fill("En juin, on ne peut plus y poser la main.")


def test_a_team_opens_a_consultation_in_the_browser_alone(
    fresh_site: Site, somebody: Callable[..., Person]
) -> None:
    site = fresh_site
    created = site.installation.do("user", "create", "--email", "camille@example.org", "--name", "Camille D.")
    camille = somebody(site, name="Camille D.")
    acts.use_one_time_link(camille, printed_link(created))
    assert camille.path == "/manage"
    camille.follows("Create a consultation")
    fill_in(camille)
    camille.presses("Save and preview")
    expect(camille.heading).to_have_text(TITLE)
    expect(camille.main.locator("strong", has_text="quarante ans")).to_be_visible()

    # A draft is the team's alone.
    visitor = somebody(site, name="Visitor")
    assert visitor.context.request.get(PATH).status == 404
    visitor.goes_to("/")
    visitor.sees("No consultation yet")

    camille.page.get_by_role("complementary").get_by_role("link", name=camille.words("Publish")).click()
    camille.sees_heading("Publish this consultation?")
    camille.main.get_by_role("button", name=camille.words("Publish")).click()
    assert camille.path in {"/manage", PATH}

    visitor.goes_to("/")
    visitor.link("Take part").click()
    assert visitor.path == PATH
    expect(visitor.heading).to_have_text(TITLE)
    visitor.sees("Que faut-il enlever ?")
    before = site.figures(PATH.rpartition("/")[2])
    assert (before["days"], before["participants"], before["visitors"]) == (1, 0, 1)

    # The team does not take part in its own consultation; a citizen does.
    camille.goes_to(PATH)
    expect(camille.link("Contribute", within=camille.main)).to_have_count(0)
    visitor.follows("Contribute")
    acts.write_contribution(
        visitor, question=1, title="Trois tilleuls, évidemment", body="De l’ombre pour la récréation de juin."
    )
    visitor.follows("Sign in and publish")
    acts.sign_in_with_link(visitor)
    acts.introduce_oneself(visitor)
    acts.publish_contribution(visitor)
    after = site.figures(PATH.rpartition("/")[2])
    assert moved(before, after) == {"participants": 1, "contributions": 1}


def test_moderation_hides_a_contribution_and_the_figures_follow(
    site: Site, somebody: Callable[..., Person]
) -> None:
    before = site.figures()
    page = "/consultations/gouvernance-ville-intelligente/contributions/7"
    team = somebody(site, name="Team")
    acts.use_one_time_link(team, site.team_link())
    team.goes_to(page)
    team.follows("Moderate", within=team.main.get_by_role("article", name=team.words("Text of the contribution")))
    team.presses("Hide")
    team.sees("Choose a reason.")
    team.picks("Reason", "Unrelated to the consultation")
    team.writes("In a few words", "Déplacée vers la consultation sur le budget.")
    team.presses("Hide")
    team.is_told("This is hidden now.")

    visitor = somebody(site, name="Visitor")
    assert visitor.context.request.get(page).status == 404
    after = site.figures()
    steps = moved(before, after)
    assert steps["contributions"] == -1
    assert steps["supports"] < 0
    assert steps["comments"] < 0
    assert steps.keys() <= {"contributions", "supports", "comments", "participants"}
    visitor.goes_to("/consultations/gouvernance-ville-intelligente")
    shown = visitor.figures_on_the_page()
    assert {name: shown[name] for name in steps} == {name: after[name] for name in steps}
    site.recount()

    team.picks("Reason", "Conforms to the charter after review")
    team.presses("Restore")
    team.is_told("This is public again.")
    assert moved(before, site.figures()) == {}
    visitor.goes_to(page)
