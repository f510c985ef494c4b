"""The queue: what gets in and out, its order, its filters, its cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consult.core.access import VISITOR, Refused
from consult.core.db import transaction
from consult.moderation import waiting
from consult.moderation.commands import decide_several
from consult.moderation.values import Act, Item, Kind, Reason, Show
from consult.moderation.waiting import WaitingCount
from consult.proposals.commands import withdraw_contribution
from consult.proposals.values import Status
from tests.conftest import NOW
from tests.moderation.acts import FIRST, decide, hold, items, numbers, queue, report, status
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements


@pytest.fixture
def made(make: Factory) -> Made:
    made = make.consultation()
    make.contribution(made)
    return made


def test_what_is_held_waits_until_it_is_released_refused_or_withdrawn(make: Factory, made: Made) -> None:
    hold(made)
    team = make.member(made.organisation_id)
    authors = [make.person() for _ in range(3)]
    held = [Item(Kind.CONTRIBUTION, make.contribution(made, author)) for author in authors]
    assert items(queue(made, Show.HELD)) == items(queue(made)) == held
    decide(made, team, Act.RELEASE, held[0])
    decide(made, team, Act.REFUSE, held[1])
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=authors[2], consultation_id=made.id, number=held[2].number, now=NOW)
    assert queue(made) == []
    assert [status(made, item) for item in held] == [Status.PUBLISHED, Status.HIDDEN, Status.WITHDRAWN]
    assert numbers(made) == (2, 2, 0, 0)


@pytest.mark.parametrize("act", [Act.RELEASE, Act.REFUSE])
def test_two_moderators_at_once_the_second_is_told(make: Factory, made: Made, act: Act) -> None:
    hold(made)
    held = Item(Kind.CONTRIBUTION, make.contribution(made))
    first, second = make.member(made.organisation_id), make.member(made.organisation_id)
    decide(made, first, Act.RELEASE if act is Act.REFUSE else Act.REFUSE, held)
    with pytest.raises(Refused) as refusal:
        decide(made, second, act, held)
    assert refusal.value.reason == "not_held"
    with pytest.raises(Refused) as refusal:
        decide(made, second, Act.DISMISS, FIRST)
    assert refusal.value.reason == "nothing_waits"
    numbers(made)


def test_hiding_settles_the_reports_and_a_dismissal_keeps_what_else_waits(make: Factory, made: Made) -> None:
    team = make.member(made.organisation_id)
    report(made, make.person())
    decide(made, team, Act.HIDE)
    assert queue(made) == []
    decide(made, team, Act.RESTORE)
    assert queue(made) == [], "settled reports do not come back"


def test_filters_show_their_own(make: Factory, made: Made) -> None:
    hold(made)
    report(made, make.person())
    held = Item(Kind.CONTRIBUTION, make.contribution(made))
    assert items(queue(made)) == [FIRST, held]
    assert items(queue(made, Show.REPORTED)) == [FIRST]
    assert items(queue(made, Show.HELD)) == [held]
    assert queue(made, Show.SIMILAR) == queue(made, Show.ANSWERED) == []


def test_pages_show_everything_once(make: Factory, made: Made) -> None:
    for number in range(2, 47):
        make.contribution(made, title=f"Une idée numéro {number}")
        report(made, make.person(), Item(Kind.CONTRIBUTION, number))
    for _more in range(2):
        report(made, make.person(), Item(Kind.CONTRIBUTION, 40))
    found = items(queue(made))
    assert found[0].number == 40
    assert sorted(item.number for item in found) == list(range(2, 47))


@pytest.mark.parametrize("cursor", ["x", "1", "-", "2-3", "0-²", "1-99999999999999999999"])
def test_a_cursor_that_cannot_be_read_starts_at_the_beginning(make: Factory, made: Made, cursor: str) -> None:
    report(made, make.person())
    with transaction() as session:
        assert len(waiting.list_waiting(session, consultation_id=made.id, after=cursor).items) == 1


def test_the_counts_of_the_dashboard(make: Factory, made: Made) -> None:
    other, quiet = make.consultation(), make.consultation()
    make.contribution(other)
    report(made, make.person())
    for _more in range(3):
        report(other, make.person())
    with transaction() as session:
        counts = waiting.waiting_counts(session, [made.id, other.id, quiet.id])
    assert counts == {made.id: WaitingCount(1, 0), other.id: WaitingCount(1, 1)}


def test_what_was_decided_about_the_author_before_is_told(make: Factory, made: Made) -> None:
    author, team = make.person(), make.member(made.organisation_id)
    sister, elsewhere = make.consultation(organisation_id=made.organisation_id), make.consultation()
    for place in (sister, elsewhere):
        number = make.contribution(place, author)
        decide(place, make.member(place.organisation_id), Act.HIDE, Item(Kind.CONTRIBUTION, number))
        make.comment(place, make.contribution(place), author)
    decide(sister, team, Act.HIDE, Item(Kind.COMMENT, 1))
    number = make.contribution(made, author)
    report(made, make.person(), Item(Kind.CONTRIBUTION, number))
    assert [entry.against_author for entry in queue(made)] == [2], "only of the same organisation"


def test_the_queue_costs_the_same_whatever_its_size(make: Factory, made: Made) -> None:
    counts = []
    for round_ in range(2):
        for number in range(1 if round_ == 0 else 18):
            contribution = make.contribution(made, title=f"Une idée numéro {number}")
            comment = make.comment(made, contribution)
            report(made, make.person(), Item(Kind.CONTRIBUTION, contribution))
            report(made, make.person(), Item(Kind.COMMENT, comment))
            make.now += timedelta(minutes=1)
        with recorded_statements() as statements, transaction() as session:
            waiting.list_waiting(session, consultation_id=made.id)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


# In bulk


def test_one_act_for_several_and_what_a_colleague_settled_is_left(make: Factory, made: Made) -> None:
    hold(made)
    team = make.member(made.organisation_id)
    held = [Item(Kind.CONTRIBUTION, make.contribution(made)) for _ in range(3)]
    comment = Item(Kind.COMMENT, make.comment(made, 1))
    decide(made, make.member(made.organisation_id), Act.REFUSE, held[1])
    with transaction(write=True) as session:
        left = decide_several(
            session,
            actor=team,
            consultation_id=made.id,
            items=[*held, comment, held[0], Item(Kind.COMMENT, 99)],
            act=Act.RELEASE,
            reason=Reason.REVIEWED,
            words="",
            now=NOW,
        )
    assert [(entry.item, entry.code) for entry in left] == [
        (held[1], "not_held"),
        (Item(Kind.COMMENT, 99), "not_there"),
    ]
    assert queue(made) == []
    assert numbers(made) == (4, 3, 0, 1)


def test_a_bulk_act_of_somebody_else_changes_nothing(make: Factory, made: Made) -> None:
    with pytest.raises(Refused) as refusal, transaction(write=True) as session:
        decide_several(
            session,
            actor=VISITOR,
            consultation_id=made.id,
            items=[FIRST],
            act=Act.HIDE,
            reason=Reason.INSULT,
            words="",
            now=NOW,
        )
    assert refusal.value.reason == "moderation_team_only"
    assert status(made, FIRST) is Status.PUBLISHED


def test_the_bulk_pages(client: AuditedClient, make: Factory, made: Made) -> None:
    comment = make.comment(made, 1)
    for item in (FIRST, Item(Kind.COMMENT, comment)):
        report(made, make.person(), item)
    client.sign_in(make.member(made.organisation_id))
    manage = f"/en/manage/consultations/{made.slug}/moderation"
    assert 'value="contribution-1"' in client.get(manage).get_data(as_text=True)
    nothing = client.get(f"{manage}/several?act=hide")
    assert nothing.status_code == 303
    assert "Select at least one" in client.get(nothing.location).get_data(as_text=True)
    assert client.get(f"{manage}/several?act=nonsense&item=contribution-1").status_code == 404
    ask = f"{manage}/several?act=hide&item=contribution-1&item=comment-{comment}&item=x&item=comment-99"
    page = client.get(ask).get_data(as_text=True)
    assert "Hide these texts?" in page
    assert "2 texts" in page
    sent = {"act": "hide", "item": ["contribution-1", f"comment-{comment}"]}
    again = client.send(f"{manage}/several", {**sent, "reason": ""}, page=ask)
    assert again.status_code == 422
    assert "Choose a reason." in again.get_data(as_text=True)
    done = client.send(f"{manage}/several", {**sent, "reason": "insult", "words": "Vise une personne"}, page=ask)
    assert done.status_code == 303
    page = client.get(done.location).get_data(as_text=True)
    assert "Done for 2 texts." in page
    assert "Nothing waits" in page
    late = client.send(f"{manage}/several", {**sent, "reason": "insult"}, page=ask)
    page = client.get(late.location).get_data(as_text=True)
    assert "Comment 1: This is hidden already." in page
    assert numbers(made) == (0, 0, 0, 0)


def test_the_dismissal_and_the_release_ask_for_nothing(client: AuditedClient, make: Factory, made: Made) -> None:
    hold(made)
    report(made, make.person())
    held = make.contribution(made)
    client.sign_in(make.member(made.organisation_id))
    manage = f"/en/manage/consultations/{made.slug}/moderation"
    page = client.get(f"{manage}/contributions/1").get_data(as_text=True)
    assert "Leave it public" in page
    assert "Hide it" in page
    assert client.send(f"{manage}/contributions/1", {"act": "dismiss"}).status_code == 303
    page = client.get(f"{manage}/contributions/{held}").get_data(as_text=True)
    assert "Publish it" in page
    assert "Do not publish it" in page
    refused = client.send(f"{manage}/contributions/{held}", {"act": "refuse", "reason": ""})
    assert refused.status_code == 422
    assert client.send(f"{manage}/contributions/{held}", {"act": "release"}).status_code == 303
    assert client.send(f"{manage}/contributions/{held}", {"act": "explode"}).status_code == 404
    assert queue(made) == []
    assert client.get(f"/en/consultations/{made.slug}/contributions/{held}").status_code == 200
