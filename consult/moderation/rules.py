"""Which reasons go with which act, and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

from consult.core.errors import Invalid
from consult.core.html import normalise_text
from consult.moderation.values import Act, Reason

MAX_WORDS = 1_000
REASONS: dict[Act, tuple[Reason, ...]] = {
    Act.HIDE: tuple(reason for reason in Reason if reason is not Reason.REVIEWED),
    Act.RESTORE: (Reason.REVIEWED, Reason.OTHER),
}


@dataclass(frozen=True)
class Grounds:
    """Why something is hidden or restored, checked."""

    reason: Reason
    words: str


def check_grounds(act: Act, reason: Reason, words: str) -> Grounds:
    """A reason of the act's list with its words; "other" needs words.

    Raises `Invalid` with `reason_unfit`, `words_missing`, `words_long` or `characters`.
    """
    if reason not in REASONS[act]:
        raise Invalid("reason", "reason_unfit")
    words = normalise_text(words, field="words", strip_bidi=True)
    if reason is Reason.OTHER and not words:
        raise Invalid("words", "words_missing")
    if len(words) > MAX_WORDS:
        raise Invalid("words", "words_long")
    return Grounds(reason, words)
