"""Reading: from the home page to one contribution and the statistics, in French and then in English."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.person import Person
from tests.journeys.site import ANNOUNCED, CLOSED, HERE, SLUG, Site

TITLE = "Ville intelligente : inventer de nouvelles formes de gouvernance"
WITNESSES = ("Nadège Courtiaud", "Lucien Hartevel", "Maëlle Sorigny", "Idriss Belkamel")


def test_somebody_reads_a_consultation_and_leaves_no_trace_but_a_count(
    site: Site, somebody: Callable[..., Person], javascript: bool
) -> None:
    before = site.figures()
    reader = somebody(site, name=f"Reader {javascript}", javascript=javascript)
    reader.goes_to("/")
    expect(reader.page.locator("html")).to_have_attribute("lang", "fr")
    reader.link("Take part").click()
    expect(reader.heading).to_have_text(TITLE)
    assert reader.figures_on_the_page() == before
    sections = reader.page.get_by_role("navigation", name=reader.words("Sections of this consultation"))

    reader.follows("About", within=sections)
    reader.sees_heading("About")
    expect(reader.main.get_by_role("blockquote").first).to_be_visible()

    reader.follows("Testimonies", within=sections)
    for witness in WITNESSES:
        expect(reader.main.get_by_role("figure").filter(has_text=witness)).to_be_visible()

    reader.follows("Contributions", within=sections)
    cards = reader.main.get_by_role("article")
    expect(cards).to_have_count(before["contributions"])
    reader.main.get_by_role("searchbox", name=reader.words("Search")).fill("registre imprimable")
    reader.presses("Show")
    expect(cards).to_have_count(1)
    cards.get_by_role("link").first.click()
    expect(reader.heading).to_have_text("Un registre public de tous les capteurs")
    expect(reader.main.get_by_role("heading", name=reader.words("Arguments for"))).to_be_visible()

    reader.follows("Statistics", within=sections)
    reader.sees_heading("Statistics")
    plots = reader.main.get_by_role("figure")
    assert plots.count() >= 3
    plots.first.get_by_text(reader.words("The numbers as a table")).click()
    expect(plots.first.get_by_role("table")).to_be_visible()

    reader.changes_language("English", "en")
    assert reader.path == f"/en{HERE}/statistics"
    reader.sees_heading("Statistics")
    reader.link(TITLE).first.click()
    expect(reader.heading).to_have_text(TITLE)
    expect(reader.heading).to_have_attribute("lang", "fr")

    # The same reader all day, however many pages: one visitor more, and nothing kept in the browser.
    assert site.figures() == before | {"visitors": before["visitors"] + 1}
    assert reader.holds_no_cookie()
    assert reader.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_every_state_says_what_one_can_do(site: Site, somebody: Callable[..., Person]) -> None:
    reader = somebody(site, name="Reader of states")
    reader.goes_to(f"/consultations/{ANNOUNCED}")
    reader.link("Prepare your answer").click()
    reader.sees_heading("About")
    reader.goes_to(f"/consultations/{CLOSED}/contributions/1")
    # Nothing to do there but to hand its address on.
    expect(reader.main.locator("form[method=post]")).to_have_count(0)
    reader.goes_to(f"/consultations/{CLOSED}/follow-up")
    reader.sees("What came of it")
    reader.goes_to("/en/")
    reader.words = type(reader.words)("en")
    for label in ("Open now", "Coming soon", "Closed, and what came of them"):
        expect(reader.main.get_by_role("heading", name=label)).to_be_visible()
    assert reader.holds_no_cookie()


def test_the_figures_and_files_can_be_taken_away(site: Site, somebody: Callable[..., Person]) -> None:
    reader = somebody(site, name="Reader of files")
    reader.goes_to(f"{HERE}/statistics")
    for label, kind in (("The synthesis (PDF)", "application/pdf"), ("The contributions (CSV)", "text/csv")):
        address = reader.link(label).first.get_attribute("href")
        assert address is not None
        answer = reader.context.request.get(address)
        assert answer.ok, f"{label}: {answer.status}"
        assert answer.headers["content-type"].startswith(kind)
    assert re.fullmatch(r"\d+", str(site.figures()["supports"]))
    assert reader.context.request.get(f"{HERE}/statistics.json").json()["slug"] == SLUG
    assert reader.holds_no_cookie()


def test_a_mail_is_drawn_with_its_own_styles_and_under_a_strict_policy(
    site: Site, somebody: Callable[..., Person]
) -> None:
    reader = somebody(site, name="Reader of mails")
    reader.goes_to("/sign-in")
    acts.ask_for_a_mail(reader)
    acts.open_the_mail(reader).get_by_role("link", name=reader.words("See it as e-mail programs show it")).click()
    expect(reader.page.locator(".mail__card")).to_have_css("border-radius", "6px")
    reader.page.emulate_media(color_scheme="dark")
    expect(reader.page.locator("body")).to_have_css("background-color", "rgb(21, 26, 24)")
