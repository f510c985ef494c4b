"""What the journal writes when something happens below: one entry per act, in the act's transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.audience.events import DaySealed
from consult.consultations.events import ConsultationChanged, ConsultationPublished, SynthesisPublished
from consult.ledger.commands import Text, append, begin, forget_salt, has_journal, terms
from consult.ledger.loads import (
    comment_facts,
    comment_payload,
    contribution_facts,
    contribution_payload,
    journal_loaded,
)
from consult.ledger.rules import changes
from consult.ledger.values import Kind, TextKind
from consult.proposals.events import (
    CommentHeld,
    CommentPublished,
    CommentStatusChanged,
    ContributionEdited,
    ContributionHeld,
    ContributionPublished,
    ContributionStatusChanged,
    PaperCorrected,
    PaperEntered,
    SupportGiven,
    SupportWithdrawn,
)
from consult.proposals.values import Status

_CONTRIBUTION = {
    Status.WITHDRAWN: Kind.CONTRIBUTION_WITHDRAWN,
    Status.HIDDEN: Kind.CONTRIBUTION_HIDDEN,
    Status.PUBLISHED: Kind.CONTRIBUTION_RESTORED,
}
_COMMENT = {
    Status.WITHDRAWN: Kind.COMMENT_WITHDRAWN,
    Status.HIDDEN: Kind.COMMENT_HIDDEN,
    Status.PUBLISHED: Kind.COMMENT_RESTORED,
}


def begin_journal(session: Session, event: ConsultationPublished) -> None:
    """A published consultation has a journal; what a package brought along is entered at once."""
    if begin(session, event.consultation_id, at=event.at):
        journal_loaded(session, event.consultation_id, at=event.at)


def journal_change(session: Session, event: ConsultationChanged) -> None:
    """Dates, questions and texts of a published consultation; drafts have no journal."""
    if has_journal(session, event.consultation_id):
        words = terms(session, event.consultation_id)
        append(session, event.consultation_id, Kind.CONSULTATION_CHANGED, words, at=event.at)


def journal_synthesis(session: Session, event: SynthesisPublished) -> None:
    """From now on no paper is typed in any more."""
    append(session, event.consultation_id, Kind.SYNTHESIS_PUBLISHED, {}, at=event.at)


def journal_contribution(session: Session, event: ContributionPublished | ContributionHeld | PaperEntered) -> None:
    """A contribution, what it counts for, and the digest of its text; a held one counts for nothing yet."""
    row = contribution_facts(session, event.consultation_id, event.number)
    held = isinstance(event, ContributionHeld)
    figures = (
        {} if isinstance(event, ContributionHeld) else changes(contributions=1, participants=event.participants)
    )
    payload = contribution_payload(row, figures)
    if isinstance(event, PaperEntered) and event.late:
        payload["late"] = True
    append(
        session,
        event.consultation_id,
        Kind.CONTRIBUTION_HELD if held else Kind.CONTRIBUTION_PUBLISHED,
        payload,
        at=event.at,
        person_id=row.author_id,
        text=Text(TextKind.CONTRIBUTION, row.number, (row.title, row.body)),
    )


def journal_paper_correction(session: Session, event: PaperCorrected) -> None:
    """How and when a contribution on paper was received, put right."""
    payload = {
        "number": event.number,
        "channel": event.channel.value,
        "received_on": event.received_on.isoformat(),
    }
    append(session, event.consultation_id, Kind.CONTRIBUTION_CORRECTED, payload, at=event.at)


def journal_edit(session: Session, event: ContributionEdited) -> None:
    """The digest of the new text; the earlier one stays in its entry."""
    row = contribution_facts(session, event.consultation_id, event.number)
    append(
        session,
        event.consultation_id,
        Kind.CONTRIBUTION_EDITED,
        {"number": row.number, "question": row.question},
        at=event.at,
        text=Text(TextKind.CONTRIBUTION, row.number, (row.title, row.body)),
    )


def journal_contribution_status(session: Session, event: ContributionStatusChanged) -> None:
    """A contribution withdrawn, hidden or restored, with all that counted under it."""
    figures = changes(
        contributions=event.contributions,
        supports=event.supports,
        comments=event.comments,
        participants=event.participants,
    )
    released = event.was is Status.HELD and event.status is Status.PUBLISHED
    kind = Kind.CONTRIBUTION_RELEASED if released else _CONTRIBUTION[event.status]
    payload = {"number": event.number, "figures": figures, **_reason(event.reason)}
    append(session, event.consultation_id, kind, payload, at=event.at)
    if event.status is Status.WITHDRAWN:
        forget_salt(session, event.consultation_id, TextKind.CONTRIBUTION, event.number)


def journal_support(session: Session, event: SupportGiven) -> None:
    """A support: for which contribution, never whose."""
    payload = {
        "contribution": event.number,
        "figures": changes(supports=1, participants=event.participants),
    }
    append(session, event.consultation_id, Kind.SUPPORT_GIVEN, payload, at=event.at, person_id=event.person_id)


def journal_support_withdrawn(session: Session, event: SupportWithdrawn) -> None:
    """A support taken back."""
    payload = {
        "contribution": event.number,
        "figures": changes(supports=event.supports, participants=event.participants),
    }
    append(session, event.consultation_id, Kind.SUPPORT_WITHDRAWN, payload, at=event.at, person_id=event.person_id)


def journal_comment(session: Session, event: CommentPublished | CommentHeld) -> None:
    """A comment or reply, what it counts for, and the digest of its text; a held one counts for nothing yet."""
    row = comment_facts(session, event.consultation_id, event.number)
    held = isinstance(event, CommentHeld)
    figures = {} if isinstance(event, CommentHeld) else changes(comments=1, participants=event.participants)
    append(
        session,
        event.consultation_id,
        Kind.COMMENT_HELD if held else Kind.COMMENT_PUBLISHED,
        comment_payload(row, figures),
        at=event.at,
        person_id=row.author_id,
        text=Text(TextKind.COMMENT, row.number, (row.body,)),
    )


def journal_comment_status(session: Session, event: CommentStatusChanged) -> None:
    """A comment withdrawn, hidden or restored, with its replies."""
    figures = changes(comments=event.comments, participants=event.participants)
    released = event.was is Status.HELD and event.status is Status.PUBLISHED
    kind = Kind.COMMENT_RELEASED if released else _COMMENT[event.status]
    payload = {"number": event.number, "figures": figures, **_reason(event.reason)}
    append(session, event.consultation_id, kind, payload, at=event.at)
    if event.status is Status.WITHDRAWN:
        forget_salt(session, event.consultation_id, TextKind.COMMENT, event.number)


def journal_sealed_day(session: Session, event: DaySealed) -> None:
    """The readers of a day that is over."""
    payload = {
        "date": event.day.isoformat(),
        "visitors": event.visitors,
        "figures": changes(visitors=event.visitors),
    }
    append(session, event.consultation_id, Kind.VISITS_SEALED, payload, at=event.at)


def _reason(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}
