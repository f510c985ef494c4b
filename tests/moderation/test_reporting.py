"""Reports: who may, once each, also after the close; nobody but the team learns of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from consult.accounts.events import PersonErased
from consult.consultations.values import State
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.events import emit
from consult.moderation import policies
from consult.moderation.models import Report
from consult.moderation.rules import URGENT_REPORTS
from consult.moderation.values import Act, Item, Kind, Reason
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.core.web.marks import settings_of, typed_into
from tests.moderation.acts import FIRST, decide, hold, items, numbers, people, queue, report
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

COMMENT = Item(Kind.COMMENT, 1)
WORDS = "Il vise ma voisine."


@pytest.fixture
def made(make: Factory) -> Made:
    made = make.consultation()
    make.comment(made, make.contribution(made))
    return made


@pytest.mark.parametrize("state", list(State))
def test_the_policy_is_the_same_in_every_state_but_in_preparation(state: State) -> None:
    refusals = {
        "visitor": (Actor(), "sign_in_first"),
        "citizen": (Actor(person_id=2), ""),
        "author": (Actor(person_id=1), "own_text"),
        "team": (Actor(person_id=3, roles={1: Role.MODERATOR}), "team_moderates"),
        "other_team": (Actor(person_id=3, roles={2: Role.MODERATOR}), ""),
        "platform": (Actor(person_id=3, is_administrator=True), "team_moderates"),
    }
    for name, (actor, code) in refusals.items():
        decision = policies.can_report(actor, organisation_id=1, state=state, author_id=1)
        assert decision.reason == ("consultation_draft" if state is State.DRAFT else code), name


@pytest.mark.parametrize("item", [FIRST, COMMENT])
def test_the_command_asks_the_policy(make: Factory, made: Made, item: Item) -> None:
    allowed = {"citizen", "other_team"}
    for name, actor in people(make, made.organisation_id).items():
        if name in allowed:
            assert report(made, actor, item)
            continue
        with pytest.raises(Refused):
            report(made, actor, item)
    assert [entry.reports for entry in queue(made)] == [2]


def test_one_open_report_for_each_person_and_text(make: Factory, made: Made) -> None:
    reader, team = make.person(), make.member(made.organisation_id)
    assert report(made, reader)
    assert not report(made, reader, reason=Reason.ADVERTISING)
    assert [(entry.reports, entry.reasons) for entry in queue(made)] == [(1, ((Reason.INSULT, 1),))]
    decide(made, team, Act.DISMISS)
    assert queue(made) == []
    assert report(made, reader), "the first one is settled"
    row = {"consultation_id": made.id, "contribution_id": 1, "reporter_id": reader.person_id, "reason": "insult"}
    with pytest.raises(IntegrityError), transaction(write=True) as session:
        session.execute(insert(Report).values(words="", reported_at=NOW, **row))


def test_many_reports_hide_nothing_but_go_to_the_top(make: Factory, made: Made) -> None:
    make.contribution(made, title="Un marché le jeudi")
    before = numbers(made)
    report(made, make.person(), COMMENT)
    for count in range(1, URGENT_REPORTS + 1):
        report(made, make.person(), Item(Kind.CONTRIBUTION, 2))
        first = items(queue(made))[0]
        assert first == (COMMENT if count < URGENT_REPORTS else Item(Kind.CONTRIBUTION, 2))
    assert [entry.urgent for entry in queue(made)] == [True, False]
    assert numbers(made) == before


def test_a_closed_consultation_is_reported_too(make: Factory) -> None:
    closed = make.consultation(closes_on=date(2026, 3, 12))
    make.contribution(closed)
    assert report(closed, make.person(), now=datetime(2026, 4, 1, 9, 0, tzinfo=UTC))


def test_what_is_not_public_is_not_there_to_be_reported(make: Factory, made: Made) -> None:
    team = make.member(made.organisation_id)
    decide(made, team, Act.HIDE)
    for item in (FIRST, COMMENT, Item(Kind.COMMENT, 9)):
        with pytest.raises(NotFound):
            report(made, make.person(), item)
    hold(made)
    held = make.contribution(made)
    with pytest.raises(NotFound):
        report(made, make.person(), Item(Kind.CONTRIBUTION, held))


@pytest.mark.parametrize(
    ("reason", "words", "code"),
    [
        (Reason.REVIEWED, "", "reason_unfit"),
        (Reason.OTHER, " ", "words_missing"),
        (Reason.INSULT, "x" * 1001, "words_long"),
        (Reason.INSULT, "\x00", "characters"),
    ],
)
def test_reports_that_do_not_hold(make: Factory, made: Made, reason: Reason, words: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        report(made, make.person(), reason=reason, words=words)
    assert error.value.code == code
    assert queue(made) == []


@pytest.mark.parametrize("item", [FIRST, COMMENT])
def test_reporting_on_the_page(client: AuditedClient, make: Factory, made: Made, item: Item) -> None:
    reader = make.person("Solène Dupré")
    place = f"/en/consultations/{made.slug}/contributions/1"
    address = f"{place}/report" if item is FIRST else f"{place}/comments/1/report"
    assert client.get(address).location.startswith("/en/sign-in?next=")
    client.sign_in(reader)
    assert address in client.get(place).get_data(as_text=True)
    answer = client.send(address, {"reason": "", "words": WORDS})
    assert answer.status_code == 422
    assert WORDS in answer.get_data(as_text=True)
    answer = client.send(address, {"reason": "insult", "words": WORDS, "reporter_id": "1", "contribution_id": "9"})
    assert answer.status_code == 303
    assert "nobody else learns" in client.get(answer.location).get_data(as_text=True)
    again = client.send(address, {"reason": "insult"})
    assert "reported this already" in client.get(again.location).get_data(as_text=True)

    team = AuditedClient(client.application)
    team.sign_in(make.member(made.organisation_id, Role.MODERATOR))
    manage = f"/en/manage/consultations/{made.slug}/moderation"
    page = team.get(f"{manage}/{item.kind.value}s/1").get_data(as_text=True)
    assert WORDS in page
    assert "Solène" not in page, "who reports is told to nobody"
    assert "1 report" in team.get(manage).get_data(as_text=True)
    assert "1 text to moderate" in team.get("/en/manage").get_data(as_text=True)
    other = AuditedClient(client.application)
    other.sign_in(make.person())
    for path in (place, "/en/account", f"/en/consultations/{made.slug}/moderation"):
        assert WORDS not in other.get(path).get_data(as_text=True)


def test_a_report_that_comes_at_once_is_sent_again(client: AuditedClient, make: Factory, made: Made) -> None:
    client.sign_in(make.person())
    address = f"/en/consultations/{made.slug}/contributions/1/report"
    with settings_of(client.application, form_seconds=600):
        page = client.get(address).get_data(as_text=True)
        answer = client.post(address, data=typed_into(page, reason="insult", words=WORDS))
        assert answer.status_code == 422
        assert WORDS in answer.get_data(as_text=True)
        trapped = {**typed_into(page, reason="insult"), "website": "http://example.org"}
        assert client.post(address, data=trapped).status_code == 422
    assert queue(made) == []
    assert client.post(address, data=typed_into(page, reason="insult", words=WORDS)).status_code == 303
    assert [entry.reports for entry in queue(made)] == [1]


def test_the_ways_to_a_report_that_are_closed(client: AuditedClient, make: Factory, made: Made) -> None:
    place = f"/en/consultations/{made.slug}/contributions/1"
    assert f"{place}/report" in client.get(place).get_data(as_text=True), "a visitor signs in on the way"
    client.sign_in(make.member(made.organisation_id))
    assert f"{place}/report" not in client.get(place).get_data(as_text=True)
    assert client.get(f"{place}/report").status_code == 403
    make.contribution(made, title="Un marché le jeudi")
    assert client.get(f"/en/consultations/{made.slug}/contributions/2/comments/1/report").status_code == 404
    decide(made, make.member(made.organisation_id), Act.HIDE)
    reader = AuditedClient(client.application)
    reader.sign_in(make.person())
    assert reader.get(f"{place}/report").status_code == 404
    assert reader.get(f"{place}/comments/1/report").status_code == 404


def test_an_erased_person_has_reported_nothing(make: Factory, made: Made) -> None:
    reader = make.person()
    report(made, reader, words=WORDS)
    with transaction(write=True) as session:
        emit(session, PersonErased(person_id=reader.person_id or 0, keep_texts=True, at=NOW))
        row: Any = session.scalars(select(Report)).one()
        assert (row.reporter_id, row.words, row.reason) == (None, "", Reason.INSULT)
    assert [entry.reports for entry in queue(made)] == [1], "what was reported still waits"
