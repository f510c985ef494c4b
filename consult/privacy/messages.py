"""What privacy says: a sentence for each code of a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.accounts.messages import CONDITIONS
from consult.privacy.rules import MappedTable
from consult.privacy.values import Fate, Kind

SENTENCES: Mapping[str, LazyString] = {
    "last_administrator": _l(
        "You are the last administrator. Give that role to somebody else first, then erase your account."
    ),
}

KINDS: Mapping[Kind, LazyString] = {
    Kind.IDENTIFIES: _l("What names you or describes you"),
    Kind.PSEUDONYM: _l("Numbers that lead to your account"),
    Kind.WRITTEN: _l("What you wrote"),
    Kind.SECURITY: _l("Secrets of your sign-in, shown to nobody"),
}

_FATES: Mapping[Fate, LazyString] = {
    Fate.DELETED: _l("deleted"),
    Fate.EMPTIED: _l("your name and what leads to you are taken out"),
    Fate.STAYS: _l("what remains leads to a deleted account"),
    Fate.EXPIRES: _l("belongs to no account; goes by itself"),
    Fate.BY_HAND: _l("concerns people without an account; the team removes it when they ask"),
}


def fates_of(mapped: MappedTable) -> tuple[LazyString, ...]:
    """What an erasure does to a table, in the order of the words above."""
    return tuple(words for fate, words in _FATES.items() if fate in mapped.fates)


def conditions_of(version: str) -> tuple[str, ...]:
    """The sentences of a version of the conditions, in the reader's language; none for an unknown version."""
    return tuple(map(str, CONDITIONS.get(version, ())))
