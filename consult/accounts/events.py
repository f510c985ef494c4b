"""What happens to people, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignedIn:
    """A person signed in; what this browser had begun as a visitor is now theirs (`at`: real time)."""

    person_id: int
    browser_session_id: int
    at: datetime
