"""The queue: what waits for the team and why. A part of the queries' layer, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Row, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.core.numbers import number_in
from consult.moderation.models import Answer, Case, ModerationDecision, Report, SeenText
from consult.moderation.queries import PAGE_SIZE, ModerationItem, items_by_id
from consult.moderation.values import AGAINST, TOLD, Kind, Reason, Show, Target
from consult.proposals.models import Comment, Contribution

WORDS_SHOWN, ALIKE_SHOWN = 50, 20
_SHOWN: Mapping[Show, ColumnExpressionArgument[bool]] = {
    Show.REPORTED: Case.reports > 0,
    Show.HELD: Case.held,
    Show.SIMILAR: Case.flagged,
    Show.ANSWERED: Case.answered,
}


@dataclass(frozen=True)
class AnswerView:
    """What an author answered to a decision; empty once they erased their account."""

    body: str
    answered_at: datetime


@dataclass(frozen=True)
class WaitingItem:
    """A text in the queue: why it waits, and what is known of its author’s other texts at this organisation."""

    item: ModerationItem
    since: datetime
    urgent: bool
    reports: int
    reasons: tuple[tuple[Reason, int], ...]
    held: bool
    alike: int
    answer: AnswerView | None
    against_author: int


@dataclass(frozen=True)
class WaitingPage:
    """One page of the queue; `after` leads to the next one, None on the last."""

    items: tuple[WaitingItem, ...]
    after: str | None


@dataclass(frozen=True)
class ReportView:
    """A report as the team reads it: never who made it."""

    reason: Reason
    words: str
    reported_at: datetime


@dataclass(frozen=True)
class Context:
    """Beside one text: the open reports, texts that say the same, the author’s answer."""

    waiting: WaitingItem | None
    reports: tuple[ReportView, ...]
    alike: tuple[ModerationItem, ...]


@dataclass(frozen=True)
class WaitingCount:
    """How much waits in a consultation, and how much of it is urgent."""

    waiting: int
    urgent: int


def list_waiting(
    session: Session, *, consultation_id: int, show: Show = Show.WAITING, after: str | None = None
) -> WaitingPage:
    """One page of the queue: what several people reported first, then who came first (at most 8 statements)."""
    query = select(Case).where(Case.consultation_id == consultation_id)
    if show in _SHOWN:
        query = query.where(_SHOWN[show])
    cursor = _read_cursor(after)
    if cursor is not None:
        query = query.where(tuple_(Case.rank, Case.id) > cursor)
    cases = session.scalars(query.order_by(Case.rank, Case.id).limit(PAGE_SIZE + 1)).all()
    shown = cases[:PAGE_SIZE]
    more = f"{shown[-1].rank}-{shown[-1].id}" if len(cases) > PAGE_SIZE else None
    return WaitingPage(_described(session, consultation_id, shown), more)


def context_of(session: Session, *, consultation_id: int, item: ModerationItem) -> Context:
    """What the team reads beside one text (at most 12 statements)."""
    target = Target(item.kind, item.id)
    waits = session.scalars(select(Case).where(_about(Case, target))).all()
    described = _described(session, consultation_id, waits)
    reports = session.scalars(
        select(Report)
        .where(_about(Report, target), Report.closed_at.is_(None))
        .order_by(Report.id.desc())
        .limit(WORDS_SHOWN)
    )
    return Context(
        waiting=described[0] if described else None,
        reports=tuple(ReportView(row.reason, row.words, row.reported_at) for row in reports),
        alike=_alike(session, consultation_id, target),
    )


def waiting_counts(session: Session, consultation_ids: Sequence[int]) -> dict[int, WaitingCount]:
    """How much waits in each of these consultations (1 statement); those where nothing waits are left out."""
    rows = session.execute(
        select(
            Case.consultation_id,
            func.count().label("waiting"),
            func.sum(case((Case.rank == 0, 1), else_=0)).label("urgent"),
        )
        .where(Case.consultation_id.in_(consultation_ids))
        .group_by(Case.consultation_id)
    )
    return {row.consultation_id: WaitingCount(row.waiting, int(row.urgent)) for row in rows}


def _described(session: Session, consultation_id: int, cases: Sequence[Case]) -> tuple[WaitingItem, ...]:
    targets = {row.id: _target(row) for row in cases}
    items = items_by_id(session, targets.values())
    reasons = _reasons(session, targets.values())
    answers = _answers(session, [item for item in items.values() if item.decisions])
    against = _against(session, consultation_id, {item.author_id for item in items.values()} - {None})
    groups = _group_sizes(session, targets.values())
    return tuple(
        WaitingItem(
            item=items[targets[row.id]],
            since=row.since,
            urgent=row.rank == 0,
            reports=row.reports,
            reasons=tuple(reasons.get(targets[row.id], ())),
            held=row.held,
            alike=groups.get(targets[row.id], 0) if row.flagged else 0,
            answer=answers.get(targets[row.id]) if row.answered else None,
            against_author=against.get(items[targets[row.id]].author_id or 0, 0),
        )
        for row in cases
    )


def _reasons(session: Session, targets: Iterable[Target]) -> dict[Target, list[tuple[Reason, int]]]:
    """The reasons of the open reports on each, with how often each is given."""
    times = func.count().label("times")
    found: dict[Target, list[tuple[Reason, int]]] = {}
    for row in session.execute(
        select(Report.contribution_id, Report.comment_id, Report.reason, times)
        .where(_any_of(Report, targets), Report.closed_at.is_(None))
        .group_by(Report.contribution_id, Report.comment_id, Report.reason)
        .order_by(times.desc(), Report.reason)
    ):
        found.setdefault(_target(row), []).append((row.reason, row.times))
    return found


def _answers(session: Session, items: Sequence[ModerationItem]) -> dict[Target, AnswerView]:
    """The author's answer to the latest decision about each; what became of reports is none that they know of."""
    decided = ((item, next((taken for taken in item.decisions if taken.act in TOLD), None)) for item in items)
    latest = {taken.id: Target(item.kind, item.id) for item, taken in decided if taken is not None}
    rows = session.scalars(select(Answer).where(Answer.decision_id.in_(latest)))
    return {latest[row.decision_id]: AnswerView(row.body, row.answered_at) for row in rows}


def _against(session: Session, consultation_id: int, author_ids: Iterable[int | None]) -> dict[int, int]:
    """How often texts of these people were hidden or refused at the organisation of this consultation."""
    author = func.coalesce(Contribution.author_id, Comment.author_id)
    wanted = list(author_ids)
    organisation = select(Consultation.organisation_id).where(Consultation.id == consultation_id)
    theirs = select(Consultation.id).where(Consultation.organisation_id == organisation.scalar_subquery())
    rows = session.execute(
        select(author.label("author_id"), func.count().label("times"))
        .select_from(ModerationDecision)
        .outerjoin(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .outerjoin(Comment, Comment.id == ModerationDecision.comment_id)
        .where(
            or_(
                ModerationDecision.contribution_id.in_(
                    select(Contribution.id).where(Contribution.author_id.in_(wanted))
                ),
                ModerationDecision.comment_id.in_(select(Comment.id).where(Comment.author_id.in_(wanted))),
            ),
            ModerationDecision.act.in_(AGAINST),
            ModerationDecision.consultation_id.in_(theirs),
        )
        .group_by(author)
    )
    return {row.author_id: row.times for row in rows}


def _group_sizes(session: Session, targets: Iterable[Target]) -> dict[Target, int]:
    """How many texts say the same as each of these, itself included."""
    mine = (
        select(SeenText.contribution_id, SeenText.comment_id, SeenText.group_id)
        .where(_any_of(SeenText, targets), SeenText.group_id.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(mine.c.contribution_id, mine.c.comment_id, func.count().label("times"))
        .join(SeenText, SeenText.group_id == mine.c.group_id)
        .group_by(mine.c.contribution_id, mine.c.comment_id)
    )
    return {_target(row): row.times for row in rows}


def _alike(session: Session, consultation_id: int, target: Target) -> tuple[ModerationItem, ...]:
    """The first of the other texts that say the same."""
    group = select(SeenText.group_id).where(_about(SeenText, target)).scalar_subquery()
    rows = session.execute(
        select(SeenText.contribution_id, SeenText.comment_id)
        .where(SeenText.group_id == group, SeenText.consultation_id == consultation_id)
        .order_by(SeenText.id)
        .limit(ALIKE_SHOWN)
    )
    targets = [found for found in map(_target, rows) if found != target]
    items = items_by_id(session, targets)
    return tuple(items[found] for found in targets)


def _about(model: type[Case | Report | SeenText], target: Target) -> ColumnElement[bool]:
    column = model.contribution_id if target.kind is Kind.CONTRIBUTION else model.comment_id
    return column == target.id


def _any_of(model: type[Report | SeenText], targets: Iterable[Target]) -> ColumnElement[bool]:
    ids = {kind: [item.id for item in targets if item.kind is kind] for kind in Kind}
    return or_(model.contribution_id.in_(ids[Kind.CONTRIBUTION]), model.comment_id.in_(ids[Kind.COMMENT]))


def _target(row: Case | Row[*tuple[Any, ...]]) -> Target:
    if row.contribution_id is not None:
        return Target(Kind.CONTRIBUTION, row.contribution_id)
    return Target(Kind.COMMENT, row.comment_id or 0)


def _read_cursor(after: str | None) -> tuple[int, int] | None:
    rank, _dash, row_id = (after or "").partition("-")
    case_id = number_in(row_id)
    return (int(rank), case_id) if rank in {"0", "1"} and case_id is not None else None
