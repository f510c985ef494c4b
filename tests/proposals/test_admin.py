"""The team's pages of paper and meetings."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest

from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from consult.organisations.values import Role
from consult.proposals import paper
from consult.proposals.paper import PaperItem, list_paper
from consult.proposals.values import Channel, Status
from tests.proposals.test_paper import AFTER, counted, publish_synthesis
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

FILLED = {
    "channel": "meeting",
    "received_on": "2026-03-05",
    "source": "compte rendu, p. 3",
    "question": "2",
    "title": "Garder le pavage",
    "body": "Le pavage a **cent ans**.",
    "author_name": "Odile P.",
    "author_key": "R12",
}


def index(made: Made) -> str:
    return f"/en/manage/consultations/{made.slug}/paper"


def items(made: Made) -> tuple[PaperItem, ...]:
    with transaction() as session:
        return list_paper(session, consultation_id=made.id).items


@pytest.fixture
def made(make: Factory) -> Made:
    """An open consultation with one contribution written on the site, number 1."""
    made = make.consultation()
    make.contribution(made)
    return made


@pytest.fixture
def manager(client: AuditedClient, make: Factory, made: Made) -> AuditedClient:
    """The browser of a manager."""
    client.sign_in(make.member(made.organisation_id))
    return client


def test_who_reaches_the_pages(client: AuditedClient, make: Factory, made: Made) -> None:
    number = make.paper(made)
    people: dict[str, tuple[Actor | None, int]] = {
        "visitor": (None, 302),
        "citizen": (make.person(), 403),
        "moderator": (make.member(made.organisation_id, Role.MODERATOR), 403),
        "other_team": (make.member(make.organisation(), Role.ADMINISTRATOR), 403),
        "manager": (make.member(made.organisation_id), 200),
        "platform": (make.administrator(), 200),
    }
    for name, (actor, expected) in people.items():
        browser = AuditedClient(client.application)
        if actor is not None:
            browser.sign_in(actor)
        for page in ("", "/new", f"/{number}/edit", f"/{number}/withdraw"):
            assert browser.get(index(made) + page).status_code == expected, (name, page)
    assert counted(made) == (2, 1)


def test_what_is_typed_in_is_public_at_once(manager: AuditedClient, made: Made) -> None:
    assert manager.send(f"{index(made)}/new", FILLED).status_code == 303
    (item,) = items(made)
    assert (item.number, item.channel, item.question_number) == (2, Channel.MEETING, 2)
    assert (item.author, item.author_key, item.source) == ("Odile P.", "R12", "compte rendu, p. 3")
    page = manager.get(index(made)).text
    assert "key R12" in page
    assert "Received on 5 Mar 2026" in page

    shown = AuditedClient(manager.application).get(f"/en/consultations/{made.slug}/contributions/2").text
    assert "received at a meeting on 5 Mar 2026, typed in on 10 Mar 2026" in re.sub(r"\s+", " ", shown)
    for secret in ("R12", "compte rendu", item.entered_by):
        assert secret not in shown, "where it comes from is for the team"


def test_another_one_from_the_same_place_is_half_filled_in(manager: AuditedClient, made: Made) -> None:
    answer = manager.send(f"{index(made)}/new", {**FILLED, "then": "another"})
    page = manager.get(answer.location).text
    assert 'value="2026-03-05"' in page
    assert 'value="compte rendu, p. 3"' in page
    assert "Garder le pavage" not in page
    assert manager.get(f"{index(made)}/new?channel=web&received_on=yesterday").status_code == 200


def test_a_form_sent_twice_counts_once(manager: AuditedClient, made: Made) -> None:
    page = manager.get(f"{index(made)}/new").text
    hidden = dict(re.findall(r'name="(csrf_token|token)"[^>]*value="([^"]+)"', page))
    assert hidden.keys() == {"csrf_token", "token"}
    for _sending in range(2):
        assert manager.post(f"{index(made)}/new", data={**hidden, **FILLED}).status_code == 303
    assert len(items(made)) == 1
    assert manager.send(f"{index(made)}/new", FILLED).status_code == 303
    assert len(items(made)) == 2, "another form is another contribution"


MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"channel": "web"}, "Say whether it came on paper"),
    ({"channel": ""}, "Say whether it came on paper"),
    ({"received_on": ""}, "Enter the day on which it was received"),
    ({"received_on": "5 mars"}, "Enter the date as year-month-day"),
    ({"received_on": "2026-02-28"}, "before the consultation opened"),
    ({"received_on": "2026-03-11"}, "on a day to come"),
    ({"source": ""}, "Say where the original can be found."),
    ({"question": ""}, "Choose the question that it answers"),
    ({"question": "9"}, "Choose the question that it answers"),
    ({"title": "Halle"}, "at least 8 characters"),
    ({"body": " "}, "Type in what the contribution says."),
    ({"author_key": "k" * 121}, "at most 120 characters"),
]


def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(manager: AuditedClient, made: Made) -> None:
    for changes, sentence in MISTAKES:
        answer = manager.send(f"{index(made)}/new", {**FILLED, **changes})
        assert answer.status_code == 422, changes
        assert sentence in answer.text, changes
        for name in FILLED.keys() - changes.keys() - {"body", "channel", "question"}:
            assert f'value="{FILLED[name]}"' in answer.text, (changes, name)
    assert items(made) == ()


def test_no_question_in_particular_is_an_answer(manager: AuditedClient, make: Factory, made: Made) -> None:
    assert manager.send(f"{index(made)}/new", {**FILLED, "question": "none"}).status_code == 303
    assert items(made)[0].question_number is None
    free = make.consultation(organisation_id=made.organisation_id, questions=())
    assert manager.send(f"{index(free)}/new", {**FILLED, "question": "1"}).status_code == 303
    assert items(free)[0].question_number is None


def test_correcting_keeps_the_earlier_text(manager: AuditedClient, make: Factory, made: Made) -> None:
    number = make.paper(made, key="R1", body="Garder la hale.")
    address = f"{index(made)}/{number}/edit"
    page = manager.get(address).text
    assert "Garder la hale." in page
    assert 'name="author_key"' not in page
    changed = {**FILLED, "title": "Garder le pavage de la halle", "body": "Garder la halle.", "author_key": "R99"}
    assert manager.send(address, changed).status_code == 303
    item = items(made)[0]
    assert (item.body, item.author_key, item.channel) == ("Garder la halle.", "R1", Channel.MEETING)
    history = manager.get(f"/en/consultations/{made.slug}/contributions/{number}/history").text
    assert "Garder la hale." in history
    wrong = manager.send(address, {**changed, "received_on": "2026-04-01"})
    assert wrong.status_code == 422
    assert "this came too late" in wrong.text


def test_withdrawing_says_why(manager: AuditedClient, make: Factory, made: Made) -> None:
    number = make.paper(made, key="R1")
    address = f"{index(made)}/{number}/withdraw"
    assert manager.send(address, {"reason": " "}).status_code == 422
    assert counted(made) == (2, 2)
    assert manager.send(address, {"reason": "Saisie deux fois"}).status_code == 303
    assert items(made)[0].status is Status.WITHDRAWN
    assert counted(made) == (1, 1)
    page = manager.get(index(made)).text
    assert "Reason: Saisie deux fois" in page
    assert f"/paper/{number}/edit" not in page
    for gone in (address, f"{index(made)}/{number}/edit"):
        assert manager.get(gone).status_code == 403
    public = f"/en/consultations/{made.slug}/contributions/{number}"
    assert "This contribution is withdrawn" in manager.get(public).text
    moderation = manager.get(f"/en/manage/consultations/{made.slug}/moderation/contributions/{number}").text
    assert "there is nothing to moderate" in moderation


def test_only_what_was_typed_in_is_there(manager: AuditedClient, made: Made) -> None:
    for page in ("1/edit", "1/withdraw", "99/edit"):
        assert manager.get(f"{index(made)}/{page}").status_code == 404


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("announced", "typed in from its first day on"),
        ("closed", ""),
        ("published", "The synthesis is published"),
    ],
)
def test_the_list_says_when_nothing_can_be_typed_in(
    client: AuditedClient, make: Factory, state: str, sentence: str
) -> None:
    made = make.consultation(opens_on=date(2026, 3, 20) if state == "announced" else date(2026, 3, 1))
    client.sign_in(make.member(made.organisation_id))
    now = AFTER if state != "announced" else clock.now()
    if state == "published":
        publish_synthesis(made)
    with clock.frozen_at(now):
        page = client.get(index(made)).text
        assert ("Type in a contribution" in page) is (not sentence)
        assert sentence in page
        assert client.get(f"{index(made)}/new").status_code == (403 if sentence else 200)


def test_a_list_goes_on(
    manager: AuditedClient, make: Factory, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "LISTED", 2)
    for _number in range(3):
        make.paper(made)
    first = manager.get(index(made)).text
    assert re.findall(r'data-number="(\d+)"', first) == ["4", "3"]
    rest = manager.get(f"{index(made)}?after=3").text
    assert re.findall(r'data-number="(\d+)"', rest) == ["2"]


def test_a_citizen_gains_nothing_from_extra_fields(manager: AuditedClient, made: Made) -> None:
    extra: dict[str, Any] = {"number": "77", "status": "hidden", "author_id": "1", "created_at": "2020-01-01"}
    assert manager.send(f"{index(made)}/new", {**FILLED, **extra}).status_code == 303
    (item,) = items(made)
    assert (item.number, item.status) == (2, Status.PUBLISHED)
    assert item.entered_at > datetime.fromisoformat("2026-03-01T00:00:00+00:00")
