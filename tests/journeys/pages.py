"""Every kind of page in every state, each with the way there; what is asked of them stands in other files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.journeys import acts
from tests.journeys.person import Person, open_person
from tests.journeys.site import ANNOUNCED, CLOSED, HERE, SLUG, Site
from tests.journeys.staged import open_staged
from tests.journeys.watch import Watch

LANGUAGES = ("fr", "en")
MANAGE = "/manage/consultations"
MANAGED = f"{MANAGE}/{SLUG}"
IDENTITY = "/manage/organisations/rives-d-ambrelle/identity"
MEMBERS = "/manage/organisations/rives-d-ambrelle/members"
# One word of its own per language: both citizens are at home on the same site.
DRAFTS = {"fr": "Une halle ouverte le soir aux associations", "en": "Une halle ouverte le matin aux écoles"}


@dataclass(frozen=True)
class People:
    """Who sees pages that others do not, all reading in one language."""

    site: Site
    language: str
    visitor: Person
    citizen: Person
    newcomer: Person
    team: Person

    def address(self, path: str) -> str:
        """The address of a page in their language."""
        return localized(path, self.language)

    def everybody(self) -> tuple[Person, ...]:
        """All of them."""
        return self.visitor, self.citizen, self.newcomer, self.team


def localized(path: str, language: str) -> str:
    """The same page in another language: French has no prefix."""
    return path if language == "fr" else f"/{language}{path}"


@contextmanager
def open_people(browser: Browser, site: Site, language: str) -> Iterator[People]:
    """A visitor; a citizen with a contribution, an edit and a draft; a newcomer on the way in; the team.

    Where they go their browsers may complain of statuses: pages that refuse something are among what they look at.
    """
    watches = []

    def somebody(name: str) -> Person:
        # Without motion nothing is measured half-way through a transition.
        person = open_person(
            browser.new_context,
            browser.version,
            site,
            name=f"{name} {language}",
            language=language,
            reduced_motion="reduce",
        )
        watches.append(Watch(person.context, site.url, meant=("4", "5")))
        return person

    found = People(site, language, *map(somebody, ("Visitor", "Noé", "Newcomer", "Team")))
    _prepare_citizen(found)
    found.newcomer.goes_to(found.address("/sign-in"))
    acts.sign_in_with_code(found.newcomer)
    acts.use_one_time_link(found.team, found.address(site.team_link()))
    yield found
    for person in found.everybody():
        person.context.close()
    for watch in watches:
        watch.verdict()


def _prepare_citizen(people: People) -> None:
    """Sign in, comment, publish a contribution and edit it, begin another one."""
    citizen, draft = people.citizen, DRAFTS[people.language]
    new = people.address(f"{HERE}/contributions/new")
    citizen.goes_to(people.address("/sign-in"))
    acts.sign_in_with_code(citizen)
    acts.introduce_oneself(citizen)
    citizen.goes_to(new)
    acts.write_contribution(citizen, question=2, title=draft, body="De 18 h à 22 h, **toute l’année**, sans clef.")
    acts.publish_contribution(citizen)
    citizen.follows("Edit")
    citizen.writes("Your idea in one sentence", f"{draft} et aux écoles")
    citizen.presses("Publish my changes")
    citizen.is_told("Your changes are published.")
    citizen.goes_to(people.address(f"{HERE}/contributions/2"))
    acts.comment(citizen, "Against", "Une carte seule ne dit pas qui regarde.")
    citizen.is_told("Your comment is published.")
    citizen.goes_to(new)
    acts.write_contribution(
        citizen, question=1, title="Un registre des capteurs", body="Avec une carte imprimable."
    )


def own(people: People, rest: str = "") -> Page:
    """A page about the citizen's own contribution."""
    citizen = people.citizen
    citizen.goes_to(people.address(f"{HERE}/contributions?sort=recent"))
    citizen.main.get_by_role("article").get_by_role("link", name=DRAFTS[people.language]).click()
    if rest:
        citizen.goes_to(f"{citizen.path}/{rest}")
    return citizen.page


def at(who: str, path: str, status: int = 200) -> Callable[[People], Page]:
    """A page that one reaches by its address."""

    def go(people: People) -> Page:
        person: Person = getattr(people, who)
        answer = person.page.goto(people.address(path))
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return person.page

    return go


def refused(who: str, path: str, button: str) -> Callable[[People], Page]:
    """A form that came back because nothing was filled in."""

    def go(people: People) -> Page:
        person: Person = getattr(people, who)
        person.goes_to(people.address(path))
        person.main.get_by_role("button", name=person.words(button)).last.click()
        person.sees("Please check these points")
        return person.page

    return go


def failure(status: int, place: str = "") -> Callable[[People], Page]:
    """The page of a failure, at an address of a consultation or of none."""

    def go(people: People) -> Page:
        page = people.visitor.page
        path = people.address(f"{place}/staged/{status}")
        open_staged(page, people.site.installation.folder, people.site.url, path)
        return page

    return go


def code_page(people: People) -> Page:
    """The page that takes the code, as it is after a mail was sent."""
    people.visitor.goes_to(people.address("/sign-in"))
    acts.ask_for_a_mail(people.visitor)
    return people.visitor.page


PAGES: dict[str, Callable[[People], Page]] = {
    "home": at("visitor", "/"),
    "an open consultation": at("visitor", HERE),
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
    "journal": at("visitor", f"{HERE}/journal"),
    "follow-up": at("visitor", f"{HERE}/follow-up"),
    "follow-up with its outcome": at("visitor", f"/consultations/{CLOSED}/follow-up"),
    "sign in": at("visitor", "/sign-in"),
    "sign in refused": refused("visitor", "/sign-in", "Send me the e-mail"),
    "sign in with a password": at("visitor", "/sign-in/password"),
    "a password refused": refused("visitor", "/sign-in/password", "Sign in"),
    "code": code_page,
    "mailbox": at("visitor", "/mailbox"),
    "a link used up": at("visitor", "/sign-in/link/nothing", 410),
    "no such contribution": at("visitor", f"{HERE}/contributions/999", 404),
    "not found": at("visitor", "/nowhere", 404),
    "forbidden": at("citizen", "/manage", 403),
    "withdrawn": failure(410, HERE),
    "not accepted": failure(422),
    "too many attempts": failure(429),
    "a crash": failure(500, HERE),
    "maintenance": failure(503),
    "style guide": at("visitor", "/styleguide"),
    "legal notice": at("visitor", "/legal"),
    "privacy": at("visitor", "/privacy"),
    "accessibility": at("visitor", "/accessibility"),
    "site map": at("visitor", "/site-map"),
    "welcome": at("newcomer", "/sign-in/welcome"),
    "welcome refused": refused("newcomer", "/sign-in/welcome", "Open my account"),
    "account": at("citizen", "/account"),
    "signing in": at("citizen", "/account/security"),
    "open sessions": at("citizen", "/account/sessions"),
    "e-mails I get": at("citizen", "/account/notifications"),
    "show that it is you": at("citizen", "/account/confirm"),
    "change of address": at("citizen", "/account/address"),
    "a password set": at("citizen", "/account/password"),
    "second factor set up": at("citizen", "/account/second-factor"),
    "my data": at("citizen", "/account/data"),
    "erase my account": at("citizen", "/account/erase"),
    "erase my account refused": refused("citizen", "/account/erase", "Erase my account for good"),
    "new conditions": at("citizen", "/account/conditions"),
    "conditions as they were": at("visitor", "/consent/2026-11-22"),
    "account erased": at("visitor", "/account/erased"),
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
    "paper and meetings": at("team", f"{MANAGE}/{CLOSED}/paper"),
    "typing in": at("team", f"{MANAGED}/paper/new"),
    "typing in refused": refused("team", f"{MANAGED}/paper/new", "Publish and type in another one"),
    "a correction": at("team", f"{MANAGE}/{CLOSED}/paper/4/edit"),
    "a withdrawal": at("team", f"{MANAGE}/{CLOSED}/paper/4/withdraw"),
    "publication of the synthesis": at("team", f"{MANAGE}/{CLOSED}/synthesis"),
    "identity of the organisation": at("team", IDENTITY),
    "members of the team": at("team", MEMBERS),
    "members of the team refused": refused("team", MEMBERS, "Send the invitation"),
    "an invitation used up": at("visitor", "/invitations/nothing", 410),
    "an invitation of somebody else": at("citizen", "/account/invitations/99", 403),
    "moderation": at("team", f"{MANAGED}/moderation"),
    "everything to moderate": at("team", f"{MANAGED}/moderation?show=everything"),
    "moderation log": at("visitor", f"{HERE}/moderation"),
    "a report": at("citizen", f"{HERE}/contributions/1/report"),
    "moderation of a contribution": at("team", f"{MANAGED}/moderation/contributions/12"),
    "a hidden contribution": at("team", f"{HERE}/contributions/12"),
}

# The style guide shows each component several times, landmarks among them, and colours that are not for text.
EXCUSED = {"style guide": frozenset({"landmark-unique"})}
