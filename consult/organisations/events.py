"""What happens to organisations, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IdentityChanged:
    """An organisation's name, colour, logo or legal details were saved."""

    organisation_id: int
    person_id: int | None
    at: datetime
