"""Paper and meetings: who types in what, when, what it does to the figures, and what is put right afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased
from consult.accounts.models import Person
from consult.consultations.commands import lock_consultation, mark_synthesis_published
from consult.consultations.queries import Figures, figures, figures_at
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.core.events import emit, install_handlers
from consult.moderation.commands import hide_contribution
from consult.moderation.values import Reason
from consult.organisations.values import Role
from consult.proposals import paper
from consult.proposals.commands import find_contribution
from consult.proposals.events import ContributionEdited, ContributionStatusChanged, PaperCorrected, PaperEntered
from consult.proposals.models import Contribution, Participation, Revision
from consult.proposals.paper import get_paper, list_paper
from consult.proposals.queries import list_revisions
from consult.proposals.rules import prepare_paper, prepare_transcript
from consult.proposals.values import Channel, Status
from consult.reports.queries.recount import recount
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.support.factories import Factory, Made
from tests.support.statements import recorded_statements

AFTER = datetime.fromisoformat("2026-04-02T09:00:00+02:00")
TEXT = prepare_transcript("Garder le pavage", "Oui")


def facts(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "channel": Channel.PAPER,
        "author_name": "Odile P.",
        "author_key": "",
        "received_on": date(2026, 3, 5),
        "source": "registre, p. 12",
        **changes,
    }
    return prepare_paper(**values)


def shown(made: Made, now: datetime = NOW) -> Figures:
    with transaction() as session:
        return figures(session, made.id, now)


def counted(made: Made, now: datetime = NOW) -> tuple[int, int]:
    now_shown = shown(made, now)
    return now_shown.contributions, now_shown.participants


def publish_synthesis(made: Made, now: datetime = AFTER) -> None:
    with transaction(write=True) as session:
        mark_synthesis_published(session, lock_consultation(session, made.id), now=now)


def correct(made: Made, actor: Actor, number: int, *, now: datetime, **changes: Any) -> None:
    text = changes.pop("text", TEXT)
    with transaction(write=True) as session:
        paper.correct_paper_contribution(
            session,
            actor=actor,
            consultation_id=made.id,
            number=number,
            question_number=changes.pop("question", 1),
            text=text,
            facts=facts(**changes),
            now=now,
        )


def withdraw(made: Made, actor: Actor, number: int, *, now: datetime, reason: str = "Saisie deux fois") -> None:
    with transaction(write=True) as session:
        paper.withdraw_paper_contribution(
            session, actor=actor, consultation_id=made.id, number=number, reason=reason, now=now
        )


def agrees(made: Made, now: datetime) -> bool:
    with transaction() as session:
        return recount(session, made.id, now=now).agrees


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What was told upwards while a test ran, beside what the house listens to."""
    events: list[object] = []

    def listen(session: Session, event: object) -> None:
        events.append(event)

    kinds = (PaperEntered, PaperCorrected, ContributionEdited, ContributionStatusChanged)
    install_handlers({**HANDLERS, **{kind: (*HANDLERS.get(kind, ()), listen) for kind in kinds}})
    yield events
    install_handlers(HANDLERS)


# Who, and when

ACTORS = ("visitor", "citizen", "moderator", "other_team", "manager", "administrator", "platform")
TEAM = {"manager", "administrator", "platform"}
STATES = {
    "draft": (False, date(2026, 3, 1), NOW, "paper_before_opening"),
    "announced": (True, date(2026, 3, 20), NOW, "paper_before_opening"),
    "open": (True, date(2026, 3, 1), NOW, ""),
    "closed": (True, date(2026, 3, 1), AFTER, ""),
    "synthesis published": (True, date(2026, 3, 1), AFTER, "synthesis_published"),
}


def everybody(make: Factory, organisation_id: int) -> dict[str, Actor]:
    return {
        "visitor": VISITOR,
        "citizen": make.person(),
        "moderator": make.member(organisation_id, Role.MODERATOR),
        "other_team": make.member(make.organisation(), Role.ADMINISTRATOR),
        "manager": make.member(organisation_id),
        "administrator": make.member(organisation_id, Role.ADMINISTRATOR),
        "platform": make.administrator(),
    }


@pytest.mark.parametrize("state", STATES)
def test_who_may_type_in_correct_and_withdraw_in_which_state(make: Factory, state: str) -> None:
    published, opens_on, now, refusal = STATES[state]
    made = make.consultation(published=published, opens_on=opens_on)
    people = everybody(make, made.organisation_id)
    typed = {}
    if state not in {"draft", "announced"}:  # before the opening there is nothing to correct
        for name in ACTORS:
            typed[name] = make.paper(made, people["manager"], key=name)
    if state == "synthesis published":
        publish_synthesis(made)
    expected = {name: refusal if name in TEAM else "team_only" for name in ACTORS}
    for name in ACTORS:
        number = typed.get(name, 1)
        before = shown(made, now)
        acts: list[Any] = [
            lambda who=people[name]: make.paper(made, who, received_on=opens_on, now=now),
            lambda who=people[name], no=number: correct(made, who, no, now=now, source="p. 13"),
            lambda who=people[name], no=number: withdraw(made, who, no, now=now),
        ]
        for act in acts:
            if not expected[name]:
                act()
            else:
                with pytest.raises(Refused) as refused:
                    act()
                assert refused.value.reason == expected[name], (state, name)
            assert agrees(made, now), (state, name)
        after = shown(made, now)
        if expected[name]:
            assert after == before, "a refusal changes nothing, the data version included"
        else:
            assert (after.contributions, after.version) == (before.contributions, before.version + 3)


@pytest.mark.parametrize(
    ("received_on", "now", "code"),
    [
        ("2026-02-28", NOW, "received_before_opening"),
        ("2026-03-01", NOW, ""),
        ("2026-03-10", NOW, ""),
        ("2026-03-11", NOW, "received_in_future"),
        ("2026-03-31", AFTER, ""),
        ("2026-04-01", AFTER, "received_after_closing"),
    ],
)
def test_only_what_was_received_while_it_was_open_counts(
    make: Factory, received_on: str, now: datetime, code: str
) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)
    number = make.paper(made, manager)
    day = date.fromisoformat(received_on)
    acts: tuple[Any, ...] = (
        lambda: make.paper(made, manager, received_on=day, now=now),
        lambda: correct(made, manager, number, now=now, received_on=day),
    )
    for act in acts:
        if not code:
            act()
            continue
        with pytest.raises(Invalid) as wrong:
            act()
        assert (wrong.value.field, wrong.value.code) == ("received_on", code)
    assert agrees(made, now)


def test_today_is_the_day_of_the_consultation(make: Factory) -> None:
    made = make.consultation(organisation_id=make.organisation("Saint-Paul", "Indian/Reunion"))
    evening = datetime.fromisoformat("2026-03-10T21:00:00+00:00")  # it is the 11th over there
    make.paper(made, received_on=date(2026, 3, 11), now=evening)
    with pytest.raises(Invalid, match="received_in_future"):
        make.paper(made, received_on=date(2026, 3, 12), now=evening)


# The figures


def test_one_participant_per_key_and_none_without(make: Factory) -> None:
    made, other = make.consultation(), make.consultation()
    make.contribution(made)
    assert counted(made) == (1, 1)
    for key, expected in (("R12", (2, 2)), ("R12", (3, 2)), ("", (4, 2)), ("", (5, 2)), ("R13", (6, 3))):
        make.paper(made, key=key)
        assert counted(made) == expected, key
        assert agrees(made, NOW)
    make.paper(other, key="R12")
    with transaction() as session:
        people = session.scalars(select(Participation.person_id).where(Participation.author_key == "R12")).all()
        emails = session.scalars(select(Person.email).where(Person.id.in_(people))).all()
        anonymous = session.scalars(select(Contribution.author_id).where(Contribution.number == 4)).all()
    assert len(set(people)) == 2, "a key says nothing about another consultation"
    assert emails == [None, None]
    assert anonymous == [None]


def test_paper_counts_on_the_day_it_is_typed_in(make: Factory, heard: list[object]) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)
    make.paper(made, manager, key="R1")
    number = make.paper(made, manager, key="R2", received_on=date(2026, 3, 31), now=AFTER)
    with transaction() as session:
        known = {day: figures_at(session, made.id, date.fromisoformat(day)) for day in
                 ("2026-03-09", "2026-03-10", "2026-03-31", "2026-04-01", "2026-04-02")}  # fmt: skip
    assert [(item.contributions, item.participants) for item in known.values()] == [
        (0, 0), (1, 1), (1, 1), (1, 1), (2, 2),
    ]  # fmt: skip
    assert known["2026-04-02"].days == 31, "the days stay what they were"
    entered = [event for event in heard if isinstance(event, PaperEntered)]
    assert [(event.number, event.late, event.participants) for event in entered] == [
        (1, False, 1),
        (number, True, 1),
    ]
    assert entered[1].received_on == date(2026, 3, 31)

    withdraw(made, manager, number, now=AFTER + timedelta(days=1))
    with transaction() as session:
        assert figures_at(session, made.id, date(2026, 4, 2)).contributions == 2
        assert figures_at(session, made.id, date(2026, 4, 3)).contributions == 1
    assert counted(made, AFTER + timedelta(days=1)) == (1, 1)
    assert agrees(made, AFTER + timedelta(days=1))


def test_a_form_sent_twice_is_typed_in_once(make: Factory) -> None:
    made, other = make.consultation(), make.consultation()
    first = make.paper(made, key="R1", token="the form")
    assert make.paper(made, key="R1", token="the form") == first
    assert counted(made) == (1, 1)
    assert make.paper(other, token="the form") == 1
    assert counted(other) == (1, 0)


# Putting right


def test_a_typing_mistake_is_put_right_and_the_earlier_text_stays(make: Factory, heard: list[object]) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)
    number = make.paper(made, manager, key="R1", body="Garder le pavage de la hale.")
    better = prepare_transcript("Garder le pavage de la halle", "Garder le pavage de la halle.")
    correct(
        made, manager, number, now=AFTER, text=better, question=None, channel=Channel.MEETING, author_name="O. P."
    )
    with transaction() as session:
        item = get_paper(session, consultation_id=made.id, number=number)
        revisions = list_revisions(session, find_contribution(session, made.id, number).id)
    assert (item.body, item.question_number, item.channel, item.author) == (
        "Garder le pavage de la halle.", None, Channel.MEETING, "O. P.",
    )  # fmt: skip
    assert (item.author_key, item.source, item.corrected_at) == ("R1", "registre, p. 12", AFTER)
    assert ["hale." in revision.body_html for revision in revisions] == [True]
    assert [type(event) for event in heard] == [PaperEntered, ContributionEdited, PaperCorrected]
    assert counted(made, AFTER) == (1, 1)
    assert agrees(made, AFTER)

    version = shown(made, AFTER).version
    correct(
        made, manager, number, now=AFTER, text=better, question=None, channel=Channel.MEETING, author_name="O. P."
    )
    assert shown(made, AFTER).version == version, "nothing differs: nothing happens"
    correct(made, manager, number, now=AFTER, text=better, question=None, source="p. 14")
    assert [type(event) for event in heard][3:] == [PaperCorrected], "the text was left alone"
    with transaction() as session:
        assert len(session.scalars(select(Revision.id)).all()) == 1


def test_what_citizens_wrote_is_not_the_teams_to_change(make: Factory) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)
    number = make.contribution(made)
    with pytest.raises(Refused, match="not_paper"):
        correct(made, manager, number, now=NOW)
    with pytest.raises(Refused, match="not_paper"):
        withdraw(made, manager, number, now=NOW)
    with transaction() as session, pytest.raises(NotFound):
        get_paper(session, consultation_id=made.id, number=number)
    with pytest.raises(NotFound):
        withdraw(made, manager, 99, now=NOW)


def test_what_is_hidden_or_withdrawn_is_left_alone(make: Factory) -> None:
    made = make.consultation()
    manager = make.member(made.organisation_id)
    hidden, gone = make.paper(made, manager), make.paper(made, manager)
    with transaction(write=True) as session:
        hide_contribution(
            session,
            actor=manager,
            consultation_id=made.id,
            number=hidden,
            reason=Reason.DUPLICATE,
            words="",
            now=NOW,
        )
    withdraw(made, manager, gone, now=NOW)
    for number in (hidden, gone):
        with pytest.raises(Refused, match="paper_not_public"):
            correct(made, manager, number, now=NOW)
        with pytest.raises(Refused, match="paper_not_public"):
            withdraw(made, manager, number, now=NOW)
    assert counted(made) == (0, 0)
    with transaction() as session:
        item = get_paper(session, consultation_id=made.id, number=gone)
        assert (item.status, item.withdrawal_reason) == (Status.WITHDRAWN, "Saisie deux fois")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"channel": Channel.WEB}, "channel", "channel_unfit"),
        ({"source": " \u200b"}, "source", "source_missing"),
        ({"source": "x" * 301}, "source", "source_long"),
        ({"author_name": "x" * 121}, "author_name", "author_name_long"),
        ({"author_key": "x" * 121}, "author_key", "author_key_long"),
        ({"author_name": "\x00"}, "author_name", "characters"),
    ],
)
def test_where_it_comes_from_is_checked(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        facts(**changes)
    assert (wrong.value.field, wrong.value.code) == (field, code)


def test_a_transcript_may_be_as_short_as_what_was_written() -> None:
    assert prepare_transcript("Garder la halle", "Oui").body_html == "<p>Oui</p>"
    for body, code in (("\u200b", "transcript_empty"), ("x" * 10_001, "body_long"), ("\x00", "characters")):
        with pytest.raises(Invalid, match=code):
            prepare_transcript("Garder la halle", body)
    with pytest.raises(Invalid, match="title_short"):
        prepare_transcript("Halle", "Oui")


@pytest.mark.parametrize(("reason", "code"), [(" ", "reason_missing"), ("x" * 301, "reason_long")])
def test_a_withdrawal_says_why(make: Factory, reason: str, code: str) -> None:
    made = make.consultation()
    number = make.paper(made)
    with pytest.raises(Invalid, match=code):
        withdraw(made, make.member(made.organisation_id), number, now=NOW, reason=reason)
    assert counted(made) == (1, 0)


# Lists, and who typed in


def test_the_list_is_read_in_one_statement_however_long(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "LISTED", 2)
    made = make.consultation()
    manager = make.member(made.organisation_id)
    make.contribution(made)
    for key in ("R1", "", "R1"):
        make.paper(made, manager, key=key)
    with transaction() as session, recorded_statements() as statements:
        first = list_paper(session, consultation_id=made.id)
        assert len(statements) == 1
        rest = list_paper(session, consultation_id=made.id, after=first.after)
    assert [(item.number, item.author_key) for item in first.items] == [(4, "R1"), (3, "")]
    assert [(item.number, item.entered_by) for item in rest.items] == [(2, manager.display_name)]
    assert rest.after is None


def test_an_erased_member_is_no_longer_named(make: Factory) -> None:
    made = make.consultation()
    manager, colleague = make.member(made.organisation_id), make.member(made.organisation_id)
    mine, theirs = make.paper(made, manager), make.paper(made, colleague)
    assert manager.person_id is not None
    with transaction(write=True) as session:
        emit(session, PersonErased(manager.person_id, keep_texts=True, at=NOW))
    with transaction() as session:
        assert get_paper(session, consultation_id=made.id, number=mine).entered_by == ""
        assert get_paper(session, consultation_id=made.id, number=theirs).entered_by == colleague.display_name
