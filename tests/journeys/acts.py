"""What citizens and teams come to do, each act from its first page to its last."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from tests.journeys.person import Person

_LINK = "/sign-in/link/"
_CODE = re.compile(r"^\d{6}$")
_MOST_LOOKS = 40


# Who asked for mails to an address of a site: two people of one address would read each other's.
_ASKED: dict[tuple[str, str], Person] = {}


def ask_for_a_mail(person: Person) -> None:
    """On the sign-in page: leave the address."""
    key = (urlsplit(person.page.url).netloc, person.email)
    assert _ASKED.setdefault(key, person) is person, f"another person of this site is called {person.name}"
    person.sees_heading("Sign in")
    person.writes("E-mail address", person.email)
    person.presses("Send me the e-mail")
    person.sees_heading("Check your e-mail")


def open_the_mail(person: Person) -> Locator:
    """Look into the demonstration's mailbox until the mail to this person is there."""
    person.follows("Read the e-mail in the mailbox of the demonstration")
    mail = person.main.get_by_role("article").filter(has_text=person.email).first
    for _ in range(_MOST_LOOKS):
        if mail.count():
            return mail
        person.page.wait_for_timeout(250)
        person.follows("Look again")
    raise AssertionError(f"no mail to {person.email} has arrived")


def code_of_the_mail(person: Person) -> str:
    """From the page that takes the code to the mail and back; the six digits."""
    code = open_the_mail(person).get_by_text(_CODE).inner_text()
    while not person.path.endswith("/sign-in/code"):
        person.page.go_back()
    return code


def sign_in_with_code(person: Person) -> None:
    """From the sign-in page: ask, read the mail, type its six digits."""
    ask_for_a_mail(person)
    person.writes("Six-digit code", code_of_the_mail(person))
    person.main.get_by_role("button", name=person.words("Sign in"), exact=True).click()


def sign_in_with_link(person: Person) -> None:
    """From the sign-in page: ask, open the mail's link, confirm."""
    ask_for_a_mail(person)
    open_the_mail(person).get_by_role("link", name=_LINK).click()
    person.sees_heading("One last step")
    person.presses("Sign in")


def introduce_oneself(person: Person) -> None:
    """A first sign-in: the name to be shown under, and the consent."""
    person.sees_heading("Welcome")
    person.writes("Display name", person.name)
    person.ticks("I have read these conditions and open my account under them.")
    person.presses("Open my account")
    person.is_told("Hello %(name)s, your account is open.", name=person.name)


def use_one_time_link(person: Person, path: str) -> None:
    """Open a link that a command printed and confirm."""
    person.goes_to(path)
    person.presses("Sign in")


def write_contribution(person: Person, *, question: int, title: str, body: str) -> None:
    """From the first step to the preview."""
    person.sees_heading("Bring a contribution")
    person.main.get_by_role("radio", name=re.compile(rf"^{question}\. ")).check()
    person.writes("Your idea in one sentence", title)
    person.presses("Continue")
    person.writes("Your contribution", body)
    person.presses("Continue to the preview")
    expect(person.main.get_by_role("heading", name=title)).to_be_visible()


def publish_contribution(person: Person) -> int:
    """From the preview to the page of the contribution; its number."""
    person.presses("Publish my contribution")
    number = int(urlsplit(person.page.url).path.rpartition("/")[2])
    person.is_told("Thank you! Your contribution no. %(number)s is published.", number=number)
    return number


def comment(person: Person, stance: str, body: str) -> None:
    """On the page of a contribution: say what speaks for it or against it."""
    person.chooses(stance)
    person.writes("Your comment", body)
    person.presses("Publish my comment")


def the_comment(person: Person, body: str) -> Locator:
    """The comment that says this."""
    return person.main.locator("article.comment").filter(has_text=body).last
