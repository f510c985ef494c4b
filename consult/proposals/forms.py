"""Forms of proposals: what was typed, as drafts. Lengths and meanings are the rules' business."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from consult.consultations.queries import QuestionView
from consult.core.numbers import number_in
from consult.core.web.choices import choice
from consult.proposals.drafts import DraftText
from consult.proposals.messages import STANCES
from consult.proposals.values import Stance


class _QuestionForm(FlaskForm):
    """A form with the choice of a guiding question, where the consultation asks any."""

    question = RadioField(_l("Which question are you answering?"), validate_choice=False)

    def offer(self, questions: tuple[QuestionView, ...]) -> None:
        """Fill in the choices; a consultation without questions does not show the field."""
        self.question.choices = [choice(str(item.number), f"{item.number}. {item.text}") for item in questions]
        self.question.flags.required = True
        self.offered = {item.number for item in questions}
        if not questions:
            del self.question

    @property
    def question_number(self) -> int | None:
        """The chosen question's number, if any."""
        chosen = self.question.data if "question" in self else None
        return number_in(chosen)


class IdeaForm(_QuestionForm):
    """First step: the question and the title."""

    title = StringField(_l("Your idea in one sentence"), [InputRequired(_l("Give your contribution a title."))])


class TextForm(FlaskForm):
    """Second step: the text."""

    body = TextAreaField(_l("Your contribution"), [InputRequired(_l("Write your contribution."))])


class EditForm(_QuestionForm):
    """Everything at once, to edit a published contribution, asked in the words it was written under."""

    title = StringField(_l("Your idea in one sentence"), [InputRequired(_l("Give your contribution a title."))])
    body = TextAreaField(_l("Your contribution"), [InputRequired(_l("Write your contribution."))])

    def draft(self) -> DraftText:
        """What was typed."""
        return DraftText(self.question_number, self.title.data or "", self.body.data or "")


class SendForm(FlaskForm):
    """A single button: publish, withdraw."""


class CommentForm(FlaskForm):
    """A comment, or a reply when `parent` is set (which has no stance of its own)."""

    stance = RadioField(
        _l("Your comment is"),
        choices=[choice(stance.value, label) for stance, label in STANCES.items()],
        default=Stance.NEUTRAL.value,
    )
    body = TextAreaField(_l("Your comment"), [InputRequired(_l("Write your comment before you send it."))])
    parent = HiddenField()

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        # One of them is always chosen: the page must not say "Your comment is (optional)".
        self.stance.flags.required = True

    def call_it_a_reply(self) -> None:
        """Name the field for what it is: two of these forms may stand on one page."""
        self.body.label.text = _("Your reply")

    @property
    def parent_number(self) -> int | None:
        """The comment that this one answers."""
        return number_in(self.parent.data)
