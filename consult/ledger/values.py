"""Small values of the journal."""

from __future__ import annotations

from enum import StrEnum

FORMAT = 1
FIGURES = ("participants", "contributions", "supports", "comments", "visitors")
# What stands before the first entry of a chain.
NOTHING_BEFORE = "0" * 64


class Kind(StrEnum):
    """What an entry says; docs/ledger.md describes each."""

    CONSULTATION_PUBLISHED = "consultation.published"
    CONSULTATION_CHANGED = "consultation.changed"
    SYNTHESIS_PUBLISHED = "consultation.synthesis_published"
    CARRIED_OVER = "figures.carried_over"
    CORRECTED = "figures.corrected"
    CONTRIBUTION_PUBLISHED = "contribution.published"
    CONTRIBUTION_HELD = "contribution.held"
    CONTRIBUTION_RELEASED = "contribution.released"
    CONTRIBUTION_CORRECTED = "contribution.corrected"
    CONTRIBUTION_EDITED = "contribution.edited"
    CONTRIBUTION_WITHDRAWN = "contribution.withdrawn"
    CONTRIBUTION_HIDDEN = "contribution.hidden"
    CONTRIBUTION_RESTORED = "contribution.restored"
    COMMENT_PUBLISHED = "comment.published"
    COMMENT_HELD = "comment.held"
    COMMENT_RELEASED = "comment.released"
    COMMENT_WITHDRAWN = "comment.withdrawn"
    COMMENT_HIDDEN = "comment.hidden"
    COMMENT_RESTORED = "comment.restored"
    SUPPORT_GIVEN = "support.given"
    SUPPORT_WITHDRAWN = "support.withdrawn"
    VISITS_SEALED = "visits.sealed"


class TextKind(StrEnum):
    """Whose text a salt belongs to."""

    CONTRIBUTION = "contribution"
    COMMENT = "comment"
