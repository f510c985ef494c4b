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


class BadPassword(Invalid):
    """A password that is too short, too long or soon guessed."""

    def __init__(self, code: str) -> None:
        super().__init__("password", code)


class SignInRefused(Invalid):
    """`sign_in_wrong`: the address or the password is not right, and which of them is not told."""

    def __init__(self) -> None:
        super().__init__("password", "sign_in_wrong")


class FactorRefused(Invalid):
    """`factor_wrong`: neither the authenticator's code of this moment (or it was used), nor a recovery code."""

    def __init__(self) -> None:
        super().__init__("code", "factor_wrong")


class AccountDisabled(Refused):
    """The account was disabled by an operator: said to whoever has just shown that the address is theirs."""

    def __init__(self) -> None:
        super().__init__("account_disabled")


class TooManyAttempts(Refused):
    """A limit is reached; `seconds` until there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too_many_attempts")
        self.seconds = seconds


class Busy(Refused):
    """More people than a process may hash passwords for are signing in at this moment."""

    def __init__(self) -> None:
        super().__init__("passwords_busy")
