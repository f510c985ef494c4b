"""What moderation does when something happens downstairs: rows only, in the transaction of the act."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased
from consult.moderation.cases import settle, wait
from consult.moderation.floods import forget_text, note_text
from consult.moderation.reporting import forget_person
from consult.moderation.values import Kind, Target
from consult.proposals.commands import find_contribution
from consult.proposals.comments import find_comment
from consult.proposals.events import (
    CommentHeld,
    CommentPublished,
    CommentStatusChanged,
    ContributionEdited,
    ContributionHeld,
    ContributionPublished,
    ContributionStatusChanged,
)
from consult.proposals.values import Status

Written = ContributionHeld | ContributionPublished | ContributionEdited | CommentHeld | CommentPublished
Changed = ContributionStatusChanged | CommentStatusChanged


def queue_held(session: Session, event: ContributionHeld | CommentHeld) -> None:
    """What is held waits in the queue."""
    wait(session, event.consultation_id, _target(session, event), now=event.at, held=True)


def compare_text(session: Session, event: Written) -> None:
    """A new text will be compared with the others of the last days."""
    note_text(session, event.consultation_id, _kind(event), event.number, now=event.at)


def forget_withdrawn(session: Session, event: Changed) -> None:
    """What its author has withdrawn waits for nobody."""
    if event.status is Status.WITHDRAWN:
        target = _target(session, event)
        settle(session, target, now=event.at)
        forget_text(session, target)


def forget_erased_person(session: Session, event: PersonErased) -> None:
    """An erased person has reported and answered nothing any more."""
    forget_person(session, event.person_id)


def _kind(event: Written | Changed) -> Kind:
    of_comment = isinstance(event, CommentHeld | CommentPublished | CommentStatusChanged)
    return Kind.COMMENT if of_comment else Kind.CONTRIBUTION


def _target(session: Session, event: Written | Changed) -> Target:
    kind = _kind(event)
    if kind is Kind.CONTRIBUTION:
        return Target(kind, find_contribution(session, event.consultation_id, event.number).id)
    return Target(kind, find_comment(session, event.consultation_id, event.number)[0].id)
