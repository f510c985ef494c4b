"""What waits for the team: part of the commands' layer. Called by who holds the consultation's tally row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from consult.moderation.models import Case, Report
from consult.moderation.rules import rank_of
from consult.moderation.values import Kind, Target


def wait(
    session: Session,
    consultation_id: int,
    target: Target,
    *,
    now: datetime,
    reports: int = 0,
    held: bool = False,
    flagged: bool = False,
    answered: bool = False,
) -> None:
    """Put something into the queue, or add to why it waits there."""
    case = find_case(session, target)
    if case is None:
        case = Case(
            consultation_id=consultation_id,
            since=now,
            reports=0,
            held=False,
            flagged=False,
            answered=False,
            **target.columns,
        )
        session.add(case)
    case.reports += reports
    case.rank = rank_of(case.reports)
    case.held = case.held or held
    case.flagged = case.flagged or flagged
    case.answered = case.answered or answered
    session.flush()


def settle(session: Session, target: Target, *, now: datetime, keep_held: bool = False) -> bool:
    """Take something out of the queue and close the reports on it; False when it did not wait.

    With `keep_held` only its reports and its resemblance are done with.
    """
    session.execute(
        update(Report)
        .where(_about(Report, target), Report.closed_at.is_(None))
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )
    case = find_case(session, target)
    if case is None:
        return False
    if keep_held and (case.held or case.answered):
        case.reports, case.flagged, case.rank = 0, False, rank_of(0)
    else:
        session.delete(case)
    session.flush()
    return True


def find_case(session: Session, target: Target) -> Case | None:
    """The row of something that waits."""
    return session.scalars(select(Case).where(_about(Case, target))).one_or_none()


def _about(model: type[Case | Report], target: Target) -> ColumnElement[bool]:
    column = model.contribution_id if target.kind is Kind.CONTRIBUTION else model.comment_id
    return column == target.id
