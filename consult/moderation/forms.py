"""The form of a moderation decision: a reason of the list, and words."""

from __future__ import annotations

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
from consult.moderation.values import Act, Reason


class DecisionForm(FlaskForm):
    """Why something is hidden or restored; `act` says which of the two was on the page."""

    act = HiddenField()
    reason = SelectField(_l("Reason"), [InputRequired(_l("Choose a reason."))], validate_choice=False)
    words = TextAreaField(
        _l("In a few words"),
        description=_l("Needed when the reason is not in the list. Kept on record with your name, for the team."),
    )

    def __init__(self, act: Act, formdata: MultiDict[str, str] | None) -> None:
        super().__init__(formdata=formdata, data={"act": act.value})
        self.chosen_act = act
        self.reason.choices = [
            choice("", _("Choose a reason")),
            *(choice(item.value, str(REASONS[item])) for item in REASONS_OF[act]),
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
