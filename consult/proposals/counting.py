"""Participation: how many of a person's acts count, and what its steps between 0 and 1 do to participants.

Called by commands that hold the consultation's tally row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, func, literal, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from consult.core.db import is_sqlite
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.values import Status

_ACTS = cast(Table, Participation.__table__)


def _count(insert: Callable[[Any], Any]) -> Any:
    """Built once: putting this statement together costs many times what running it does."""
    statement = insert(_ACTS).values(
        consultation_id=bindparam("of_consultation"),
        person_id=bindparam("of_person"),
        counted_acts=bindparam("first"),
    )
    return statement.on_conflict_do_update(
        index_elements=["consultation_id", "person_id"],
        set_={"counted_acts": _ACTS.c.counted_acts + bindparam("step")},
    ).returning(_ACTS.c.counted_acts)


_COUNT_ACT = {True: _count(sqlite.insert), False: _count(postgresql.insert)}


def count_act(session: Session, consultation_id: int, person_id: int | None, step: int) -> int:
    """Add `step` (+1 or -1) to a person's counted acts; returns what that adds to the participants.

    An act without a person (paper without a key) makes no participant.
    """
    if person_id is None:
        return 0
    acts = session.execute(
        _COUNT_ACT[is_sqlite(session)],
        {"of_consultation": consultation_id, "of_person": person_id, "first": max(step, 0), "step": step},
    ).scalar_one()
    if step > 0:
        return 1 if acts == step else 0
    return -1 if acts == 0 else 0


def enrol(session: Session, consultation_id: int, person_id: int | None) -> None:
    """Make sure that a person has their row; what they did does not count yet."""
    if person_id is not None:
        session.execute(
            _COUNT_ACT[is_sqlite(session)],
            {"of_consultation": consultation_id, "of_person": person_id, "first": 0, "step": 0},
        )


def acts_under(contribution: Contribution) -> Select[Any]:
    """One row (person_id) per act that counts when this contribution does: itself, supports, comments."""
    return _persons(
        select(literal(contribution.author_id).label("person_id")),
        select(Support.person_id).where(Support.contribution_id == contribution.id),
        _standing_comments(contribution.id),
    )


def acts_of_comment(comment: Comment) -> Select[Any]:
    """One row (person_id) per act that counts when this comment does: itself and its published replies."""
    return _persons(
        select(literal(comment.author_id).label("person_id")),
        select(Comment.author_id).where(Comment.parent_id == comment.id, Comment.status == Status.PUBLISHED),
    )


def _standing_comments(contribution_id: int) -> Select[Any]:
    """The authors of the comments that count if their contribution does: published, as is their parent if any."""
    parent = aliased(Comment)
    return (
        select(Comment.author_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .where(
            Comment.contribution_id == contribution_id,
            Comment.status == Status.PUBLISHED,
            (Comment.parent_id.is_(None)) | (parent.status == Status.PUBLISHED),
        )
    )


def shift_acts(session: Session, consultation_id: int, acts: Select[Any], step: int) -> int:
    """Add `step` to the counted acts of each person, once per row of `acts`; returns the participants' change.

    Set-based: a fixed number of statements however many people are concerned.
    """
    concerned = acts.subquery()
    mine = (
        Participation.consultation_id == consultation_id,
        Participation.person_id.in_(select(concerned.c.person_id)),
        Participation.counted_acts == 0,
    )
    idle = select(func.count()).select_from(Participation).where(*mine)
    before = session.scalar(idle) or 0
    times = (
        select(func.count())
        .select_from(concerned)
        .where(concerned.c.person_id == Participation.person_id)
        .scalar_subquery()
    )
    session.execute(
        update(Participation)
        .where(*mine[:2])
        .values(counted_acts=Participation.counted_acts + step * times)
        .execution_options(synchronize_session=False)
    )
    return before - (session.scalar(idle) or 0)


def _persons(*selects: Select[Any]) -> Select[Any]:
    united = union_all(*selects).subquery()
    return select(united.c.person_id).where(united.c.person_id.is_not(None))
