"""Every letter with every payload: what a mail program shows of it, and that none has a header of its own."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from typing import Any

import pytest
from flask_babel import lazy_gettext
from jinja2 import Environment, meta

from consult.core import clock
from consult.core.mail import Letter, build_message
from consult.core.web.letters import write_letter
from tests.journeys.hostile.conftest import HostilePlace
from tests.journeys.hostile.trap import Trap
from tests.support.installation import ROOT

LETTERS = sorted(path.stem for path in (ROOT / "templates" / "emails").glob("*.html") if path.stem != "layout")
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
}
PARTS = ["multipart/alternative", "text/plain", "text/html"]
OpenTrap = Callable[..., Trap]
# What a letter is given besides texts that people wrote: addresses of ours, numbers, digits.
OURS = {
    "link": "https://consult.example.org/x",
    "page_url": "https://consult.example.org/x",
    "public_url": "https://consult.example.org/x",
    "code": "123456",
    "days": 7,
    "minutes": 15,
    "act": "hide",
    "of_comment": False,
}


class Everything:
    """A text that is as well a list of one text, and has every attribute: it too that text.

    No `str`, whose methods would hide attributes of that name, and nothing that is markup already.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __getattr__(self, name: str) -> Everything:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Everything]:
        return iter((self,))

    def __getitem__(self, _key: object) -> Everything:
        return self


@cache
def variables(name: str, templates: Environment) -> frozenset[str]:
    """What a letter is given, by its templates."""
    asked: set[str] = set()
    for source in (f"{name}.html", f"{name}.txt"):
        text = (ROOT / "templates" / "emails" / source).read_text()
        asked |= meta.find_undeclared_variables(templates.parse(text))
    return frozenset(asked - set(templates.globals) - {"language", "site_name", "site_url", "subject"})


def written(place: HostilePlace, name: str, text: str, language: str = "fr") -> Letter:
    """This letter with that text wherever it shows any."""
    asked = variables(name, place.app.jinja_env)
    given: dict[str, Any] = dict.fromkeys(asked, Everything(text))
    given |= {key: value for key, value in OURS.items() if key in asked}
    subject = lazy_gettext("%(organisation)s invites you to its team", organisation=text)
    with place.app.app_context():
        return write_letter(name, recipient="claire@example.org", subject=subject, language=language, **given)


def sent(place: HostilePlace) -> list[EmailMessage]:
    """What the installation has sent."""
    box = mailbox.Maildir(place.installation.folder / "mailbox", create=False)
    return [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys()]


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("name", LETTERS)
def test_no_text_changes_a_letter(place: HostilePlace, open_trap: OpenTrap, name: str) -> None:
    trap = open_trap()
    peaceful = written(place, name, "Un texte paisible").html
    letters = {text: written(place, name, text).html for text in place.texts}
    letters |= {f"en {text}": written(place, name, text, "en").html for text in place.texts[::5]}
    found = trap.skeletons({"peaceful": peaceful, **letters})
    assert "h1" in found["peaceful"]
    assert [text for text in letters if found[text] != found["peaceful"]] == []
    trap.looked = len(letters)
    trap.verdict()


@pytest.mark.parametrize("name", LETTERS)
def test_no_text_adds_a_header(place: HostilePlace, name: str) -> None:
    for text in place.texts:
        letter = written(place, name, text)
        raw = build_message(letter, "Consult <consult@example.org>", clock.real_now()).as_bytes()
        read = message_from_bytes(raw, policy=policy.default)
        assert set(read.keys()) == HEADERS, text
        assert read["To"] == "claire@example.org"
        assert [part.get_content_type() for part in read.walk()] == PARTS


def test_the_letters_that_left(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap, messages = open_trap(), sent(place)
    assert len(messages) >= 150
    for message in messages:
        assert set(message.keys()) == HEADERS
        assert len(message["To"].addresses) == 1
        assert message["To"].addresses[0].domain == "example.org"
        assert [part.get_content_type() for part in message.walk()] == PARTS
    found = trap.skeletons({str(message["Message-ID"]): html_of(message) for message in messages})
    # One letter is written with words of the sender's, or without; a decision with them or without.
    assert len(set(found.values())) <= 6
    trap.looked = len(found)
    trap.verdict()


def test_the_mailbox_of_a_demonstration(place: HostilePlace, open_trap: OpenTrap) -> None:
    trap = open_trap()
    trap.look("/mailbox", "/en/mailbox")
    with place.app.test_client() as client:
        page = client.get("/mailbox").get_data(as_text=True)
        keys = sorted(set(re.findall(r'href="(/mailbox/[^"]+)"', page)))
        letters = {key: client.get(key).get_data(as_text=True) for key in keys}
    assert len(letters) >= 10
    assert len(set(trap.skeletons(letters).values())) <= 6
    trap.verdict()
