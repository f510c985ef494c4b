"""What citizens do to contributions, and what the team's decisions do to them.

Every command takes the consultation's tally row first, asks the policy inside the transaction, writes, moves
the figures and emits its event.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from consult.accounts.queries import name_of_author
from consult.consultations.commands import (
    LockedConsultation,
    adjust_tally,
    lock_consultation,
    take_contribution_number,
)
from consult.consultations.models import Question
from consult.core.access import Actor, Refused, require
from consult.core.db import upsert
from consult.core.errors import Invalid, NotFound
from consult.core.events import emit
from consult.proposals import policies
from consult.proposals.counting import acts_under, count_act, enrol, shift_acts
from consult.proposals.events import (
    ContributionEdited,
    ContributionHeld,
    ContributionPublished,
    ContributionStatusChanged,
    SupportGiven,
    SupportWithdrawn,
)
from consult.proposals.holding import first_status
from consult.proposals.models import Contribution, Draft, Revision, Support
from consult.proposals.rules import ContributionText, shuffle_key
from consult.proposals.values import Status


def publish_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    question_number: int | None,
    text: ContributionText,
    now: datetime,
) -> int:
    """Publish a contribution, or hold it for the team to read, and forget its draft; returns its number.

    Raises `Refused`, `Invalid`, `NotFound`.
    """
    consultation = lock_consultation(session, consultation_id)
    require(
        policies.can_contribute(actor, organisation_id=consultation.organisation_id, state=consultation.state(now))
    )
    question_id = find_question_id(session, consultation_id, question_number)
    number = take_contribution_number(session, consultation_id)
    status = first_status(session, consultation, actor.person_id)
    session.add(
        Contribution(
            consultation_id=consultation_id,
            number=number,
            question_id=question_id,
            author_id=actor.person_id,
            author_name=author_name(session, actor),
            title=text.title,
            body=text.body,
            body_html=text.body_html,
            excerpt=text.excerpt,
            search_text=text.search_text,
            status=status,
            created_at=now,
            shuffle=shuffle_key(consultation.slug, number),
        )
    )
    session.execute(
        delete(Draft).where(Draft.consultation_id == consultation_id, Draft.person_id == actor.person_id)
    )
    session.flush()
    if status is Status.HELD:
        enrol(session, consultation_id, actor.person_id)
        emit(session, ContributionHeld(consultation_id, number, _person(actor), now))
        return number
    participants = count_act(session, consultation_id, actor.person_id, +1)
    adjust_tally(session, consultation_id, day=consultation.day(now), contributions=1, participants=participants)
    emit(session, ContributionPublished(consultation_id, number, _person(actor), participants, now))
    return number


def edit_contribution(
    session: Session,
    *,
    actor: Actor,
    consultation_id: int,
    number: int,
    question_number: int | None,
    text: ContributionText,
    now: datetime,
) -> None:
    """Replace a contribution's text; the earlier one stays readable in its history. Unchanged text is no edit."""
    consultation = lock_consultation(session, consultation_id)
    contribution = find_contribution(session, consultation_id, number)
    require(policies.can_change(actor, **_asked_of(consultation, contribution, now)))
    question_id = find_question_id(session, consultation_id, question_number)
    if not replace_text(session, contribution, text, question_id, now):
        return
    adjust_tally(session, consultation_id, day=consultation.day(now))
    emit(session, ContributionEdited(consultation_id, number, now))


def withdraw_contribution(
    session: Session, *, actor: Actor, consultation_id: int, number: int, now: datetime
) -> None:
    """The author takes a contribution down while the consultation is open; its number is never used again."""
    consultation = lock_consultation(session, consultation_id)
    contribution = find_contribution(session, consultation_id, number)
    require(policies.can_withdraw(actor, **_asked_of(consultation, contribution, now)))
    _change_status(session, consultation, contribution, Status.WITHDRAWN, now)


def set_contribution_status(
    session: Session,
    *,
    consultation: LockedConsultation,
    number: int,
    status: Status,
    now: datetime,
    held: bool = False,
    reason: str = "",
) -> int:
    """Hide a published contribution or restore a hidden one, supports and comments included; returns its id.

    With `held`, refuse or release one that waits. Called by moderation, which asked its policy and holds the tally
    row; allowed in every state. `reason` is the category that the journal names. Raises `Refused` with the codes
    of `require_moderable`.
    """
    contribution = find_contribution(session, consultation.id, number)
    require_moderable(contribution.status, status, held=held)
    _change_status(session, consultation, contribution, status, now, reason=reason)
    return contribution.id


def require_moderable(current: Status, wanted: Status, *, held: bool = False) -> None:
    """Only what is published can be hidden, what is hidden restored, and what is held released or refused.

    Raises `Refused` with `withdrawn_by_author`, `already_hidden`, `not_hidden`, `not_held` or `still_held`: what
    was offered on a page may have been done by a colleague meanwhile.
    """
    if current is Status.WITHDRAWN:
        raise Refused("withdrawn_by_author")
    if held != (current is Status.HELD):
        raise Refused("not_held" if held else "still_held")
    if current is wanted:
        raise Refused("already_hidden" if wanted is Status.HIDDEN else "not_hidden")


def support_contribution(
    session: Session, *, actor: Actor, consultation_id: int, number: int, now: datetime
) -> None:
    """Give one's support; giving it twice changes nothing."""
    consultation = lock_consultation(session, consultation_id)
    contribution = find_contribution(session, consultation_id, number)
    require(
        policies.can_support(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            author_id=contribution.author_id,
            status=contribution.status,
        )
    )
    person_id = _person(actor)
    added = session.execute(
        upsert(session, Support)
        .values(contribution_id=contribution.id, person_id=person_id, created_at=now)
        .on_conflict_do_nothing()
        .returning(Support.person_id)
    ).first()
    if added is None:
        return
    _move_supports(session, contribution.id, +1)
    participants = count_act(session, consultation_id, person_id, +1)
    adjust_tally(session, consultation_id, day=consultation.day(now), supports=1, participants=participants)
    emit(session, SupportGiven(consultation_id, number, person_id, participants, now))


def withdraw_support(session: Session, *, actor: Actor, consultation_id: int, number: int, now: datetime) -> None:
    """Take one's support back while it is open; without a support nothing changes."""
    consultation = lock_consultation(session, consultation_id)
    contribution = find_contribution(session, consultation_id, number)
    require(policies.can_withdraw_support(actor, state=consultation.state(now)))
    person_id = _person(actor)
    removed = session.execute(
        delete(Support)
        .where(Support.contribution_id == contribution.id, Support.person_id == person_id)
        .returning(Support.person_id)
    ).first()
    if removed is None:
        return
    _move_supports(session, contribution.id, -1)
    participants = supports = 0
    if contribution.status is Status.PUBLISHED:
        supports, participants = -1, count_act(session, consultation_id, person_id, -1)
        adjust_tally(
            session, consultation_id, day=consultation.day(now), supports=supports, participants=participants
        )
    emit(session, SupportWithdrawn(consultation_id, number, person_id, participants, supports, now))


def find_contribution(session: Session, consultation_id: int, number: int) -> Contribution:
    """The contribution's row. Raises `NotFound`."""
    contribution = session.scalars(
        select(Contribution).where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    ).one_or_none()
    if contribution is None:
        raise NotFound
    return contribution


def replace_text(
    session: Session, contribution: Contribution, text: ContributionText, question_id: int | None, now: datetime
) -> bool:
    """Write a contribution's new text and keep the earlier one; False when nothing differs."""
    same_text = (contribution.title, contribution.body) == (text.title, text.body)
    if same_text and contribution.question_id == question_id:
        return False
    if not same_text:
        session.add(
            Revision(
                contribution_id=contribution.id,
                title=contribution.title,
                body=contribution.body,
                body_html=contribution.body_html,
                written_at=contribution.edited_at or contribution.created_at,
                replaced_at=now,
                supports_then=contribution.supports,
            )
        )
        contribution.edited_at = now
    contribution.question_id = question_id
    for name in ("title", "body", "body_html", "excerpt", "search_text"):
        setattr(contribution, name, getattr(text, name))
    session.flush()
    return True


def find_question_id(
    session: Session, consultation_id: int, number: int | None, *, needed: bool = True
) -> int | None:
    """The id of a question by its number; none at all is right only where none is asked or `needed`.

    Raises `Invalid` with `question_missing` or `question_unknown`.
    """
    if number is None:
        asked = select(func.count()).select_from(Question).where(Question.consultation_id == consultation_id)
        if needed and session.scalar(asked):
            raise Invalid("question", "question_missing")
        return None
    question_id = session.scalar(
        select(Question.id).where(Question.consultation_id == consultation_id, Question.number == number)
    )
    if question_id is None:
        raise Invalid("question", "question_unknown")
    return question_id


def _change_status(
    session: Session,
    consultation: LockedConsultation,
    contribution: Contribution,
    status: Status,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    """An act counts when everything above it counts: supports and comments go and come with it."""
    was, step = contribution.status, counting_step(contribution.status, status)
    contribution.status = status
    contribution.status_at = now
    session.flush()
    changes = {
        "contributions": step,
        "supports": step * contribution.supports,
        "comments": step * contribution.comments,
        "participants": shift_acts(session, consultation.id, acts_under(contribution), step) if step else 0,
    }
    adjust_tally(session, consultation.id, day=consultation.day(now), **changes)
    emit(
        session,
        ContributionStatusChanged(
            consultation.id, contribution.number, was=was, status=status, at=now, reason=reason, **changes
        ),
    )


def counting_step(was: Status, status: Status) -> int:
    """What a change of status does to what counts: +1, -1, or 0 between two statuses that do not count."""
    return (status is Status.PUBLISHED) - (was is Status.PUBLISHED)


_CONTRIBUTIONS = cast(Table, Contribution.__table__)
# Built once, as the tally's statements are.
_MOVE_SUPPORTS = (
    update(_CONTRIBUTIONS)
    .where(_CONTRIBUTIONS.c.id == bindparam("of_contribution"))
    .values(supports=_CONTRIBUTIONS.c.supports + bindparam("step"))
)


def _move_supports(session: Session, contribution_id: int, step: int) -> None:
    session.execute(_MOVE_SUPPORTS, {"of_contribution": contribution_id, "step": step})


def _asked_of(consultation: LockedConsultation, contribution: Contribution, now: datetime) -> policies.About:
    return {
        "organisation_id": consultation.organisation_id,
        "state": consultation.state(now),
        "author_id": contribution.author_id,
        "status": contribution.status,
    }


def author_name(session: Session, actor: Actor) -> str:
    """The name that what the actor publishes now carries; who has just erased their account publishes nothing."""
    name = name_of_author(session, _person(actor))
    if name is None:
        raise Refused("sign_in_first")
    return name


def _person(actor: Actor) -> int:
    """The acting person's id; policies let only signed-in people through."""
    if actor.person_id is None:
        raise Refused("sign_in_first")
    return actor.person_id
