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


@dataclass(frozen=True)
class PersonErased:
    """A person's account was erased: the row stays, without name, address or anything that leads back to them.

    Whoever keeps something of a person listens to this and erases it in the same transaction. `keep_texts` is
    False when they asked that what they wrote in open consultations goes as well (`at`: the acts' time).
    """

    person_id: int
    keep_texts: bool
    at: datetime


@dataclass(frozen=True)
class AddressChanged:
    """A person signs in with another address from now on: both have confirmed it (`at`: real time)."""

    person_id: int
    at: datetime
