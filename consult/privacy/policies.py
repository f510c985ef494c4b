"""Who may have their account erased."""

from __future__ import annotations

from consult.core.access import ALLOWED, Decision, refused


def can_be_erased(*, is_last_administrator: bool) -> Decision:
    """Everybody, except whom the platform or an organisation would be left without anybody to run it."""
    return refused("last_administrator") if is_last_administrator else ALLOWED
