"""A long random walk through everything that moves figures: whatever the order, all countings agree.

After each step the live tally, the sum of the days and the recount's SQL are compared with a counting that lives
in this file: plain Python over plain rows. A refused act must change nothing, and what was known at the end of
a day must stay what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from consult.audience.commands import count_reader, seal_day
from consult.audience.models import AudienceDay
from consult.consultations.commands import lock_consultation
from consult.consultations.models import Consultation
from consult.consultations.queries import figures, figures_at
from consult.core.access import Actor, Refused
from consult.core.clock import civil_date
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.moderation import commands as moderation
from consult.moderation.rules import REASONS
from consult.moderation.values import Act, Item, Kind
from consult.proposals import commands, comments
from consult.proposals.loads import ActsLoader, NewComment, NewContribution, NewSupport
from consult.proposals.models import Comment, Contribution, Support
from consult.proposals.rules import prepare_comment, prepare_contribution
from consult.proposals.values import Channel, Stance, Status
from consult.reports.queries.recount import recount
from tests.support.factories import Factory, Made

STEPS, STEPS_AROUND_CLOSING = 200, 60
ZONE = "Europe/Paris"
# The clocks go forward in the night to the last day: the walk crosses that night, then the closing midnight.
BEGINNING = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
CLOSES_ON = date(2026, 3, 29)
CLOSING = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
PAUSES = (0, 0, 1, 5, 30, 60)
TEXTS = [
    prepare_contribution(f"Une idée numéro {number}", f"Le texte numéro {number}, assez long pour être publié.")
    for number in range(3)
]
WORDS = prepare_comment("Très bonne idée.")
NAMES = ("participants", "contributions", "supports", "comments", "visitors")
Numbers = dict[str, int]


@dataclass
class Walk:
    """Somebody at random does something at random to something at random, a little later each time."""

    made: Made
    people: list[Actor]
    team: Actor
    random: Random
    now: datetime = BEGINNING
    done: list[str] = field(default_factory=list)
    acts: set[Act] = field(default_factory=set)
    ends: dict[date, Numbers] = field(default_factory=dict)

    def step(self) -> None:
        """One act, accepted or refused, and every counting of its consequences."""
        before, day = self.live(), civil_date(self.now, ZONE)
        self.now += timedelta(minutes=self.random.choice(PAUSES))
        if civil_date(self.now, ZONE) != day:
            self.ends[day] = before
        act = self.random.choices(list(ACTS), list(ACTS.values()))[0]
        self.done.append(f"{self.now.isoformat()} {act.__name__}")
        refused = False
        try:
            act(self)
        except (Refused, NotFound) as refusal:  # what waits is not there for others
            refused = True
            self.done[-1] += f", refused: {refusal}"
        with transaction() as session:
            found = recount(session, self.made.id, now=self.now)
            by_hand = _counted_by_hand(session, self.made)
        live = {item.name: item.live for item in found.figures if item.name in NAMES}
        assert found.agrees, (found, self.done)
        assert live == by_hand, self.done
        assert not refused or live == before, self.done
        if self.now >= CLOSING and act not in BY_THE_TEAM:
            assert live == before, "closed means frozen"

    def live(self) -> Numbers:
        """The figures as every page shows them."""
        with transaction() as session:
            found = figures(session, self.made.id, self.now)
        return {name: getattr(found, name) for name in NAMES}

    def on(self, day: date) -> Numbers:
        """The figures as known at the end of a day."""
        with transaction() as session:
            found = figures_at(session, self.made.id, day)
        return {name: getattr(found, name) for name in NAMES}

    # --- what can be done

    def contribute(self) -> None:
        self._do(
            commands.publish_contribution,
            actor=self._anybody(),
            question_number=self.random.choice((1, 2)),
            text=self.random.choice(TEXTS),
        )

    def edit(self) -> None:
        picked = self._contribution()
        self._do(
            commands.edit_contribution,
            actor=self._usually(picked.author_id),
            number=picked.number,
            question_number=self.random.choice((1, 2)),
            text=self.random.choice(TEXTS),
        )

    def withdraw(self) -> None:
        picked = self._contribution()
        self._do(commands.withdraw_contribution, actor=self._usually(picked.author_id), number=picked.number)

    def support(self) -> None:
        self._do(commands.support_contribution, actor=self._anybody(), number=self._contribution().number)

    def take_support_back(self) -> None:
        given = _rows(
            select(Contribution.number, Support.person_id)
            .join(Support, Support.contribution_id == Contribution.id)
            .order_by(Contribution.number, Support.person_id)
        )
        if given and self.random.random() < 0.8:
            picked = self.random.choice(given)
            actor, number = self._usually(picked.person_id), picked.number
        else:
            actor, number = self._anybody(), self._contribution().number
        self._do(commands.withdraw_support, actor=actor, number=number)

    def comment(self) -> None:
        self._comment_on(self._contribution().number, None)

    def reply(self) -> None:
        if picked := self._a_comment():
            self._comment_on(picked.contribution, picked.number)

    def withdraw_comment(self) -> None:
        if picked := self._a_comment():
            self._do(comments.withdraw_comment, actor=self._usually(picked.author_id), number=picked.number)

    def moderate_contribution(self) -> None:
        picked = self._held(Contribution) or self._contribution()
        self._moderate(Item(Kind.CONTRIBUTION, picked.number), picked.status)

    def moderate_comment(self) -> None:
        if picked := self._held(Comment) or self._a_comment():
            self._moderate(Item(Kind.COMMENT, picked.number), picked.status)

    def hold_first_posts_or_not(self) -> None:
        with transaction(write=True) as session:
            consultation = session.get_one(Consultation, self.made.id)
            consultation.hold_first_posts = not consultation.hold_first_posts

    def read_a_page(self) -> None:
        day = civil_date(self.now, ZONE) - timedelta(days=self.random.choice((0, 0, 0, 1)))
        with transaction(write=True) as session:
            count_reader(
                session,
                consultation_id=self.made.id,
                day=day,
                reader_hash=f"reader {self.random.randrange(5)}",
                now=self.now,
            )

    def seal(self) -> None:
        day = civil_date(self.now, ZONE) - timedelta(days=self.random.choice((0, 1)))
        with transaction(write=True) as session:
            seal_day(session, consultation_id=self.made.id, day=day, now=self.now)

    # --- who, and to what

    def _do(self, command: Callable[..., object], **values: object) -> None:
        with transaction(write=True) as session:
            command(session, consultation_id=self.made.id, now=self.now, **values)

    def _comment_on(self, contribution: int, parent: int | None) -> None:
        self._do(
            comments.publish_comment,
            actor=self._anybody(),
            contribution_number=contribution,
            stance=self.random.choice(list(Stance)),
            text=WORDS,
            parent_number=parent,
        )

    def _moderate(self, item: Item, status: Status) -> None:
        actor = self.team if self.random.random() < 0.9 else self._anybody()
        held = self.random.choice((Act.RELEASE, Act.RELEASE, Act.REFUSE))
        act = {Status.PUBLISHED: Act.HIDE, Status.HELD: held}.get(status, Act.RESTORE)
        self._do(moderation.decide, actor=actor, item=item, act=act, reason=REASONS[act][0], words="")
        self.acts.add(act)

    def _anybody(self) -> Actor:
        return self.team if self.random.random() < 0.05 else self.random.choice(self.people)

    def _usually(self, author_id: int | None) -> Actor:
        own = [person for person in self.people if person.person_id == author_id]
        return own[0] if own and self.random.random() < 0.9 else self._anybody()

    def _contribution(self) -> Row[*tuple[Any, ...]]:
        """Rather an early one, so that acts pile up on it."""
        rows = _rows(
            select(Contribution.number, Contribution.author_id, Contribution.status)
            .where(Contribution.consultation_id == self.made.id)
            .order_by(Contribution.number)
        )
        return self.random.choice(rows[:4] if self.random.random() < 0.7 else rows)

    def _held(self, model: type[Contribution | Comment]) -> Row[*tuple[Any, ...]] | None:
        """Often one that waits, so that what waits gets read."""
        rows = _rows(
            select(model.number, model.status)
            .where(model.consultation_id == self.made.id, model.status == Status.HELD)
            .order_by(model.number)
        )
        return rows[0] if rows and self.random.random() < 0.5 else None

    def _a_comment(self) -> Row[*tuple[Any, ...]] | None:
        rows = _rows(
            select(Comment.number, Comment.author_id, Comment.status, Contribution.number.label("contribution"))
            .join(Contribution, Contribution.id == Comment.contribution_id)
            .where(Comment.consultation_id == self.made.id)
            .order_by(Comment.number)
        )
        return self.random.choice(rows) if rows else None


ACTS: dict[Callable[[Walk], None], int] = {
    Walk.contribute: 3,
    Walk.edit: 2,
    Walk.withdraw: 1,
    Walk.support: 8,
    Walk.take_support_back: 5,
    Walk.comment: 5,
    Walk.reply: 5,
    Walk.withdraw_comment: 3,
    Walk.moderate_contribution: 4,
    Walk.moderate_comment: 5,
    Walk.hold_first_posts_or_not: 1,
    Walk.read_a_page: 4,
    Walk.seal: 1,
}


REFUSALS = {
    "consultation_closed",
    "own_contribution",
    "team_does_not_act",
    "not_published",
    "not_author",
}
BY_THE_TEAM = {Walk.moderate_contribution, Walk.moderate_comment}
DECIDED = {Act.HIDE, Act.RESTORE, Act.RELEASE, Act.REFUSE}


def _counted_by_hand(session: Session, made: Made) -> Numbers:
    """The definitions of docs/figures.md in plain Python, from plain rows."""
    contributions = {
        row.id: row
        for row in session.execute(
            select(Contribution.id, Contribution.author_id, Contribution.status).where(
                Contribution.consultation_id == made.id
            )
        )
        if row.status is Status.PUBLISHED
    }
    supports = [
        row
        for row in session.execute(select(Support.contribution_id, Support.person_id))
        if row.contribution_id in contributions
    ]
    published = {
        row.id: row
        for row in session.execute(
            select(
                Comment.id, Comment.contribution_id, Comment.parent_id, Comment.author_id, Comment.status
            ).where(Comment.consultation_id == made.id)
        )
        if row.status is Status.PUBLISHED and row.contribution_id in contributions
    }
    standing = [row for row in published.values() if row.parent_id is None or row.parent_id in published]
    acting = {row.author_id for row in (*contributions.values(), *standing)} | {row.person_id for row in supports}
    days = session.execute(select(AudienceDay.visitors).where(AudienceDay.consultation_id == made.id)).all()
    return {
        "participants": len(acting - {None}),
        "contributions": len(contributions),
        "supports": len(supports),
        "comments": len(standing),
        "visitors": sum(day.visitors for day in days),
    }


def _rows(query: Select[*tuple[Any, ...]]) -> list[Row[*tuple[Any, ...]]]:
    with transaction() as session:
        return list(session.execute(query).all())


def _load_what_came_before(made: Made, people: list[Actor]) -> None:
    """A package's acts: unsigned paper, a hidden contribution with a support, a reply to a hidden comment."""
    earlier = BEGINNING - timedelta(days=2)
    first, second = (person.person_id or 0 for person in people[:2])
    statuses = (Status.PUBLISHED, Status.HIDDEN, Status.PUBLISHED)
    authors = (None, first, second)
    with transaction(write=True) as session:
        loader = ActsLoader(session, lock_consultation(session, made.id))
        loader.add_contributions(
            NewContribution(
                number=number,
                question=1,
                author_id=author,
                author_name="",
                text=TEXTS[0],
                created_at=earlier,
                channel=Channel.PAPER if author is None else Channel.WEB,
                status=status,
            )
            for number, (author, status) in enumerate(zip(authors, statuses, strict=True), 1)
        )
        comment: dict[str, Any] = {"author_id": first, "author_name": "", "text": WORDS, "created_at": earlier}
        loader.add_comments(
            [
                NewComment(1, 1, None, Stance.FOR, status=Status.HIDDEN, **comment),
                NewComment(2, 2, None, Stance.FOR, **comment),
            ]
        )
        loader.add_comments([NewComment(1, 3, 1, Stance.NEUTRAL, **comment)])
        loader.add_supports(
            [NewSupport(1, first, earlier), NewSupport(1, second, earlier), NewSupport(2, second, earlier)]
        )
        loader.finish({})


def test_all_countings_agree_after_every_step(make: Factory) -> None:
    made = make.consultation(closes_on=CLOSES_ON)
    people, team = [make.person() for _ in range(8)], make.member(made.organisation_id)
    # A failure names its steps; another number walks another way.
    walk = Walk(made, people, team, Random(3))
    _load_what_came_before(made, people)
    walk.hold_first_posts_or_not()
    for step in range(STEPS):
        if step == STEPS - STEPS_AROUND_CLOSING:
            walk.now = max(walk.now, CLOSING - timedelta(minutes=120))
        walk.step()
    assert walk.now > CLOSING
    assert walk.acts == DECIDED
    assert {line.split(", refused: ")[1] for line in walk.done if "refused" in line} >= REFUSALS
    for day, numbers in walk.ends.items():
        assert walk.on(day) == numbers, "what a day ended with is said of it ever after"
