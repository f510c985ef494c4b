"""What citizens do, and what it does to the figures."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from consult.consultations.commands import lock_consultation
from consult.consultations.queries import Figures, figures, figures_at
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.errors import Invalid, NotFound
from consult.proposals import commands, comments, queries
from consult.proposals.models import Participation, Support
from consult.proposals.rules import prepare_contribution
from consult.proposals.values import Stance, Status
from tests.conftest import NOW
from tests.support.factories import Factory, Made

TEXT = prepare_contribution("Un autre titre", "Un autre texte, assez long pour être publié.")


def counted(consultation: Made) -> tuple[int, int, int, int]:
    """Participants, contributions, supports, comments: live, and as the sum of the days."""
    with transaction() as session:
        live = figures(session, consultation.id, NOW)
        summed = figures_at(session, consultation.id, date(2026, 3, 31))
    assert _numbers(live) == _numbers(summed)
    return _numbers(live)


def _numbers(found: Figures) -> tuple[int, int, int, int]:
    return found.participants, found.contributions, found.supports, found.comments


def set_status(consultation: Made, number: int, status: Status) -> None:
    with transaction(write=True) as session:
        locked = lock_consultation(session, consultation.id)
        commands.set_contribution_status(session, consultation=locked, number=number, status=status, now=NOW)


def set_comment_status(consultation: Made, number: int, status: Status) -> None:
    with transaction(write=True) as session:
        locked = lock_consultation(session, consultation.id)
        comments.set_comment_status(session, consultation=locked, number=number, status=status, now=NOW)


def test_each_act_moves_its_figure_at_once(make: Factory) -> None:
    consultation = make.consultation()
    author, supporter = make.person(), make.person()
    number = make.contribution(consultation, author)
    assert counted(consultation) == (1, 1, 0, 0)
    make.support(consultation, number, supporter)
    assert counted(consultation) == (2, 1, 1, 0)
    make.comment(consultation, number, supporter)
    assert counted(consultation) == (2, 1, 1, 1)


def test_numbers_are_consecutive_and_never_reused(make: Factory) -> None:
    consultation, author = make.consultation(), make.person()
    assert [make.contribution(consultation, author) for _ in range(2)] == [1, 2]
    with transaction(write=True) as session:
        commands.withdraw_contribution(session, actor=author, consultation_id=consultation.id, number=2, now=NOW)
    assert make.contribution(consultation, author) == 3


def test_supporting_twice_counts_once_and_withdrawing_twice_too(make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    number = make.contribution(consultation)
    make.support(consultation, number, person)
    make.support(consultation, number, person)
    assert counted(consultation) == (2, 1, 1, 0)
    for _ in range(2):
        with transaction(write=True) as session:
            commands.withdraw_support(
                session, actor=person, consultation_id=consultation.id, number=number, now=NOW
            )
    assert counted(consultation) == (1, 1, 0, 0)


def test_the_schema_itself_refuses_a_second_support(make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    number = make.contribution(consultation)
    make.support(consultation, number, person)
    with transaction() as session:
        contribution_id = session.scalar(select(Support.contribution_id))
    again = insert(Support).values(contribution_id=contribution_id, person_id=person.person_id, created_at=NOW)
    with pytest.raises(IntegrityError), transaction(write=True) as session:
        session.execute(again)


def test_authors_do_not_support_themselves(make: Factory) -> None:
    consultation, author = make.consultation(), make.person()
    number = make.contribution(consultation, author)
    with pytest.raises(Refused, match="own_contribution"):
        make.support(consultation, number, author)
    assert counted(consultation) == (1, 1, 0, 0)


def test_the_team_does_not_act_in_its_own_consultation_but_elsewhere(make: Factory) -> None:
    consultation = make.consultation()
    member = make.member(consultation.organisation_id)
    number = make.contribution(consultation)
    with pytest.raises(Refused, match="team_does_not_act"):
        make.support(consultation, number, member)
    elsewhere = make.consultation()
    assert make.contribution(elsewhere, member) == 1


def test_hiding_takes_supports_and_comments_along_and_restoring_brings_them_back(make: Factory) -> None:
    consultation = make.consultation()
    author, supporter, commenter, replier = (make.person() for _ in range(4))
    number = make.contribution(consultation, author)
    make.support(consultation, number, supporter)
    first = make.comment(consultation, number, commenter)
    make.comment(consultation, number, replier, parent=first)
    other = make.contribution(consultation, commenter)
    before = counted(consultation)
    assert before == (4, 2, 1, 2)
    set_status(consultation, number, Status.HIDDEN)
    assert counted(consultation) == (1, 1, 0, 0)  # the commenter still counts, through the other contribution
    set_status(consultation, number, Status.PUBLISHED)
    assert counted(consultation) == before
    set_status(consultation, other, Status.HIDDEN)
    assert counted(consultation) == (4, 1, 1, 2)


def test_a_hidden_comment_takes_its_replies_along(make: Factory) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    commenter, replier = make.person(), make.person()
    first = make.comment(consultation, number, commenter)
    reply = make.comment(consultation, number, replier, parent=first)
    set_comment_status(consultation, first, Status.HIDDEN)
    assert counted(consultation) == (1, 1, 0, 0)
    set_comment_status(consultation, reply, Status.HIDDEN)  # below a hidden comment nothing moves
    assert counted(consultation) == (1, 1, 0, 0)
    set_comment_status(consultation, first, Status.PUBLISHED)
    assert counted(consultation) == (2, 1, 0, 1)
    set_comment_status(consultation, reply, Status.PUBLISHED)
    assert counted(consultation) == (3, 1, 0, 2)


def test_comments_hidden_under_a_hidden_contribution_come_back_right(make: Factory) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    first = make.comment(consultation, number)
    set_status(consultation, number, Status.HIDDEN)
    set_comment_status(consultation, first, Status.HIDDEN)
    set_status(consultation, number, Status.PUBLISHED)
    assert counted(consultation) == (1, 1, 0, 0)
    set_comment_status(consultation, first, Status.PUBLISHED)
    assert counted(consultation) == (2, 1, 0, 1)


def test_a_support_may_be_taken_back_from_a_hidden_contribution(make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    number = make.contribution(consultation)
    make.support(consultation, number, person)
    set_status(consultation, number, Status.HIDDEN)
    with transaction(write=True) as session:
        commands.withdraw_support(session, actor=person, consultation_id=consultation.id, number=number, now=NOW)
    set_status(consultation, number, Status.PUBLISHED)
    assert counted(consultation) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("start", "wanted", "code"),
    [
        (Status.PUBLISHED, Status.PUBLISHED, "not_hidden"),
        (Status.HIDDEN, Status.HIDDEN, "already_hidden"),
        (Status.WITHDRAWN, Status.HIDDEN, "withdrawn_by_author"),
        (Status.WITHDRAWN, Status.PUBLISHED, "withdrawn_by_author"),
    ],
)
def test_moderation_steps_that_make_no_sense_are_refused(start: Status, wanted: Status, code: str) -> None:
    with pytest.raises(Refused, match=code):
        commands.require_moderable(start, wanted)


def test_an_edit_keeps_the_earlier_text_and_moves_no_figure(make: Factory) -> None:
    consultation, author = make.consultation(), make.person()
    number = make.contribution(consultation, author)
    make.support(consultation, number)
    before = counted(consultation)
    _edit(consultation, author, number)
    _edit(consultation, author, number)  # unchanged: no second revision
    with transaction() as session:
        view = queries.get_contribution(session, consultation_id=consultation.id, number=number, person_id=None)
        revisions = queries.list_revisions(session, view.id)
    assert (view.title, view.question_number, view.edited_at) == ("Un autre titre", 2, NOW)
    assert [(item.title, item.supports_then) for item in revisions] == [("Des ateliers partagés", 1)]
    assert counted(consultation) == before


def _edit(consultation: Made, actor: Actor, number: int) -> None:
    with transaction(write=True) as session:
        commands.edit_contribution(
            session,
            actor=actor,
            consultation_id=consultation.id,
            number=number,
            question_number=2,
            text=TEXT,
            now=NOW,
        )


def test_only_the_author_edits(make: Factory) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    with pytest.raises(Refused, match="not_author"):
        _edit(consultation, make.person(), number)


@pytest.mark.parametrize(("question", "code"), [(None, "question_missing"), (9, "question_unknown")])
def test_a_question_must_be_chosen_and_exist(make: Factory, question: int | None, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        make.contribution(make.consultation(), question=question)


def test_without_questions_none_is_needed(make: Factory) -> None:
    assert make.contribution(make.consultation(questions=()), question=None) == 1


def test_replies_have_one_level_and_are_neutral(make: Factory) -> None:
    consultation = make.consultation()
    number = make.contribution(consultation)
    first = make.comment(consultation, number, stance=Stance.AGAINST)
    reply = make.comment(consultation, number, stance=Stance.FOR, parent=first)
    with pytest.raises(Refused, match="reply_to_reply"):
        make.comment(consultation, number, parent=reply)
    with transaction() as session:
        view = queries.get_comment(session, consultation_id=consultation.id, number=reply)
    assert view.stance is Stance.NEUTRAL


def test_what_does_not_exist_is_not_found(make: Factory) -> None:
    consultation = make.consultation()
    with pytest.raises(NotFound):
        make.support(consultation, 99)
    with pytest.raises(NotFound):
        make.comment(consultation, 99)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "code"),
    [
        (date(2026, 1, 1), date(2026, 3, 9), "consultation_closed"),
        (date(2026, 3, 11), date(2026, 3, 31), "consultation_announced"),
    ],
)
def test_nothing_is_accepted_outside_the_dates(make: Factory, opens_on: date, closes_on: date, code: str) -> None:
    consultation = make.consultation(opens_on=opens_on, closes_on=closes_on)
    with pytest.raises(Refused, match=code):
        make.contribution(consultation)
    assert counted(consultation) == (0, 0, 0, 0)


def test_a_refused_act_leaves_nothing_behind(make: Factory, app: Flask) -> None:
    consultation = make.consultation()
    member = make.member(consultation.organisation_id)
    with pytest.raises(Refused):
        make.contribution(consultation, member)
    with transaction() as session:
        assert session.scalars(select(Participation)).all() == []
    assert make.contribution(consultation) == 1
