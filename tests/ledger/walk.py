"""What a few people do in a consultation, one act of every kind: material for the journal's tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from consult.audience.commands import count_reader, seal_day
from consult.consultations.commands import lock_consultation
from consult.consultations.queries import figures
from consult.core.access import Actor
from consult.core.db import transaction
from consult.ledger import queries
from consult.ledger.tasks import JournalCheck, check_journal
from consult.moderation import commands as moderation
from consult.moderation.values import Reason
from consult.proposals import commands, comments
from consult.proposals.rules import prepare_contribution
from consult.proposals.values import Stance, Status
from tests.conftest import NOW
from tests.support.factories import Factory, Made

TOMORROW = NOW + timedelta(days=1)


@dataclass
class Walk:
    """A consultation in which things happen; `at` moves a second with each act."""

    make: Factory
    consultation: Made

    def __post_init__(self) -> None:
        self._seconds = count(1)
        self.moderator = self.make.member(self.consultation.organisation_id)

    def do(self, command: Any, **arguments: Any) -> Any:
        """Run a command in a transaction of its own."""
        now = NOW + timedelta(seconds=next(self._seconds))
        with transaction(write=True) as session:
            return command(session, consultation_id=self.consultation.id, now=now, **arguments)

    def hide(self, number: int, command: Any = moderation.hide_contribution) -> None:
        """A moderator hides something."""
        self.do(command, actor=self.moderator, number=number, reason=Reason.OFF_TOPIC, words="")

    def restore(self, number: int, command: Any = moderation.restore_contribution) -> None:
        """A moderator brings something back."""
        self.do(command, actor=self.moderator, number=number, reason=Reason.REVIEWED, words="")

    def settle(self, command: Any, number: int, status: Status) -> None:
        """A moderator releases or refuses what waits."""
        with transaction(write=True) as session:
            locked = lock_consultation(session, self.consultation.id)
            command(session, consultation=locked, number=number, status=status, now=NOW, held=True)

    def everything(self) -> dict[str, Actor]:
        """One act of every kind that there is; returns who acted."""
        make, made = self.make, self.consultation
        people = {name: make.person(name) for name in ("Anne", "Bilal", "Chloé", "Driss")}
        anne, bilal, chloe, driss = people.values()
        first = make.contribution(made, anne)
        second = make.contribution(made, bilal, question=2)
        for who in (bilal, chloe, driss):
            make.support(made, first, who)
        make.support(made, second, chloe)
        self.do(commands.withdraw_support, actor=driss, number=first)
        pro = make.comment(made, first, driss)
        make.comment(made, first, anne, parent=pro)
        con = make.comment(made, second, chloe, stance=Stance.AGAINST)
        text = prepare_contribution("Des ateliers ouverts", "Ouvrir des ateliers « partagés », le soir.")
        self.do(commands.edit_contribution, actor=anne, number=first, question_number=2, text=text)
        self.hide(pro, moderation.hide_comment)
        self.hide(first)
        self.do(commands.withdraw_support, actor=chloe, number=first)
        self.restore(pro, moderation.restore_comment)
        self.restore(first)
        self.do(comments.withdraw_comment, actor=chloe, number=con)
        self.do(commands.withdraw_contribution, actor=bilal, number=second)
        for reader in ("one", "two", "three"):
            self.do(count_reader, day=NOW.date(), reader_hash=reader)
        return people

    def seal(self) -> None:
        """The day ends."""
        with transaction(write=True) as session:
            seal_day(session, consultation_id=self.consultation.id, day=NOW.date(), now=TOMORROW)

    def check(self) -> JournalCheck:
        """The journal checked."""
        return check_journal(self.consultation.slug, now=NOW)

    def entries(self) -> list[queries.EntryView]:
        """Every entry, the first one first (a walk fits on one page)."""
        with transaction() as session:
            return list(reversed(queries.journal_page(session, self.consultation.id).entries))


def shown(consultation: Made) -> dict[str, int]:
    """The figures of a consultation as they are shown."""
    with transaction() as session:
        found = figures(session, consultation.id, NOW)
    return {name: getattr(found, name) for name in ("participants", "contributions", "supports", "comments")}
