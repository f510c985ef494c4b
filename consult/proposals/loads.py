"""Acts in bulk, for packages and for large test sizes: part of the commands' layer.

Set-based, and yet the same rows and figures as the commands give one by one (tests/proposals/test_loads.py
compares the two). Memory holds numbers and ids, never texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from consult.consultations.commands import LockedConsultation, adjust_tally, set_next_numbers
from consult.consultations.models import Question
from consult.core.batches import batches
from consult.core.errors import Invalid
from consult.proposals.models import Comment, Contribution, PaperEntry, Participation, Support
from consult.proposals.rules import CommentText, ContributionText, shuffle_key
from consult.proposals.values import Channel, Stance, Status


@dataclass(frozen=True, slots=True)
class NewContribution:
    """A contribution to load; `question` is a question's number, `author_id` None for paper without a key."""

    number: int
    question: int | None
    author_id: int | None
    author_name: str
    text: ContributionText
    created_at: datetime
    channel: Channel = Channel.WEB
    status: Status = Status.PUBLISHED
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment to load; `contribution` and `parent` are numbers, and a parent comes before its replies."""

    contribution: int
    number: int
    parent: int | None
    stance: Stance
    author_id: int
    author_name: str
    text: CommentText
    created_at: datetime
    status: Status = Status.PUBLISHED


@dataclass(frozen=True, slots=True)
class NewSupport:
    """A support to load; `contribution` is a number."""

    contribution: int
    person_id: int
    created_at: datetime


@dataclass
class _Counts:
    """What the acts add up to, gathered while they are written."""

    days: dict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    acts: Counter[int] = field(default_factory=Counter)
    first_act: dict[int, datetime] = field(default_factory=dict)
    people: dict[int, None] = field(default_factory=dict)

    def take_part(self, person_id: int | None, moment: datetime, *, counts: bool) -> None:
        """An act of a person, which counts or does not."""
        if person_id is None:
            return
        self.people.setdefault(person_id)
        if not counts:
            return
        self.acts[person_id] += 1
        if person_id not in self.first_act or moment < self.first_act[person_id]:
            self.first_act[person_id] = moment


class ActsLoader:
    """Loads the acts of one consultation that has none yet: contributions, then comments, then supports.

    The caller holds the tally's lock, has checked every rule, and calls `finish` at the end: only then are
    counters, participants and figures written.
    """

    def __init__(self, session: Session, consultation: LockedConsultation) -> None:
        """Raises `Invalid` when somebody has acted there already."""
        taken = select(Contribution.id).where(Contribution.consultation_id == consultation.id).limit(1)
        if session.scalar(taken) is not None:
            raise Invalid("consultation", "not_empty")
        self._session, self._consultation = session, consultation
        self._counts = _Counts()
        self._contribution_ids: dict[int, int] = {}
        self._comment_ids: dict[int, int] = {}
        self._counting: set[int] = set()
        self._standing: set[int] = set()
        self._supports: Counter[int] = Counter()
        self._comments: Counter[int] = Counter()

    def add_contributions(self, contributions: Iterable[NewContribution]) -> int:
        """Write contributions; returns how many."""
        asked = select(Question.number, Question.id).where(Question.consultation_id == self._consultation.id)
        questions = {row.number: row.id for row in self._session.execute(asked)}
        before = len(self._contribution_ids)
        for batch in batches(contributions):
            rows = [self._contribution_row(item, questions) for item in batch]
            self._contribution_ids.update(self._insert_numbered(Contribution, rows))
            self._enter_paper(batch)
            for item in batch:
                self._count_contribution(item)
        return len(self._contribution_ids) - before

    def add_comments(self, comments: Iterable[NewComment]) -> int:
        """Write comments; returns how many. What a reply answers was written by an earlier call."""
        before = len(self._comment_ids)
        for batch in batches(comments):
            rows = [self._comment_row(item) for item in batch]
            self._comment_ids.update(self._insert_numbered(Comment, rows))
            for item in batch:
                self._count_comment(item)
        return len(self._comment_ids) - before

    def add_supports(self, supports: Iterable[NewSupport]) -> int:
        """Write supports; returns how many."""
        count = 0
        for batch in batches(supports):
            rows = [
                {
                    "contribution_id": self._contribution_ids[item.contribution],
                    "person_id": item.person_id,
                    "created_at": item.created_at,
                }
                for item in batch
            ]
            self._session.execute(insert(Support), rows)
            count += len(rows)
            for item in batch:
                counts = item.contribution in self._counting
                self._supports[item.contribution] += 1
                self._count("supports", item.person_id, item.created_at, counts=counts)
        return count

    def finish(self, author_keys: Mapping[int, str]) -> None:
        """Write counters, participations (with the package's key of each person), figures and next numbers."""
        self._write_counters()
        people = self._counts.people.keys() | author_keys.keys()
        for batch in batches(sorted(people)):
            rows = [
                {
                    "consultation_id": self._consultation.id,
                    "person_id": person_id,
                    "counted_acts": self._counts.acts[person_id],
                    "author_key": author_keys.get(person_id),
                }
                for person_id in batch
            ]
            self._session.execute(insert(Participation), rows)
        for moment in self._counts.first_act.values():
            self._counts.days[self._consultation.day(moment)]["participants"] += 1
        for day, changes in sorted(self._counts.days.items()):
            adjust_tally(self._session, self._consultation.id, day=day, **changes)
        set_next_numbers(
            self._session,
            self._consultation.id,
            contribution=max(self._contribution_ids, default=0) + 1,
            comment=max(self._comment_ids, default=0) + 1,
        )

    def _enter_paper(self, batch: Iterable[NewContribution]) -> None:
        """What did not come on the site was typed in when it was made; a package does not say by whom."""
        rows = [
            {
                "contribution_id": self._contribution_ids[item.number],
                "consultation_id": self._consultation.id,
                "entered_at": item.created_at,
                "changed_at": item.created_at,
                "source": "",
                "withdrawal_reason": "",
            }
            for item in batch
            if item.channel is not Channel.WEB
        ]
        if rows:
            self._session.execute(insert(PaperEntry), rows)

    def _write_counters(self) -> None:
        for batch in batches(sorted(self._supports.keys() | self._comments.keys())):
            rows = [
                {
                    "id": self._contribution_ids[number],
                    "supports": self._supports[number],
                    "comments": self._comments[number],
                }
                for number in batch
            ]
            self._session.execute(update(Contribution), rows)

    def _insert_numbered(
        self, model: type[Contribution | Comment], rows: list[dict[str, Any]]
    ) -> Iterable[tuple[int, int]]:
        inserted = self._session.execute(insert(model).returning(model.number, model.id), rows)
        return [(number, row_id) for number, row_id in inserted]

    def _contribution_row(self, item: NewContribution, questions: Mapping[int, int]) -> dict[str, Any]:
        return {
            "consultation_id": self._consultation.id,
            "number": item.number,
            "question_id": None if item.question is None else questions[item.question],
            "author_id": item.author_id,
            "author_name": item.author_name,
            "title": item.text.title,
            "body": item.text.body,
            "body_html": item.text.body_html,
            "excerpt": item.text.excerpt,
            "search_text": item.text.search_text,
            "channel": item.channel,
            "received_on": item.received_on,
            "status": item.status,
            "created_at": item.created_at,
            "supports": 0,
            "comments": 0,
            "shuffle": shuffle_key(self._consultation.slug, item.number),
        }

    def _comment_row(self, item: NewComment) -> dict[str, Any]:
        return {
            "consultation_id": self._consultation.id,
            "contribution_id": self._contribution_ids[item.contribution],
            "number": item.number,
            "parent_id": None if item.parent is None else self._comment_ids[item.parent],
            "stance": item.stance,
            "author_id": item.author_id,
            "author_name": item.author_name,
            "body": item.text.body,
            "body_html": item.text.body_html,
            "status": item.status,
            "created_at": item.created_at,
        }

    def _count_contribution(self, item: NewContribution) -> None:
        counts = item.status is Status.PUBLISHED
        if counts:
            self._counting.add(item.number)
        self._count("contributions", item.author_id, item.created_at, counts=counts)

    def _count_comment(self, item: NewComment) -> None:
        """A comment stands when it and its parent are published; it counts when its contribution does, too."""
        stands = item.status is Status.PUBLISHED and (item.parent is None or item.parent in self._standing)
        if stands:
            self._standing.add(item.number)
            self._comments[item.contribution] += 1
        counts = stands and item.contribution in self._counting
        self._count("comments", item.author_id, item.created_at, counts=counts)

    def _count(self, figure: str, person_id: int | None, moment: datetime, *, counts: bool) -> None:
        self._counts.take_part(person_id, moment, counts=counts)
        if counts:
            self._counts.days[self._consultation.day(moment)][figure] += 1
