"""Named errors of organisations; codes are stable (sentences in `messages.py`)."""

from __future__ import annotations

from consult.core.access import Refused
from consult.core.errors import Invalid


class AccentTooPale(Invalid):
    """A colour that cannot be read on the pages' paper: the measured contrast, and a shade of it that can."""

    def __init__(self, contrast: float, shade: str) -> None:
        super().__init__("accent", "accent_contrast")
        self.contrast = contrast
        self.shade = shade


class LogoRefused(Invalid):
    """A file that does not become a logo; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__("logo", code)


class InvitationRefused(Invalid):
    """An address that is not invited; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__("email", code)


class InvitationStale(Refused):
    """A link that was used, revoked, is too old, or never existed: which of them is not told."""

    def __init__(self) -> None:
        super().__init__("invitation_stale")
