"""The sentences that go with the codes of proposals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.proposals.rules import MAX_BODY, MAX_COMMENT, MAX_TITLE, MIN_BODY, MIN_TITLE
from consult.proposals.values import Channel, Sort, Stance

SENTENCES: dict[str, LazyString] = {
    "own_contribution": _l("Authors do not support their own contribution."),
    "not_published": _l("This contribution is no longer public, so it can no longer be answered or supported."),
    "not_author": _l("Only its author may change this."),
    "reply_to_reply": _l("A reply cannot be answered in turn: answer the comment above it."),
    "already_hidden": _l("This is hidden already."),
    "not_hidden": _l("This is not hidden: there is nothing to restore."),
    "withdrawn_by_author": _l("Its author has withdrawn this: it can be neither hidden nor restored."),
    "question_missing": _l("Choose the question that you are answering."),
    "question_unknown": _l("This question does not exist in this consultation: choose one of the list."),
    "title_short": _l("Give your contribution a title of at least %(count)d characters.", count=MIN_TITLE),
    "title_long": _l("Shorten the title to %(count)d characters at most.", count=MAX_TITLE),
    "body_short": _l("Explain your idea in at least %(count)d characters.", count=MIN_BODY),
    "body_long": _l("Shorten your text to %(count)d characters at most.", count=MAX_BODY),
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
