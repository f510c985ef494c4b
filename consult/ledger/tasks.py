"""The journal of the live database checked from end to end, with the file that outsiders use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.core.db import is_sqlite, transaction
from consult.core.errors import NotFound
from consult.core.installation import current_settings
from consult.core.mail import queue_mail
from consult.core.web.letters import write_letter
from consult.ledger import queries
from consult.ledger.values import FIGURES
from consult.ledger.verifier.verify import Broken, Chain, Replay


@dataclass(frozen=True)
class JournalCheck:
    """How a journal fared: its length and head, its sums beside the figures shown, and what is wrong if anything.

    `journal` counts the readers of sealed days; those of the other days, `unsealed`, are beside it.
    """

    slug: str
    entries: int
    head: str
    shown: dict[str, int]
    journal: dict[str, int]
    unsealed: int
    problem: str | None

    @property
    def agrees(self) -> bool:
        """True when the chain holds and its sums are the figures."""
        return self.problem is None


def check_journal(slug: str, *, now: datetime) -> JournalCheck:
    """Check the chain, every commitment and every sum, all as of one instant. Raises `NotFound`."""
    with transaction() as session:
        if not is_sqlite(session):
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return _check(session, slug, now)


def check_journals(*, now: datetime) -> list[JournalCheck]:
    """Every journal of the installation."""
    with transaction() as session:
        slugs = queries.journaled_slugs(session)
    return [check_journal(slug, now=now) for slug in slugs]


def anchor_lines(slug: str | None, *, now: datetime) -> list[str]:
    """A line per head, of one consultation or of all, as `verify --anchor` reads it. Raises `NotFound`."""
    with transaction() as session:
        slugs = queries.journaled_slugs(session) if slug is None else (slug,)
        found = [(one, queries.head_of(session, consultations.consultation_id(session, one))) for one in slugs]
    if any(head is None for _, head in found):
        raise NotFound
    at = now.isoformat(timespec="seconds")
    return [f"consult-ledger {one} {head.entries} {head.hash} {at}" for one, head in found if head is not None]


def mail_anchor(address: str, lines: Sequence[str], *, now: datetime) -> None:
    """Queue a mail with these lines, to be kept by whoever receives it."""
    with transaction(write=True) as session:
        letter = write_letter(
            "anchor",
            recipient=address,
            subject=_l("Where the journals stand"),
            language=current_settings().default_language,
            lines=lines,
        )
        queue_mail(session, letter, now=now)


def _check(session: Session, slug: str, now: datetime) -> JournalCheck:
    consultation_id = consultations.consultation_id(session, slug)
    figures = consultations.figures(session, consultation_id, now)
    shown = {name: getattr(figures, name) for name in FIGURES}
    unsealed = queries.visitors_not_sealed(session, consultation_id)
    openings = {item.sequence: (item.salt, item.key) for item in queries.every_opening(session, consultation_id)}
    chain, replay = Chain(), Replay(openings)
    problem = None
    try:
        for line in queries.every_line(session, consultation_id):
            replay.take(chain.read(line.encode()))
    except Broken as error:
        problem = f"after entry {chain.entries}: {error}"
    head = queries.head_of(session, consultation_id)
    kept = (0, chain.head) if head is None else (head.entries, head.hash)
    if problem is None and kept != (chain.entries, chain.head):
        problem = f"the head is kept as entry {kept[0]}, the journal ends with entry {chain.entries}"
    expected = {**shown, "visitors": shown["visitors"] - unsealed}
    if problem is None:
        off = [name for name in FIGURES if replay.figures[name] != expected[name]]
        problem = f"the sums differ from the figures: {', '.join(off)}" if off else None
    return JournalCheck(slug, chain.entries, chain.head, shown, dict(replay.figures), unsealed, problem)
