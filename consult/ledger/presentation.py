"""What entries of a journal say in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.core.web.formats import day, instant, number
from consult.ledger.queries import EntryView
from consult.ledger.rules import canonical
from consult.ledger.values import FIGURES, Kind
from consult.moderation.messages import REASONS
from consult.moderation.values import Reason

_SHORT = 12
# One sentence per kind; %(number)s is the contribution's or comment's number, %(under)s the contribution it is on.
SENTENCES: Mapping[Kind, LazyString] = {
    Kind.CONSULTATION_PUBLISHED: _l("The consultation was published: title, dates and questions are fixed here."),
    Kind.CONSULTATION_CHANGED: _l("The team saved dates, questions or texts of the consultation."),
    Kind.SYNTHESIS_PUBLISHED: _l("The synthesis was published."),
    Kind.CARRIED_OVER: _l("The figures of the time before this journal were carried over, as they stood."),
    Kind.CORRECTED: _l("The operator corrected figures after counting them again."),
    Kind.CONTRIBUTION_PUBLISHED: _l("Contribution %(number)s was published."),
    Kind.CONTRIBUTION_HELD: _l("Contribution %(number)s was received and waits for the team to read it."),
    Kind.CONTRIBUTION_RELEASED: _l("Contribution %(number)s was read by the team and published."),
    Kind.CONTRIBUTION_CORRECTED: _l("How or when contribution %(number)s came in was corrected."),
    Kind.CONTRIBUTION_EDITED: _l("Contribution %(number)s was edited."),
    Kind.CONTRIBUTION_WITHDRAWN: _l("Contribution %(number)s was withdrawn."),
    Kind.CONTRIBUTION_HIDDEN: _l("Contribution %(number)s was hidden by the team."),
    Kind.CONTRIBUTION_RESTORED: _l("Contribution %(number)s was restored by the team."),
    Kind.COMMENT_PUBLISHED: _l("Comment %(number)s, on contribution %(under)s, was published."),
    Kind.COMMENT_HELD: _l("Comment %(number)s, on contribution %(under)s, waits for the team to read it."),
    Kind.COMMENT_RELEASED: _l("Comment %(number)s was read by the team and published."),
    Kind.COMMENT_WITHDRAWN: _l("Comment %(number)s was withdrawn by its author."),
    Kind.COMMENT_HIDDEN: _l("Comment %(number)s was hidden by the team."),
    Kind.COMMENT_RESTORED: _l("Comment %(number)s was restored by the team."),
    Kind.SUPPORT_GIVEN: _l("Contribution %(under)s gained a support."),
    Kind.SUPPORT_WITHDRAWN: _l("A support for contribution %(under)s was taken back."),
    Kind.VISITS_SEALED: _l("The day of %(date)s is over: its visitors are counted."),
}
LABELS: Mapping[str, LazyString] = {
    "participants": _l("participants"),
    "contributions": _l("contributions"),
    "supports": _l("supports"),
    "comments": _l("comments"),
    "visitors": _l("visitors"),
}


@dataclass(frozen=True)
class EntryWords:
    """An entry as the page shows it."""

    sequence: int
    at_iso: str
    when: str
    sentence: str
    changes: str
    hash: str
    short_hash: str
    payload: str


def entry_words(entry: EntryView, time_zone: str) -> EntryWords:
    """An entry in the language of the page, with the payload that was hashed as it is."""
    return EntryWords(
        sequence=entry.sequence,
        at_iso=entry.at.isoformat(timespec="seconds"),
        when=instant(entry.at, time_zone),
        sentence=sentence(entry.kind, entry.payload),
        changes=changes_words(entry.payload.get("figures", {})),
        hash=entry.hash,
        short_hash=short(entry.hash),
        payload=canonical(entry.payload),
    )


def sentence(kind: str, payload: Mapping[str, Any]) -> str:
    """What happened, with the reason where there is one."""
    words = str(SENTENCES[Kind(kind)]) % {
        "number": payload.get("number", ""),
        "under": payload.get("contribution", ""),
        "date": day(date.fromisoformat(payload["date"])) if "date" in payload else "",
    }
    if payload.get("late"):
        words += " " + _("It had been received on paper before the close.")
    if "reason" in payload:
        words += " " + _("Reason: %(reason)s.", reason=REASONS[Reason(payload["reason"])])
    return words


def changes_words(figures: Mapping[str, int]) -> str:
    """ "participants +1, supports +1", with the signs of typography."""
    return ", ".join(
        f"{LABELS[name]} {'+' if figures[name] > 0 else '−'}{number(abs(figures[name]))}"
        for name in FIGURES
        if name in figures
    )


def short(text: str) -> str:
    """The beginning of a hash, enough to recognise it by."""
    return text[:_SHORT]
