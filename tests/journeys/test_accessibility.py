"""Every kind of page in axe-core: light and dark, narrow and wide, and without scrolling sideways at 320 px."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import acts, axe
from tests.journeys.person import Person, open_person
from tests.journeys.site import ANNOUNCED, CLOSED, HERE, SLUG, Site

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
MANAGE = "/manage/consultations"
MANAGED = f"{MANAGE}/{SLUG}"
DRAFT = "Une halle ouverte le soir aux associations"


@dataclass(frozen=True)
class People:
    """Who sees pages that others do not."""

    visitor: Person
    citizen: Person
    newcomer: Person
    team: Person


@pytest.fixture(scope="module")
def people(browser: Browser, site: Site) -> Iterator[People]:
    """A visitor; a citizen with a contribution, an edit and a draft; a newcomer on the way in; the team."""

    def somebody(name: str) -> Person:
        # Without motion nothing is measured half-way through a transition.
        return open_person(browser.new_context, browser.version, site, name=name, reduced_motion="reduce")

    found = People(somebody("Visitor of pages"), somebody("Noé"), somebody("Newcomer"), somebody("Team of pages"))
    prepare_citizen(found.citizen)
    found.newcomer.goes_to("/sign-in")
    acts.sign_in_with_code(found.newcomer)
    acts.use_one_time_link(found.team, site.team_link())
    yield found
    for person in (found.visitor, found.citizen, found.newcomer, found.team):
        person.context.close()


def prepare_citizen(citizen: Person) -> None:
    """Sign in, comment, publish a contribution and edit it, begin another one."""
    new = f"{HERE}/contributions/new"
    citizen.goes_to("/sign-in")
    acts.sign_in_with_code(citizen)
    acts.introduce_oneself(citizen)
    citizen.goes_to(new)
    acts.write_contribution(citizen, question=2, title=DRAFT, body="De 18 h à 22 h, **toute l’année**, sans clef.")
    acts.publish_contribution(citizen)
    citizen.follows("Edit")
    citizen.writes("Title", f"{DRAFT} et aux écoles")
    citizen.presses("Publish my changes")
    citizen.is_told("Your changes are published.")
    citizen.goes_to(f"{HERE}/contributions/2")
    acts.comment(citizen, "Against", "Une carte seule ne dit pas qui regarde.")
    citizen.goes_to(new)
    acts.write_contribution(
        citizen, question=1, title="Un registre des capteurs", body="Avec une carte imprimable."
    )


def own(people: People, rest: str = "") -> Page:
    """A page about the citizen's own contribution."""
    people.citizen.goes_to(f"{HERE}/contributions?sort=recent")
    people.citizen.main.get_by_role("article").get_by_role("link", name=DRAFT).click()
    if rest:
        people.citizen.goes_to(f"{people.citizen.path}/{rest}")
    return people.citizen.page


def at(who: str, path: str, status: int = 200) -> Callable[[People], Page]:
    """A page that one reaches by its address."""

    def go(people: People) -> Page:
        person: Person = getattr(people, who)
        answer = person.page.goto(path)
        assert answer is not None
        assert answer.status == status
        return person.page

    return go


def refused(who: str, path: str, button: str) -> Callable[[People], Page]:
    """A form that came back because nothing was filled in."""

    def go(people: People) -> Page:
        person: Person = getattr(people, who)
        person.goes_to(path)
        person.main.get_by_role("button", name=person.words(button)).last.click()
        person.sees("Please check these points")
        return person.page

    return go


def code_page(people: People) -> Page:
    """The page that takes the code, as it is after a mail was sent."""
    people.visitor.goes_to("/sign-in")
    acts.ask_for_a_mail(people.visitor)
    return people.visitor.page


PAGES: dict[str, Callable[[People], Page]] = {
    "home": at("visitor", "/"),
    "home in English": at("visitor", "/en/"),
    "an open consultation": at("visitor", HERE),
    "an open consultation in English": at("visitor", f"/en{HERE}"),
    "an announced consultation": at("visitor", f"/consultations/{ANNOUNCED}"),
    "a closed consultation": at("visitor", f"/consultations/{CLOSED}"),
    "about": at("visitor", f"{HERE}/about"),
    "testimonies": at("visitor", f"{HERE}/testimonies"),
    "contributions": at("visitor", f"{HERE}/contributions"),
    "contributions not found": at("visitor", f"{HERE}/contributions?q=zzzz"),
    "no contributions yet": at("visitor", f"/consultations/{ANNOUNCED}/contributions"),
    "a contribution": at("visitor", f"{HERE}/contributions/1"),
    "a closed contribution": at("visitor", f"/consultations/{CLOSED}/contributions/1"),
    "statistics": at("visitor", f"{HERE}/statistics"),
    "follow-up": at("visitor", f"{HERE}/follow-up"),
    "follow-up with its outcome": at("visitor", f"/consultations/{CLOSED}/follow-up"),
    "sign in": at("visitor", "/sign-in"),
    "sign in refused": refused("visitor", "/sign-in", "Send me the e-mail"),
    "code": code_page,
    "mailbox": at("visitor", "/mailbox"),
    "a link used up": at("visitor", "/sign-in/link/nothing", 410),
    "not found": at("visitor", "/nowhere", 404),
    "welcome": at("newcomer", "/sign-in/welcome"),
    "welcome refused": refused("newcomer", "/sign-in/welcome", "Open my account"),
    "account": at("citizen", "/account"),
    "a contribution to comment": at("citizen", f"{HERE}/contributions/2"),
    "a comment refused": refused("citizen", f"{HERE}/contributions/2", "Publish my comment"),
    "a reply": at("citizen", f"{HERE}/contributions/2?reply=4#comment-form"),
    "own contribution": own,
    "own contribution edited": lambda people: own(people, "edit"),
    "own contribution withdrawn": lambda people: own(people, "withdraw"),
    "earlier texts": lambda people: own(people, "history"),
    "first step": at("citizen", f"{HERE}/contributions/new"),
    "second step": at("citizen", f"{HERE}/contributions/new/text"),
    "third step": at("citizen", f"{HERE}/contributions/new/preview"),
    "dashboard": at("team", "/manage"),
    "new consultation": at("team", f"{MANAGE}/new"),
    "new consultation refused": refused("team", f"{MANAGE}/new", "Save the draft"),
    "texts and dates": at("team", f"{MANAGED}/edit"),
    "preview": at("team", f"{MANAGED}/preview"),
    "moderation": at("team", f"{MANAGED}/moderation"),
    "moderation of a contribution": at("team", f"{MANAGED}/moderation/contributions/12"),
    "a hidden contribution": at("team", f"{HERE}/contributions/12"),
}


def looks() -> list[tuple[str, str]]:
    """Pairwise: each page in both themes and both widths; the two combinations alternate from page to page."""
    return [(name, ("dark", "light")[place % 2]) for place, name in enumerate(PAGES)]


@pytest.mark.parametrize(("name", "narrow_theme"), looks(), ids=list(PAGES))
def test_page_is_accessible(people: People, name: str, narrow_theme: str) -> None:
    wide_theme = "light" if narrow_theme == "dark" else "dark"
    page = PAGES[name](people)
    faults = []
    for theme, size in ((wide_theme, WIDE), (narrow_theme, NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        faults += [f"{size['width']} px, {theme}: {line}" for line in axe.violations(page)]
    across, room = page.evaluate("[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]")
    if across > room:
        faults.append(f"320 px: the page scrolls sideways, it is {across} px wide")
    assert not faults, "\n".join([page.url, *faults])
