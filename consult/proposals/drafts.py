"""Drafts kept on the server: part of the commands' layer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, false, select, update
from sqlalchemy.orm import Session

from consult.core.db import one_at_a_time
from consult.core.html import printable
from consult.proposals.models import Draft
from consult.proposals.rules import MAX_BODY

# Nobody needs to have signed in to have a draft kept: what is stored of a text that is too long has an end.
MAX_DRAFT = 3 * MAX_BODY


@dataclass(frozen=True)
class DraftOwner:
    """Whose draft it is: a person's, or that of a browser that has not signed in."""

    person_id: int | None
    browser_session_id: int | None

    @property
    def name(self) -> str:
        """What this owner is told apart by: a person is one in all their browsers."""
        return f"browser {self.browser_session_id}" if self.person_id is None else f"person {self.person_id}"

    def condition(self) -> ColumnElement[bool]:
        """The SQL condition that selects this owner's drafts: none for a visitor without a session.

        Comparing with None would ask for drafts without a browser, which are those of everybody signed in.
        """
        if self.person_id is not None:
            return Draft.person_id == self.person_id
        if self.browser_session_id is None:
            return false()
        return Draft.browser_session_id == self.browser_session_id


@dataclass(frozen=True)
class DraftText:
    """What somebody has typed so far, unchecked."""

    question_number: int | None = None
    title: str = ""
    body: str = ""


@dataclass(frozen=True)
class DraftPart:
    """What one step of the form holds, unchecked; None stays as it is stored."""

    question_number: int | None = None
    title: str | None = None
    body: str | None = None


def get_draft(session: Session, *, consultation_id: int, owner: DraftOwner) -> DraftText | None:
    """The draft of this owner, or None (1 statement)."""
    row = session.execute(
        select(Draft.question_number, Draft.title, Draft.body).where(
            Draft.consultation_id == consultation_id, owner.condition()
        )
    ).one_or_none()
    return None if row is None else DraftText(row.question_number, row.title, row.body)


def save_draft(
    session: Session, *, consultation_id: int, owner: DraftOwner, part: DraftPart, now: datetime
) -> None:
    """Keep what was typed, as far as `MAX_DRAFT` and without what no page can show; one draft per owner."""
    # The form and the script that saves it may both bring the first words.
    one_at_a_time(session, f"proposals.draft.{consultation_id}.{owner.name}")
    draft = session.scalars(
        select(Draft).where(Draft.consultation_id == consultation_id, owner.condition())
    ).one_or_none()
    if draft is None:
        draft = Draft(
            consultation_id=consultation_id,
            person_id=owner.person_id,
            browser_session_id=owner.browser_session_id if owner.person_id is None else None,
        )
        session.add(draft)
    if part.question_number is not None:
        draft.question_number = part.question_number
    if part.title is not None:
        draft.title = printable(part.title)[:MAX_DRAFT]
    if part.body is not None:
        draft.body = printable(part.body)[:MAX_DRAFT]
    draft.updated_at = now
    session.flush()


def discard_draft(session: Session, *, consultation_id: int, owner: DraftOwner) -> bool:
    """Forget a draft; False when there is none (any more)."""
    forgotten = (
        delete(Draft).where(Draft.consultation_id == consultation_id, owner.condition()).returning(Draft.id)
    )
    return session.execute(forgotten).first() is not None


def claim_drafts(session: Session, *, browser_session_id: int, person_id: int) -> None:
    """Give a browser's drafts to the person who just signed in; the newer text wins over an older draft."""
    replaced = select(Draft.consultation_id).where(Draft.browser_session_id == browser_session_id)
    session.execute(delete(Draft).where(Draft.person_id == person_id, Draft.consultation_id.in_(replaced)))
    session.execute(
        update(Draft)
        .where(Draft.browser_session_id == browser_session_id)
        .values(browser_session_id=None, person_id=person_id)
    )
