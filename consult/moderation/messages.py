"""The sentences that go with the codes of moderation, and the names of its reasons and acts."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.moderation.rules import MAX_ANSWER, MAX_WORDS
from consult.moderation.values import Act, Kind, Reason, Show

SENTENCES: Mapping[str, LazyString] = {
    "moderation_team_only": _l("Only the team of this organisation moderates its consultations."),
    "reason_unfit": _l("Choose a reason from the list."),
    "words_missing": _l("Say in a few words what the reason is."),
    "words_long": _l("Enter at most %(max)d characters.", max=MAX_WORDS),
    "team_moderates": _l("You are of the team: moderate this yourself instead of reporting it."),
    "own_text": _l("This is your own text: you can withdraw it instead of reporting it."),
    "nothing_waits": _l("A colleague has settled this meanwhile: nothing waits any more."),
    "not_there": _l("This does not exist."),
    "decision_settled": _l("This decision can no longer be answered: something else was decided since."),
    "answered_already": _l("You have answered this decision already. The team reads your answer."),
    "answer_short": _l("Write your answer before you send it."),
    "answer_long": _l("Shorten your answer to %(count)d characters at most.", count=MAX_ANSWER),
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

ACTS: Mapping[Act, LazyString] = {
    Act.HIDE: _l("Hidden by the team"),
    Act.RESTORE: _l("Restored by the team"),
    Act.RELEASE: _l("Published after a first reading"),
    Act.REFUSE: _l("Not published after a first reading"),
    Act.UPHOLD: _l("Kept hidden after an answer of its author"),
    Act.DISMISS: _l("Left public after a review"),
}

DONE: Mapping[Act, LazyString] = {
    Act.HIDE: _l("This is hidden now."),
    Act.RESTORE: _l("This is public again."),
    Act.RELEASE: _l("This is published now."),
    Act.REFUSE: _l("This stays unpublished."),
    Act.UPHOLD: _l("This stays hidden."),
    Act.DISMISS: _l("This stays public, and no longer waits."),
}

BUTTONS: Mapping[Act, LazyString] = {
    Act.HIDE: _l("Hide"),
    Act.RESTORE: _l("Restore"),
    Act.RELEASE: _l("Publish"),
    Act.REFUSE: _l("Do not publish"),
    Act.UPHOLD: _l("Keep hidden"),
    Act.DISMISS: _l("Leave public"),
}

KINDS: Mapping[Kind, LazyString] = {Kind.CONTRIBUTION: _l("Contribution"), Kind.COMMENT: _l("Comment")}

SHOWN: Mapping[Show, LazyString] = {
    Show.WAITING: _l("What waits"),
    Show.REPORTED: _l("Reported"),
    Show.HELD: _l("First posts"),
    Show.SIMILAR: _l("Copies"),
    Show.ANSWERED: _l("Answers of authors"),
}
