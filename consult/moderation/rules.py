"""Which reasons go with which act, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consult.core.errors import Invalid
from consult.core.html import normalise_text, visible
from consult.moderation.values import Act, Reason

MAX_WORDS, MAX_ANSWER, MIN_ANSWER = 1_000, 2_000, 2
# From so many open reports on, a text goes to the top of the queue. Nothing else happens by itself.
URGENT_REPORTS = 3
# One act in bulk is about so many texts at most: a page of the queue and some to spare.
MAX_SEVERAL = 50
REPORT_REASONS = tuple(reason for reason in Reason if reason is not Reason.REVIEWED)
REASONS: dict[Act, tuple[Reason, ...]] = {
    Act.HIDE: REPORT_REASONS,
    Act.REFUSE: REPORT_REASONS,
    Act.UPHOLD: REPORT_REASONS,
    Act.RESTORE: (Reason.REVIEWED, Reason.OTHER),
    Act.RELEASE: (Reason.REVIEWED,),
    Act.DISMISS: (Reason.REVIEWED,),
}


@dataclass(frozen=True)
class Grounds:
    """Why something is reported, hidden or restored, checked."""

    reason: Reason
    words: str


def check_grounds(act: Act, reason: Reason, words: str) -> Grounds:
    """A reason of the act's list with its words; "other" needs words.

    Raises `Invalid` with `reason_unfit`, `words_missing`, `words_long` or `characters`.
    """
    return _check(REASONS[act], reason, words)


def check_report(reason: Reason, words: str) -> Grounds:
    """Why somebody reports a text; raises like `check_grounds`."""
    return _check(REPORT_REASONS, reason, words)


def check_answer(body: str) -> str:
    """What an author answers; raises `Invalid` with `answer_short`, `answer_long` or `characters`."""
    body = normalise_text(body, field="body", strip_bidi=True)
    if len(body) > MAX_ANSWER:
        raise Invalid("body", "answer_long")
    if len(visible(body)) < MIN_ANSWER:
        raise Invalid("body", "answer_short")
    return body


def rank_of(reports: int) -> int:
    """Where a case stands in the queue: 0 before 1."""
    return 0 if reports >= URGENT_REPORTS else 1


def _check(allowed: Sequence[Reason], reason: Reason, words: str) -> Grounds:
    if reason not in allowed:
        raise Invalid("reason", "reason_unfit")
    words = normalise_text(words, field="words", strip_bidi=True)
    if reason is Reason.OTHER and not words:
        raise Invalid("words", "words_missing")
    if len(words) > MAX_WORDS:
        raise Invalid("words", "words_long")
    return Grounds(reason, words)
