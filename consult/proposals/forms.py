"""Forms of proposals: what was typed, as drafts. Lengths and meanings are the rules' business."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from consult.consultations.forms import Day
from consult.consultations.queries import QuestionView
from consult.core.errors import Invalid
from consult.core.html import printable
from consult.core.numbers import number_in
from consult.core.web.choices import choice
from consult.proposals.drafts import DraftText
from consult.proposals.messages import STANCES
from consult.proposals.rules import ContributionText, PaperFacts, prepare_paper, prepare_transcript
from consult.proposals.values import Channel, Stance

NO_QUESTION = "none"
MAX_TOKEN = 64


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


class PaperForm(_QuestionForm):
    """What the team types in from paper and meetings: where it came from, then what it says."""

    channel = RadioField(
        _l("How did it come?"),
        [InputRequired(_l("Say whether it came on paper or from a meeting."))],
        choices=[
            choice(Channel.PAPER.value, _l("On paper: a letter, a register, a form")),
            choice(Channel.MEETING.value, _l("From a meeting: said aloud, and noted")),
        ],
        validate_choice=False,
    )
    received_on = Day(
        _l("Received on"),
        [InputRequired(_l("Enter the day on which it was received, even if you type it in later."))],
    )
    source = StringField(
        _l("Where the original is"),
        [InputRequired(_l("Say where the original can be found."))],
        description=_l("For example: register of the town hall, page 12. For your team only."),
    )
    title = StringField(
        _l("The idea in one sentence"),
        [InputRequired(_l("Give the contribution a title."))],
        description=_l("In the author’s words as far as possible."),
    )
    body = TextAreaField(_l("What it says"), [InputRequired(_l("Type in what the contribution says."))])
    author_name = StringField(
        _l("Author, as named on the paper"),
        description=_l(
            "Shown beside the contribution. Leave it empty if there is no name or if it is not to be shown."
        ),
    )
    author_key = StringField(
        _l("Key of the author"),
        description=_l(
            "A mark of your own, such as “R12”: what carries the same key comes from the same person, who is then "
            "one participant. Without a key nobody is counted as a participant. Never shown to the public."
        ),
    )
    token = HiddenField()

    def offer(self, questions: tuple[QuestionView, ...]) -> None:
        """Fill in the questions; what was written on paper need not answer one."""
        super().offer(questions)
        if questions:
            self.question.label.text = _("Which question does it answer?")
            listed = [choice(str(item.number), f"{item.number}. {item.text}") for item in questions]
            self.question.choices = [*listed, choice(NO_QUESTION, _("No question in particular"))]

    def prepared(self) -> tuple[ContributionText, PaperFacts]:
        """What was typed in, checked; raises `Invalid` naming the field."""
        if "question" in self and self.question.data != NO_QUESTION and self.question_number not in self.offered:
            raise Invalid("question", "paper_question_missing")
        text = prepare_transcript(self.title.data or "", self.body.data or "")
        if self.channel.data not in set(Channel):
            raise Invalid("channel", "channel_unfit")
        if self.received_on.data is None:
            raise Invalid("received_on", "received_missing")
        facts = prepare_paper(
            channel=Channel(self.channel.data),
            author_name=self.author_name.data or "",
            author_key=self.author_key.data or "" if "author_key" in self else "",
            received_on=self.received_on.data,
            source=self.source.data or "",
        )
        return text, facts

    def named(self) -> str | None:
        """The name of this form, by which a second sending is recognised."""
        return (printable(self.token.data or "")[:MAX_TOKEN]) or None


class ReasonForm(FlaskForm):
    """Why something that was typed in is withdrawn."""

    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Say why it is withdrawn."))],
        description=_l("For example: typed in twice, see number 7. Everybody can read it."),
    )
