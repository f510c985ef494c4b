"""The forms of moderation: a decision, a report, an author's answer."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from consult.core.errors import Invalid
from consult.core.web.choices import choice
from consult.core.web.forms import place, show_printable
from consult.moderation.messages import REASONS
from consult.moderation.rules import REASONS as REASONS_OF
from consult.moderation.rules import REPORT_REASONS
from consult.moderation.values import Act, Reason


class ReasonForm(FlaskForm):
    """A reason of a list, and words."""

    reason = SelectField(_l("Reason"), [InputRequired(_l("Choose a reason."))], validate_choice=False)
    words = TextAreaField(_l("In a few words"))

    def offer(self, reasons: Sequence[Reason]) -> None:
        """Fill in the reasons."""
        self.reason.choices = [
            choice("", _("Choose a reason")),
            *(choice(item.value, str(REASONS[item])) for item in reasons),
        ]

    def chosen_reason(self) -> Reason:
        """The reason; raises `Invalid` for one that is not in the list."""
        if self.reason.data not in set(Reason):
            raise Invalid("reason", "reason_unfit")
        return Reason(self.reason.data)

    def place(self, error: Invalid) -> None:
        """Put the sentence of a domain error on its field."""
        place(self, error, "reason" if error.field == "reason" else "words")
        show_printable(self)


class DecisionForm(ReasonForm):
    """Why an act is done; `act` says which was on the page. One with a single possible reason asks for nothing."""

    act = HiddenField()
    words = TextAreaField(
        _l("In a few words"),
        description=_l(
            "Needed when the reason is not in the list. The author is told the reason and these words; your name "
            "is kept on record for the team."
        ),
    )

    def __init__(self, act: Act, formdata: MultiDict[str, str] | None) -> None:
        super().__init__(formdata=formdata, data={"act": act.value})
        self.chosen_act = act
        self.asks = len(REASONS_OF[act]) > 1
        if not self.asks:
            del self.reason
            del self.words
            return
        self.offer(REASONS_OF[act])
        # Two of these forms may stand on one page.
        for field in (self.reason, self.words):
            field.id = field.label.field_id = f"{act.value}-{field.name}"

    def chosen_reason(self) -> Reason:
        """The reason, also where there is only one."""
        return super().chosen_reason() if self.asks else REASONS_OF[self.chosen_act][0]

    def chosen_words(self) -> str:
        """What was written beside it."""
        return (self.words.data or "") if self.asks else ""


class ReportForm(ReasonForm):
    """Why somebody reports a text."""

    words = TextAreaField(
        _l("In a few words"),
        description=_l("Needed when the reason is not in the list. Only the team reads this, without your name."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.offer(REPORT_REASONS)


class AnswerForm(FlaskForm):
    """What an author answers to a decision."""

    body = TextAreaField(_l("Your answer"), [InputRequired(_l("Write your answer before you send it."))])
