"""The figures counted again from the rows, with SQL of its own: nothing here reads a counter to fill another.

An act counts when it is published and everything above it counts: a contribution by its own status, a support
by its contribution's, a comment by its own, its parent's and its contribution's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from consult.audience.models import AudienceDay
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation, DayChange
from consult.core.clock import civil_date
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.values import Status
from consult.reports.rules import FIGURES, FigureCheck, Recount, days_so_far


def recount(session: Session, consultation_id: int, *, now: datetime) -> Recount:
    """Compare every figure and counter of a consultation with its rows (6 statements). Raises `NotFound`.

    Within a write transaction, hold the tally's lock first: then nothing moves between the statements.
    """
    shown = consultations.figures(session, consultation_id, now)
    dates = session.execute(
        select(Consultation.opens_on, Consultation.closes_on, Consultation.time_zone).where(
            Consultation.id == consultation_id
        )
    ).one()
    days = days_so_far(dates.opens_on, dates.closes_on, civil_date(now, dates.time_zone))
    counted = session.execute(_figures(consultation_id)).one()._asdict()
    summed = session.execute(_day_sums(consultation_id)).one()._asdict()
    checks = [FigureCheck(name, getattr(shown, name), int(counted[name]), int(summed[name])) for name in FIGURES]
    return Recount(
        figures=(FigureCheck("days", shown.days, days, days), *checks),
        contributions_off=_count(session, drifted_contributions(consultation_id)),
        participations_off=_count(session, drifted_participations(consultation_id)),
    )


def drifted_contributions(consultation_id: int) -> Select[*tuple[Any, ...]]:
    """Contributions (id, supports, comments as recounted) whose counters are off.

    They count what stands on the contribution itself, whatever its own status, so that restoring it finds them.
    """
    supports = (
        select(Support.contribution_id, func.count().label("times"))
        .join(Contribution, Contribution.id == Support.contribution_id)
        .where(Contribution.consultation_id == consultation_id)
        .group_by(Support.contribution_id)
        .subquery()
    )
    comments = _standing_comments(consultation_id).subquery()
    commented = (
        select(comments.c.contribution_id, func.count().label("times")).group_by(comments.c.contribution_id)
    ).subquery()
    supported_times = func.coalesce(supports.c.times, 0)
    commented_times = func.coalesce(commented.c.times, 0)
    return (
        select(Contribution.id, supported_times.label("supports"), commented_times.label("comments"))
        .outerjoin(supports, supports.c.contribution_id == Contribution.id)
        .outerjoin(commented, commented.c.contribution_id == Contribution.id)
        .where(
            Contribution.consultation_id == consultation_id,
            or_(Contribution.supports != supported_times, Contribution.comments != commented_times),
        )
    )


def drifted_participations(consultation_id: int) -> Select[*tuple[Any, ...]]:
    """People (person_id, counted_acts as recounted) whose counted acts are off, a missing row being 0."""
    acts = _acts(consultation_id)
    both = union_all(
        select(acts.c.person_id, literal(1).label("acts"), literal(0).label("stored")),
        select(Participation.person_id, literal(0), Participation.counted_acts).where(
            Participation.consultation_id == consultation_id
        ),
    ).subquery()
    return (
        select(both.c.person_id, func.sum(both.c.acts).label("counted_acts"))
        .where(both.c.person_id.is_not(None))
        .group_by(both.c.person_id)
        .having(func.sum(both.c.acts) != func.sum(both.c.stored))
    )


def _acts(consultation_id: int) -> Subquery:
    """One row (person_id, kind) for each act that counts."""
    published = (Contribution.consultation_id == consultation_id, Contribution.status == Status.PUBLISHED)
    contributions = select(Contribution.author_id.label("person_id"), literal("contribution").label("kind")).where(
        *published
    )
    supports = (
        select(Support.person_id, literal("support"))
        .join(Contribution, Contribution.id == Support.contribution_id)
        .where(*published)
    )
    standing = _standing_comments(consultation_id).subquery()
    comments = (
        select(standing.c.author_id, literal("comment"))
        .join(Contribution, Contribution.id == standing.c.contribution_id)
        .where(Contribution.status == Status.PUBLISHED)
    )
    return union_all(contributions, supports, comments).subquery()


def _standing_comments(consultation_id: int) -> Select[*tuple[Any, ...]]:
    """Comments published under a published parent or none, whatever became of their contribution."""
    parent = aliased(Comment)
    return (
        select(Comment.contribution_id, Comment.author_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == Status.PUBLISHED,
            or_(Comment.parent_id.is_(None), parent.status == Status.PUBLISHED),
        )
    )


def _figures(consultation_id: int) -> Select[*tuple[Any, ...]]:
    acts = _acts(consultation_id)
    kinds = {
        kind: func.sum(case((acts.c.kind == kind, 1), else_=0)) for kind in ("contribution", "support", "comment")
    }
    return select(
        func.count(acts.c.person_id.distinct()).label("participants"),
        *(func.coalesce(times, 0).label(f"{kind}s") for kind, times in kinds.items()),
        _visitors(consultation_id).label("visitors"),
    )


def _visitors(consultation_id: int) -> ScalarSelect[int]:
    """The readers of the days it was open."""
    return (
        select(func.coalesce(func.sum(AudienceDay.visitors), 0))
        .join(Consultation, Consultation.id == AudienceDay.consultation_id)
        .where(
            AudienceDay.consultation_id == consultation_id,
            AudienceDay.day.between(Consultation.opens_on, Consultation.closes_on),
        )
        .scalar_subquery()
    )


def _day_sums(consultation_id: int) -> Select[*tuple[Any, ...]]:
    columns = DayChange.__table__.c
    return select(*(func.coalesce(func.sum(columns[name]), 0).label(name) for name in FIGURES)).where(
        DayChange.consultation_id == consultation_id
    )


def _count(session: Session, drifted: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(drifted.subquery())) or 0
