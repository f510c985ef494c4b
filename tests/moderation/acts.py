"""How tests of moderation report, decide, hold and look."""

from __future__ import annotations

from datetime import datetime

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.core.access import Actor
from consult.core.db import transaction
from consult.moderation import commands, queries, reporting, waiting
from consult.moderation.cases import wait
from consult.moderation.rules import REASONS
from consult.moderation.values import Act, Item, Kind, Reason, Show, Target
from consult.moderation.waiting import WaitingItem
from consult.proposals.values import Status
from consult.reports.queries.recount import recount
from tests.conftest import NOW
from tests.support.factories import Factory, Made

FIRST = Item(Kind.CONTRIBUTION, 1)


def hold(made: Made) -> None:
    """Let first posts wait."""
    with transaction(write=True) as session:
        session.get_one(Consultation, made.id).hold_first_posts = True


def decide(
    made: Made, actor: Actor, act: Act, item: Item = FIRST, *, words: str = "", now: datetime = NOW
) -> None:
    """One act, for the first reason that fits it."""
    with transaction(write=True) as session:
        commands.decide(
            session,
            actor=actor,
            consultation_id=made.id,
            item=item,
            act=act,
            reason=REASONS[act][0],
            words=words,
            now=now,
        )


def report(
    made: Made,
    actor: Actor,
    item: Item = FIRST,
    *,
    reason: Reason = Reason.INSULT,
    words: str = "",
    now: datetime = NOW,
) -> bool:
    """A report; True when it is a new one."""
    with transaction(write=True) as session:
        return reporting.report_text(
            session, actor=actor, consultation_id=made.id, item=item, reason=reason, words=words, now=now
        )


def flag(made: Made, item: Item = FIRST) -> None:
    """Let a text wait because others say the same."""
    with transaction(write=True) as session:
        (found,) = queries.get_items(session, consultation_id=made.id, items=[item])
        wait(session, made.id, Target(item.kind, found.id), now=NOW, flagged=True)


def queue(made: Made, show: Show = Show.WAITING) -> list[WaitingItem]:
    """Everything that waits, page after page."""
    found: list[WaitingItem] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        with transaction() as session:
            page = waiting.list_waiting(session, consultation_id=made.id, show=show, after=after)
        found += page.items
        after, pages = page.after, pages + 1
        assert pages < 20
    return found


def items(waits: list[WaitingItem]) -> list[Item]:
    """What waits, in its order."""
    return [Item(entry.item.kind, entry.item.number) for entry in waits]


def status(made: Made, item: Item) -> Status:
    """What became of a text."""
    with transaction() as session:
        (found,) = queries.get_items(session, consultation_id=made.id, items=[item])
    return found.status


def numbers(made: Made, now: datetime = NOW) -> tuple[int, int, int, int]:
    """Participants, contributions, supports, comments; all countings must agree."""
    with transaction() as session:
        found = recount(session, made.id, now=now)
        assert found.agrees, found
        read = consultations.figures(session, made.id, now)
    return read.participants, read.contributions, read.supports, read.comments


def people(make: Factory, organisation_id: int) -> dict[str, Actor]:
    """One person of each role."""
    from_elsewhere = make.member(make.organisation("Ailleurs"))
    return {
        "visitor": Actor(),
        "citizen": make.person(),
        "team": make.member(organisation_id),
        "other_team": from_elsewhere,
        "platform": make.administrator(),
    }
