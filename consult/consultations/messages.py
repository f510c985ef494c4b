"""The sentences that go with the codes of consultations: what is the matter and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.consultations.rules import MAX_TEXT

SENTENCES: Mapping[str, LazyString] = {
    # Values that break a rule.
    "slug": _l("Use lower-case letters and digits, with single hyphens between the words."),
    "slug_taken": _l("Another consultation already has this address. Choose a different one."),
    "slug_published": _l("The address of a published consultation no longer changes: people may have shared it."),
    "closes_before_opening": _l("The last day must not come before the first one."),
    "day_out_of_range": _l("This date is too far away. Check the year."),
    "opens_in_the_past": _l("The first day must not be moved before today: nobody could answer then."),
    "opening_is_past": _l("The consultation has already opened: its first day no longer changes."),
    "closed_for_good": _l("The consultation has closed. It does not reopen; start a new one instead."),
    "closes_in_the_past": _l("The last day is already over. Choose today or a later day."),
    "time_zone": _l("This time zone is unknown. Enter it as in “Europe/Paris”."),
    "characters": _l("This text contains characters that cannot be shown. Type it again without them."),
    "text_long": _l("Shorten your text to %(count)d characters at most.", count=MAX_TEXT),
    "question_answered": _l("Contributions already answer this question: change its words, but keep it."),
    "questions_stay": _l(
        "The consultation has opened: its questions can be reworded and new ones added, but none removed."
    ),
    "questions_frozen": _l(
        "The consultation has closed: its questions stay as people answered them. Texts can still be corrected."
    ),
    "edited_meanwhile": _l(
        "Somebody else saved this consultation while you were writing. What you typed is still here: "
        "compare it with the saved version, then save again to replace it."
    ),
    # Acts that are refused.
    "consultation_draft": _l("This consultation has not been published yet: nobody can take part so far."),
    "consultation_announced": _l("This consultation has not opened yet. Come back on its first day."),
    "consultation_closed": _l("This consultation has closed: its contributions and figures no longer change."),
    "sign_in_first": _l("Sign in first: an e-mail address is enough."),
    "team_does_not_act": _l("As a member of this organisation’s team, you do not take part in its consultations."),
    "team_only": _l("Only managers of the organisation’s team may do this."),
    "draft_hidden": _l("This consultation has not been published yet."),
}

# What may have been forgotten before a publication.
WARNINGS: Mapping[str, LazyString] = {
    "no_introduction": _l("There is no introduction: people will not know why you ask."),
    "no_question": _l("There is no guiding question: contributions will be free proposals."),
    "no_commitment": _l("The commitment is empty: say who decides, when, and what is not negotiable."),
    "no_consent": _l("A testimony has no recorded consent: make sure that the person agreed to be quoted."),
    "opened_before": _l(
        "The first day is already past: the figures will count days on which nobody could answer. "
        "Consider today as the first day."
    ),
}
