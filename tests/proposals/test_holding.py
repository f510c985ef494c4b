"""First posts that wait for the team: who must wait, who knows of them, and that they count only once released."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consult.consultations import queries as consultations
from consult.consultations.commands import lock_consultation
from consult.consultations.models import Consultation
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.events import install_handlers
from consult.proposals import commands, comments
from consult.proposals.events import (
    CommentHeld,
    CommentPublished,
    CommentStatusChanged,
    ContributionHeld,
    ContributionPublished,
    ContributionStatusChanged,
)
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Stance, Status
from consult.reports.queries.recount import recount
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

SECRET = "Une phrase que personne ne doit lire encore."
LATER = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def made(make: Factory) -> Made:
    """An open consultation that holds first posts, with one public contribution by somebody known."""
    made = make.consultation()
    make.contribution(made, title="Un marché le jeudi")
    hold(made)
    return made


def hold(made: Made, *, on: bool = True) -> None:
    with transaction(write=True) as session:
        session.get_one(Consultation, made.id).hold_first_posts = on


def numbers(made: Made, now: datetime = NOW) -> tuple[int, int, int, int]:
    """Participants, contributions, supports, comments; all countings must agree."""
    with transaction() as session:
        found = recount(session, made.id, now=now)
        assert found.agrees, found
        read = consultations.figures(session, made.id, now)
    return read.participants, read.contributions, read.supports, read.comments


def decide(made: Made, number: int, status: Status, *, comment: bool = False, now: datetime = NOW) -> None:
    with transaction(write=True) as session:
        command = comments.set_comment_status if comment else commands.set_contribution_status
        locked = lock_consultation(session, made.id)
        command(session, consultation=locked, number=number, status=status, now=now, held=True)


def status_of(made: Made, number: int) -> Status:
    with transaction() as session:
        return commands.find_contribution(session, made.id, number).status


def test_the_first_post_of_a_person_waits_and_counts_once_it_is_released(make: Factory, made: Made) -> None:
    newcomer = make.person()
    number = make.contribution(made, newcomer)
    assert (number, status_of(made, number)) == (2, Status.HELD), "its number is taken"
    assert numbers(made) == (1, 1, 0, 0)
    decide(made, number, Status.PUBLISHED)
    assert numbers(made) == (2, 2, 0, 0)
    assert status_of(made, make.contribution(made, newcomer)) is Status.PUBLISHED, "the team knows them now"
    assert numbers(made) == (2, 3, 0, 0)


def test_whoever_stands_published_at_the_organisation_does_not_wait(make: Factory, made: Made) -> None:
    commenter, stranger = make.person(), make.person()
    sister = make.consultation(organisation_id=made.organisation_id)
    make.comment(sister, make.contribution(sister), commenter)
    elsewhere = make.consultation()
    make.contribution(elsewhere, stranger)
    assert status_of(made, make.contribution(made, commenter)) is Status.PUBLISHED
    assert status_of(made, make.contribution(made, stranger)) is Status.HELD
    hold(made, on=False)
    assert status_of(made, make.contribution(made, stranger)) is Status.PUBLISHED


def test_whoever_was_refused_waits_again(make: Factory, made: Made) -> None:
    newcomer = make.person()
    decide(made, make.contribution(made, newcomer), Status.HIDDEN)
    assert numbers(made) == (1, 1, 0, 0)
    assert status_of(made, make.contribution(made, newcomer)) is Status.HELD


def test_a_held_comment_moves_nothing_until_it_is_released(make: Factory, made: Made) -> None:
    first = make.comment(made, 1)
    assert numbers(made) == (1, 1, 0, 0)
    decide(made, first, Status.PUBLISHED, comment=True)
    assert numbers(made) == (2, 1, 0, 1)
    reply = make.comment(made, 1, parent=first)
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        comments.set_comment_status(session, consultation=locked, number=first, status=Status.HIDDEN, now=NOW)
    decide(made, reply, Status.PUBLISHED, comment=True)
    assert numbers(made) == (1, 1, 0, 0), "what it answers is hidden"
    with transaction(write=True) as session:
        locked = lock_consultation(session, made.id)
        comments.set_comment_status(session, consultation=locked, number=first, status=Status.PUBLISHED, now=NOW)
    assert numbers(made) == (3, 1, 0, 2)


def test_what_is_released_after_the_close_counts_on_the_day_of_its_release(make: Factory) -> None:
    made = make.consultation(closes_on=date(2026, 3, 12))
    hold(made)
    number = make.contribution(made)
    decide(made, number, Status.PUBLISHED, now=LATER)
    assert numbers(made, LATER) == (1, 1, 0, 0)
    with transaction() as session:
        before = consultations.figures_at(session, made.id, (LATER - timedelta(days=1)).date())
        after = consultations.figures_at(session, made.id, LATER.date())
        received = commands.find_contribution(session, made.id, number).created_at
    assert (before.contributions, after.contributions) == (0, 1), "what was known on the day before stays"
    assert received == NOW


@pytest.mark.parametrize("comment", [False, True])
def test_its_author_may_withdraw_it_but_not_change_it(make: Factory, made: Made, comment: bool) -> None:
    author = make.person()
    number = make.comment(made, 1, author) if comment else make.contribution(made, author)
    values: dict[str, Any] = {"consultation_id": made.id, "number": number, "now": NOW}
    command = comments.withdraw_comment if comment else commands.withdraw_contribution
    with pytest.raises(Refused) as refusal, transaction(write=True) as session:
        command(session, actor=make_stranger(author), **values)
    assert refusal.value.reason == "not_author"
    if not comment:
        with pytest.raises(Refused) as refusal, transaction(write=True) as session:
            text = prepare_contribution("Un autre titre", "Un autre texte, assez long.")
            commands.edit_contribution(session, actor=author, question_number=1, text=text, **values)
        assert refusal.value.reason == "still_held"
    with transaction(write=True) as session:
        command(session, actor=author, **values)
    assert numbers(made) == (1, 1, 0, 0)
    with pytest.raises(Refused) as refusal:
        decide(made, number, Status.PUBLISHED, comment=comment)
    assert refusal.value.reason == "withdrawn_by_author"


def make_stranger(author: Actor) -> Actor:
    return Actor(person_id=(author.person_id or 0) + 1000, display_name="Somebody else")


def test_nothing_can_be_done_with_what_waits(make: Factory, made: Made) -> None:
    author = make.person()
    number, comment = make.contribution(made, author), make.comment(made, 1, author)
    with pytest.raises(Refused) as refusal:
        make.support(made, number)
    assert refusal.value.reason == "still_held"
    with pytest.raises(Refused) as refusal:
        make.comment(made, number, author)
    assert refusal.value.reason == "still_held"
    with pytest.raises(NotFound):
        make.comment(made, 1, parent=comment)
    with pytest.raises(Refused) as refusal:
        make.comment(made, 1, author, parent=comment)
    assert refusal.value.reason == "still_held"
    for held, status, code in ((False, Status.HIDDEN, "still_held"), (True, Status.PUBLISHED, "")):
        with transaction(write=True) as session:
            locked = lock_consultation(session, made.id)
            values = {"consultation": locked, "number": number, "status": status, "now": NOW, "held": held}
            if not code:
                commands.set_contribution_status(session, **values)
                continue
            with pytest.raises(Refused) as refusal:
                commands.set_contribution_status(session, **values)
            assert refusal.value.reason == code
    with pytest.raises(Refused) as refusal:
        decide(made, number, Status.HIDDEN)
    assert refusal.value.reason == "not_held", "a colleague has released it: refusing does not hide it"


def test_the_events_carry_what_the_figures_did(make: Factory, made: Made) -> None:
    told: list[Any] = []
    kinds = (
        ContributionHeld,
        ContributionPublished,
        ContributionStatusChanged,
        CommentHeld,
        CommentPublished,
        CommentStatusChanged,
    )
    before = numbers(made)
    install_handlers({kind: (lambda _session, event: told.append(event),) for kind in kinds})
    try:
        newcomer = make.person()
        number, comment = make.contribution(made, newcomer), make.comment(made, 1, newcomer)
        refused = make.contribution(made, make.person())
        decide(made, refused, Status.HIDDEN)
        decide(made, number, Status.PUBLISHED)
        decide(made, comment, Status.PUBLISHED, comment=True)
        make.support(made, number, newcomer_friend := make.person())
        make.comment(made, number, newcomer)
        with transaction(write=True) as session:
            locked = lock_consultation(session, made.id)
            commands.set_contribution_status(
                session, consultation=locked, number=number, status=Status.HIDDEN, now=NOW
            )
    finally:
        install_handlers(HANDLERS)
    assert newcomer_friend.is_signed_in
    assert [type(event) for event in told[:3]] == [ContributionHeld, CommentHeld, ContributionHeld]
    changes = [event for event in told if isinstance(event, ContributionStatusChanged | CommentStatusChanged)]
    assert [(event.was, event.status, event.participants, event.comments) for event in changes] == [
        (Status.HELD, Status.HIDDEN, 0, 0),
        (Status.HELD, Status.PUBLISHED, 1, 0),
        (Status.HELD, Status.PUBLISHED, 0, 1),
        (Status.PUBLISHED, Status.HIDDEN, -1, -1),
    ]
    last = changes[-1]
    assert isinstance(last, ContributionStatusChanged)
    assert (last.contributions, last.supports) == (-1, -1)
    assert numbers(made) == (before[0] + 1, before[1], 0, 1)


def test_nobody_but_its_author_and_the_team_sees_what_waits(
    client: AuditedClient, make: Factory, made: Made
) -> None:
    author, reader, team = make.person(), make.person(), make.member(made.organisation_id)
    with transaction(write=True) as session:
        values: dict[str, Any] = {"actor": author, "consultation_id": made.id, "now": NOW}
        number = commands.publish_contribution(
            session, question_number=1, text=prepare_contribution(SECRET, SECRET), **values
        )
        comments.publish_comment(
            session,
            contribution_number=1,
            stance=Stance.FOR,
            text=prepare_comment(f"{SECRET} Un commentaire."),
            **values,
        )
    here = f"/en/consultations/{made.slug}"
    pages = (
        f"{here}/contributions",
        f"{here}/contributions?q=phrase+personne",
        f"{here}/contributions?sort=recent",
        f"{here}/contributions/1",
        f"{here}/statistics",
        f"/consultations/{made.slug}/contributions.csv",
        f"/consultations/{made.slug}/statistics.json",
        f"{here}/feed.xml",
        "/en/site-map",
        "/sitemap.xml",
        "/en/",
    )
    for who in (None, reader):
        browser = AuditedClient(client.application)
        if who is not None:
            browser.sign_in(who)
        for path in pages:
            answer = browser.get(path)
            if answer.status_code != 404:
                assert SECRET not in answer.get_data(as_text=True), path
                assert f"contributions/{number}" not in answer.get_data(as_text=True), path
        assert browser.get(f"{here}/contributions/{number}").status_code == 404
        assert browser.get(f"{here}/contributions/{number}/history").status_code == 404
        if who is not None:
            for act in ("support", "comments"):
                answer = browser.send(
                    f"{here}/contributions/{number}/{act}",
                    {"stance": "for", "body": "Très bien"},
                    page=f"{here}/contributions/1",
                )
                assert answer.status_code == 404, act
            assert browser.get(f"{here}/contributions/{number}/withdraw").status_code == 404
            assert browser.get(f"{here}/contributions/1/comments/1/withdraw").status_code == 404
            answer = browser.send(
                f"{here}/contributions/1/comments",
                {"body": "Une réponse", "parent": "1"},
                page=f"{here}/contributions/1",
            )
            assert answer.status_code == 404
    client.sign_in(author)
    page = client.get(f"{here}/contributions/{number}").get_data(as_text=True)
    assert "waits for the team to read it" in page
    assert f"{SECRET} Un commentaire." in client.get(f"{here}/contributions/1").get_data(as_text=True)
    assert "Waiting" in client.get("/en/account").get_data(as_text=True)
    team_browser = AuditedClient(client.application)
    team_browser.sign_in(team)
    assert "Waiting" in team_browser.get(f"{here}/contributions/{number}").get_data(as_text=True)


def test_sending_says_that_it_waits(client: AuditedClient, make: Factory, made: Made) -> None:
    client.sign_in(make.person())
    here = f"/en/consultations/{made.slug}/contributions"
    client.send(f"{here}/new", {"question": "1", "title": "Des bancs à l’ombre"})
    client.send(f"{here}/new/text", {"body": "Des bancs, et des arbres au-dessus."})
    assert "before it is published" in client.get(f"{here}/new/preview").get_data(as_text=True)
    sent = client.send(f"{here}/new/preview")
    assert "no. 2 is received" in client.get(sent.location).get_data(as_text=True)
    answer = client.send(f"{here}/1/comments", {"body": "Très bien", "stance": "for"}, page=f"{here}/1")
    page = client.get(answer.location).get_data(as_text=True)
    assert "Your comment is received." in page
    assert "Only you see this" in page


def test_holding_costs_a_fixed_number_of_statements(make: Factory, made: Made) -> None:
    person = make.person()
    make.contribution(made, person)  # the first act of a person in a journal makes their key as well
    counts = []
    for _round in range(2):
        with recorded_statements() as statements:
            make.contribution(made, person)
        counts.append(len(statements))
        for _more in range(3):
            make.contribution(made, person)
    assert counts[0] == counts[1]
