"""What was typed into a form that is refused comes back on its page: as text, whatever it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from flask.testing import FlaskClient

from consult.accounts import commands as accounts
from consult.accounts.models import Person, SecondFactor
from consult.accounts.rules import _BROWSERS as BROWSERS
from consult.accounts.rules import _SYSTEMS as SYSTEMS
from consult.accounts.rules import describe_device, hash_token
from consult.accounts.sessions import signed_in_data
from consult.core import clock
from consult.core.db import transaction
from tests.journeys.hostile.conftest import HostilePlace
from tests.journeys.hostile.test_pages import members_of
from tests.journeys.hostile.trap import Trap
from tests.journeys.hostile.typed_back import FORMS, Sent
from tests.support.clients import csrf_token

ROWS, TOGETHER = 5, 10
OpenTrap = Callable[..., Trap]


class Somebody:
    """A browser of a person, with the token that its forms need."""

    def __init__(self, place: HostilePlace, who: str) -> None:
        self.place = place
        self.client: FlaskClient = place.app.test_client()
        cookie = cookie_of(place, who)
        if cookie:
            self.client.set_cookie("consult", cookie)
        self.csrf = ""

    def path_of(self, sent: Sent) -> str:
        """Where it is sent: to a member, or about a decision that nobody has answered yet."""
        if "{member}" in sent.path:
            return sent.path.format(member=members_of(self.place)[0])
        return sent.path.format(decision=self.place.seeded.decisions[-1])

    def send(self, sent: Sent, texts: Iterator[str]) -> tuple[int, str]:
        """Send the form filled with the next texts; the status and the page."""
        path = self.path_of(sent)
        filled: dict[str, object] = {name: f"{next(texts)}{sent.end}" for name in sent.typed}
        if sent.form == "consultations.PreviewForm":
            answer = self.client.get(path, query_string=filled)
            return answer.status_code, answer.get_data(as_text=True)
        for name, parts in sent.rows.items():
            filled |= {f"{name}-{row}-{part}": next(texts) for row in range(ROWS) for part in parts}
        filled |= {name: (io.BytesIO(b"no picture"), " ".join(next(texts).split())) for name in sent.files}
        self.csrf = self.csrf or csrf_token(self.client.get(sent.page or path).get_data(as_text=True))
        answer = self.client.post(path, data={**filled, **sent.fixed, "csrf_token": self.csrf})
        return answer.status_code, answer.get_data(as_text=True)


def cookie_of(place: HostilePlace, who: str) -> str:
    """The cookie of somebody; of a visitor who has asked for a code, or proven an address, as well."""
    seeded, now = place.seeded, clock.real_now()
    known = {
        "visitor": "",
        "author": seeded.author_token,
        "team": seeded.team_token,
        "administrator": seeded.administrator_token,
        "citizen": seeded.citizen_token,
    }
    if who in known:
        return known[who]
    until = (now + timedelta(minutes=20)).isoformat()
    data = {
        "asking": {"sign_in": {"email": "x@example.org", "next": None}},
        "welcome": {"proven": {"email": "y@example.org", "next": None, "until": until}},
    }
    with place.app.app_context(), transaction(write=True) as session:
        if who == "pending":
            person = Person(email="pending@example.org", display_name="Pending", created_at=now)
            session.add(person)
            session.flush()
            session.add(SecondFactor(person_id=person.id, sealed_secret="", last_step=0, created_at=now))
            kept = signed_in_data(person.id, second_factor=False, device="", now=now)
        else:
            kept = data[who]
        token = f"token of {who}, which is long enough"
        accounts.store_browser_session(
            session,
            browser_id=None,
            token_hash=hash_token(token),
            data=kept,
            now=now,
            expires_at=now + timedelta(hours=1),
        )
    return token


@pytest.mark.parametrize("sent", FORMS, ids=lambda sent: f"{sent.form} {sent.path}")
def test_what_comes_back_is_text(place: HostilePlace, open_trap: OpenTrap, sent: Sent) -> None:
    """Ten payloads in a field at a time, every field moved on by one: each field has held each of them."""
    trap, somebody, pages = open_trap(), Somebody(place, sent.who), {}
    together = ["\n".join(place.texts[at : at + TOGETHER]) for at in range(0, len(place.texts), TOGETHER)]
    for turn in range(len(together)):
        texts = cycle([*together[turn:], *together[:turn]])
        status, page = somebody.send(sent, texts)
        assert status == 422, f"{sent.form}: {status}"
        pages[f"{sent.form} {turn}"] = page
    trap.look_at(pages)
    trap.verdict()


@pytest.mark.parametrize("path", ["/sign-in", "/consultations/tout/contributions/new"])
def test_a_form_to_send_once_more_keeps_texts_and_names_of_fields(
    place: HostilePlace, open_trap: OpenTrap, path: str
) -> None:
    trap, client, pages = open_trap(), place.app.test_client(), {}
    csrf = csrf_token(client.get(path).get_data(as_text=True))
    for number, text in enumerate(place.texts):
        sent = {"csrf_token": csrf, "website": "x", f"{text} {number}": f"{text} ", "email": text, "title": text}
        answer = client.post(path, data=sent)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "as-typed" in page or " " not in text.strip()
        pages[f"{path} {number}"] = page
    trap.look_at(pages)
    trap.verdict()


def test_no_browser_is_kept_in_its_own_words(place: HostilePlace) -> None:
    """What is kept is two words of ours, whatever the header says."""
    known = {*(name for name, _marks in BROWSERS), *(name for name, _marks in SYSTEMS)}
    for text in place.texts:
        for agent in (text, f"{text} Firefox/140.0 {text} Linux"):
            assert set(filter(None, describe_device(agent).split(", "))) <= known
