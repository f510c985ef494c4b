"""What privacy says: a sentence for each code of a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.accounts.messages import CONDITIONS

SENTENCES: Mapping[str, LazyString] = {
    "last_administrator": _l(
        "You are the last administrator. Give that role to somebody else first, then erase your account."
    ),
}


def conditions_of(version: str) -> tuple[str, ...]:
    """The sentences of a version of the conditions, in the reader's language; none for an unknown version."""
    return tuple(map(str, CONDITIONS.get(version, ())))
