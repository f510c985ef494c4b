"""What becomes of what a person wrote when their account is erased: part of the commands' layer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, delete, select, union, update
from sqlalchemy.orm import Session

from consult.consultations.commands import adjust_tally, lock_consultation
from consult.consultations.values import State
from consult.core.access import Actor
from consult.proposals.commands import withdraw_contribution
from consult.proposals.comments import withdraw_comment
from consult.proposals.models import Comment, Contribution, Draft, Participation, Revision
from consult.proposals.values import NO_TITLE, Status


def consultations_of_author(session: Session, person_id: int) -> tuple[int, ...]:
    """The consultations in which a person wrote something, whatever became of it (1 statement)."""
    return tuple(session.scalars(_consultations_of(person_id)))


def lock_consultations_of_author(session: Session, person_id: int) -> None:
    """Take the tally rows that erasing an author needs, in their fixed order and before anything else."""
    for consultation_id in consultations_of_author(session, person_id):
        lock_consultation(session, consultation_id)


def erase_author(session: Session, *, person_id: int, keep_texts: bool, now: datetime) -> None:
    """Take a person's name off everything they wrote; drafts and what was withdrawn lose their texts.

    With `keep_texts` False what is published or held is withdrawn first where the consultation is open at `now`.
    What the team has hidden stays hidden, without the name.
    """
    session.execute(delete(Draft).where(Draft.person_id == person_id))
    for consultation_id in consultations_of_author(session, person_id):
        consultation = lock_consultation(session, consultation_id)
        if not keep_texts and consultation.state(now) is State.OPEN:
            _withdraw_all(session, consultation_id, Actor(person_id=person_id), now)
        # Editions and caches that show the name are out of date.
        adjust_tally(session, consultation_id, day=consultation.day(now))
    for model in (Contribution, Comment):
        session.execute(update(model).where(model.author_id == person_id).values(author_name=""))
    _empty_withdrawn(session, person_id)
    session.execute(update(Participation).where(Participation.person_id == person_id).values(author_key=None))


def _consultations_of(person_id: int) -> Select[int]:
    written = union(
        select(Contribution.consultation_id).where(Contribution.author_id == person_id),
        select(Comment.consultation_id).where(Comment.author_id == person_id),
    ).subquery()
    return select(written.c.consultation_id).order_by(written.c.consultation_id)


def _withdraw_all(session: Session, consultation_id: int, author: Actor, now: datetime) -> None:
    """Comments first: those under one's own contribution count until it goes."""
    for model, withdraw in ((Comment, withdraw_comment), (Contribution, withdraw_contribution)):
        mine = select(model.number).where(
            model.consultation_id == consultation_id,
            model.author_id == author.person_id,
            model.status.in_((Status.PUBLISHED, Status.HELD)),
        )
        for number in session.scalars(mine.order_by(model.number)).all():
            withdraw(session, actor=author, consultation_id=consultation_id, number=number, now=now)


def _empty_withdrawn(session: Session, person_id: int) -> None:
    """Its author took it down, so nobody has a reason to keep its words."""
    contributions = Contribution.author_id == person_id, Contribution.status == Status.WITHDRAWN
    session.execute(
        delete(Revision)
        .where(Revision.contribution_id.in_(select(Contribution.id).where(*contributions)))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Contribution)
        .where(*contributions)
        .values(title=NO_TITLE, body="", body_html="", excerpt="", search_text="")
    )
    session.execute(
        update(Comment)
        .where(Comment.author_id == person_id, Comment.status == Status.WITHDRAWN)
        .values(body="", body_html="")
    )
