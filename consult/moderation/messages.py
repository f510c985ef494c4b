"""The sentences that go with the codes of moderation, and the names of its reasons."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.moderation.rules import MAX_WORDS
from consult.moderation.values import Act, Reason

SENTENCES: Mapping[str, LazyString] = {
    "moderation_team_only": _l("Only the team of this organisation moderates its consultations."),
    "reason_unfit": _l("Choose a reason from the list."),
    "words_missing": _l("Say in a few words what the reason is."),
    "words_long": _l("Enter at most %(max)d characters.", max=MAX_WORDS),
}

REASONS: Mapping[Reason, LazyString] = {
    Reason.OFF_TOPIC: _l("Unrelated to the consultation"),
    Reason.INSULT: _l("Insulting or discriminating"),
    Reason.PERSONAL_DATA: _l("Reveals personal data"),
    Reason.ADVERTISING: _l("Advertising"),
    Reason.UNLAWFUL: _l("Against the law"),
    Reason.DUPLICATE: _l("Sent twice"),
    Reason.REVIEWED: _l("Conforms to the charter after review"),
    Reason.OTHER: _l("Another reason"),
}

ACTS: Mapping[Act, LazyString] = {Act.HIDE: _l("Hidden by the team"), Act.RESTORE: _l("Restored by the team")}
