"""Named errors of accounts; codes are stable (sentences in `messages.py`)."""

from __future__ import annotations

from consult.core.access import Refused
from consult.core.errors import Invalid


class BadEmail(Invalid):
    """Not an e-mail address that mail can be sent to."""

    def __init__(self) -> None:
        super().__init__("email", "email_invalid")


class BadName(Invalid):
    """A display name that is too short, too long, unreadable, or an e-mail address."""

    def __init__(self, code: str) -> None:
        super().__init__("display_name", code)


class CodeRefused(Invalid):
    """`code_wrong`; `code_stale` (used, too old, or of another browser); `code_exhausted` (too many attempts)."""

    def __init__(self, code: str) -> None:
        super().__init__("code", code)


class LinkStale(Refused):
    """A sign-in link that was used, is too old, or never existed: which of them is not told."""

    def __init__(self) -> None:
        super().__init__("link_stale")
