"""The sentences that go with the codes of proposals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.proposals.rules import (
    MAX_AUTHOR,
    MAX_BODY,
    MAX_COMMENT,
    MAX_KEY,
    MAX_REASON,
    MAX_SOURCE,
    MAX_TITLE,
    MIN_BODY,
    MIN_TITLE,
)
from consult.proposals.values import Channel, Sort, Stance

SENTENCES: dict[str, LazyString] = {
    "own_contribution": _l("Authors do not support their own contribution."),
    "not_published": _l("This contribution is no longer public, so it can no longer be answered or supported."),
    "still_held": _l("This waits for the team to read it: until then nothing else can be done with it."),
    "not_held": _l("This no longer waits: somebody has decided about it meanwhile."),
    "not_author": _l("Only its author may change this."),
    "reply_to_reply": _l("A reply cannot be answered in turn: answer the comment above it."),
    "already_hidden": _l("This is hidden already."),
    "not_hidden": _l("This is not hidden: there is nothing to restore."),
    "withdrawn_by_author": _l("This has been withdrawn: it can be neither hidden nor restored."),
    "question_missing": _l("Choose the question that you are answering."),
    "question_unknown": _l("This question does not exist in this consultation: choose one of the list."),
    "title_short": _l("Give your contribution a title of at least %(count)d characters.", count=MIN_TITLE),
    "title_long": _l("Shorten the title to %(count)d characters at most.", count=MAX_TITLE),
    "body_short": _l("Explain your idea in at least %(count)d characters.", count=MIN_BODY),
    "body_long": _l("Shorten your text to %(count)d characters at most.", count=MAX_BODY),
    "paper_before_opening": _l(
        "The consultation has not opened yet: contributions on paper are typed in from its first day on."
    ),
    "synthesis_published": _l(
        "The synthesis is published: contributions on paper can no longer be typed in, corrected or withdrawn."
    ),
    "not_paper": _l("This contribution was written on the site: only its author may change it."),
    "paper_not_public": _l("This contribution is no longer public: it can be neither corrected nor withdrawn."),
    "received_missing": _l("Enter the day on which it was received, even if you type it in later."),
    "received_before_opening": _l("It cannot have been received before the consultation opened."),
    "received_after_closing": _l(
        "Only what was received by the last day of the consultation counts: this came too late."
    ),
    "received_in_future": _l("It cannot have been received on a day to come."),
    "channel_unfit": _l("Say whether it came on paper or from a meeting."),
    "paper_question_missing": _l("Choose the question that it answers, or none in particular."),
    "transcript_empty": _l("Type in what the contribution says."),
    "author_name_long": _l("Enter at most %(max)d characters.", max=MAX_AUTHOR),
    "author_key_long": _l("Enter at most %(max)d characters.", max=MAX_KEY),
    "source_missing": _l("Say where the original can be found."),
    "source_long": _l("Enter at most %(max)d characters.", max=MAX_SOURCE),
    "reason_missing": _l("Say why it is withdrawn."),
    "reason_long": _l("Enter at most %(max)d characters.", max=MAX_REASON),
    "comment_short": _l("Write your comment before you send it."),
    "comment_long": _l("Shorten your comment to %(count)d characters at most.", count=MAX_COMMENT),
}

STANCES: dict[Stance, LazyString] = {
    Stance.FOR: _l("For"),
    Stance.AGAINST: _l("Against"),
    Stance.NEUTRAL: _l("Neutral"),
}

SORTS: dict[Sort, LazyString] = {
    Sort.ROTATING: _l("A new order every day"),
    Sort.RECENT: _l("Most recent"),
    Sort.SUPPORTED: _l("Most supported"),
    Sort.DISCUSSED: _l("Most discussed"),
}

CHANNELS: dict[Channel, LazyString] = {
    Channel.WEB: _l("on the site"),
    Channel.PAPER: _l("on paper"),
    Channel.MEETING: _l("at a meeting"),
}
