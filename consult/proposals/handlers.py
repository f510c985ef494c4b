"""What proposals do when something happens downstairs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.accounts.events import PersonErased, SignedIn
from consult.proposals import erasure
from consult.proposals.drafts import claim_drafts
from consult.proposals.paper import forget_typist


def keep_drafts_at_sign_in(session: Session, event: SignedIn) -> None:
    """What a visitor typed before signing in becomes their own draft."""
    if event.browser_session_id is not None:
        claim_drafts(session, browser_session_id=event.browser_session_id, person_id=event.person_id)


def forget_who_typed_in(session: Session, event: PersonErased) -> None:
    """An erased member of the team is no longer named beside what they typed in."""
    forget_typist(session, person_id=event.person_id)


def erase_author(session: Session, event: PersonErased) -> None:
    """What an erased person wrote stays without their name, or goes where they asked for that."""
    erasure.erase_author(session, person_id=event.person_id, keep_texts=event.keep_texts, now=event.at)
