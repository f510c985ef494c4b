"""The team's form of a consultation: syntax and lengths, rows that come and go without JavaScript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation

from consult.consultations import rules
from consult.consultations.queries import ConsultationView, TestimonyView
from consult.core.errors import Invalid
from consult.core.html import single_line
from consult.core.web.choices import choice
from consult.core.web.forms import at_most, leaves, place, show_printable
from consult.core.web.languages import LABELS
from consult.organisations.forms import OrganisationFields
from consult.settings import LANGUAGES

MAX_ROWS = 50
ROWS = {
    "questions": ("text",),
    "testimonies": ("name", "role", "organisation", "quote", "consent"),
}


@dataclass(frozen=True)
class TestimonyDraft:
    """A testimony as typed; `row` is the name that its fields share in the form."""

    row: str
    name: str
    role: str
    organisation: str
    quote: str
    consent: str

    __test__ = False  # the name is the product's word, not a test class


@dataclass(frozen=True)
class ConsultationDraft:
    """What the form holds once its syntax is right; empty rows are left out. `outcome` is None where not asked."""

    slug: str
    title: str
    summary: str
    language: str
    opens_on: date
    closes_on: date
    introduction: str
    about: str
    decides: str
    decided_when: str
    not_negotiable: str
    questions: tuple[str, ...]
    testimonies: tuple[TestimonyDraft, ...]
    outcome: str | None
    outcome_on: date | None
    hold_first_posts: bool


class Day(DateField):
    """A civil day; what could not be read stays in the field."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day as browsers send it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter the date as year-month-day, for example 2026-03-31.")) from None


class NeededInRow:
    """The row may stay empty as a whole, this field may not once another one of the row is filled."""

    field_flags = {"required": True}  # noqa: RUF012 - the way WTForms reads it

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Stop with the message, or silently in an empty row."""
        if (field.data or "").strip():
            return
        raise StopValidation("" if is_blank(form) else str(self.message))


def is_blank(row: Form) -> bool:
    """True when nothing was typed into a row."""
    return not any((item.data or "").strip() for item in row)


class QuestionRow(Form):
    """A guiding question."""

    text = TextAreaField(_l("Question"), [at_most(rules.MAX_QUESTION)])


class TestimonyRow(Form):
    """A testimony."""

    __test__ = False  # the name is the product's word, not a test class

    name = StringField(_l("Name"), [NeededInRow(_l("Enter the name of the person.")), at_most(rules.MAX_NAME)])
    role = StringField(_l("Role"), [at_most(rules.MAX_NAME)])
    organisation = StringField(_l("Body or company"), [at_most(rules.MAX_NAME)])
    quote = TextAreaField(_l("What they say"), [NeededInRow(_l("Enter what they say.")), at_most(rules.MAX_QUOTE)])
    consent = StringField(
        _l("Their consent"),
        [at_most(rules.MAX_SUMMARY)],
        description=_l("When and how the person agreed to be quoted. Kept on record, not published."),
    )


class ConsultationForm(FlaskForm):
    """Texts, dates, questions and testimonies of a consultation."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter a title.")), at_most(rules.MAX_TITLE)])
    slug = StringField(
        _l("Address"),
        [at_most(rules.MAX_SLUG)],
        description=_l("The end of the page’s address. Left empty, it is made from the title."),
    )
    summary = TextAreaField(
        _l("Summary"),
        [DataRequired(_l("Enter a summary.")), at_most(rules.MAX_SUMMARY)],
        description=_l("One or two sentences for the home page and the top of the consultation."),
    )
    language = SelectField(
        _l("Language of the texts"),
        [InputRequired(_l("Choose a language."))],
        choices=[choice(code, LABELS[code]) for code in LANGUAGES],
    )
    opens_on = Day(_l("First day"), [InputRequired(_l("Choose the first day."))])
    closes_on = Day(_l("Last day"), [InputRequired(_l("Choose the last day."))])
    introduction = TextAreaField(
        _l("Introduction"),
        [at_most(rules.MAX_TEXT)],
        description=_l("Why you ask, and what you would like to know."),
    )
    questions = FieldList(FormField(QuestionRow), _l("Questions"), max_entries=MAX_ROWS)
    about = TextAreaField(
        _l("About"),
        [at_most(rules.MAX_TEXT)],
        description=_l("The digest: extracts and documents that people need in order to answer."),
    )
    decides = StringField(_l("Who decides"), [at_most(rules.MAX_SUMMARY)])
    decided_when = StringField(_l("When"), [at_most(rules.MAX_SUMMARY)])
    not_negotiable = TextAreaField(_l("What is not negotiable"), [at_most(rules.MAX_SUMMARY)])
    testimonies = FieldList(FormField(TestimonyRow), _l("Testimonies"), max_entries=MAX_ROWS)
    outcome = TextAreaField(
        _l("Outcome"),
        [at_most(rules.MAX_SUMMARY)],
        description=_l(
            "What was decided, in a sentence or two. Shown on the home page beside the closed consultation."
        ),
    )
    outcome_on = Day(_l("Date of the decision"), [Optional()], description=_l("Left empty, today."))
    hold_first_posts = BooleanField(
        _l("Read the first posts of new people before they are published"),
        description=_l(
            "What somebody writes waits in the moderation queue until your team has published one of their texts. "
            "You can switch this on and off at any time."
        ),
    )
    based_on = HiddenField()

    def draft(self) -> ConsultationDraft:
        """What was typed, after `validate()`; raises `Invalid` where a date is missing."""
        if self.opens_on.data is None or self.closes_on.data is None:
            raise Invalid("opens_on", "day_out_of_range")
        names = ("slug", "title", "summary", "language", "introduction", "about")
        more = ("decides", "decided_when", "not_negotiable")
        asks_outcome = "outcome" in self
        return ConsultationDraft(
            **{name: (self[name].data or "").strip() for name in (*names, *more)},
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            questions=tuple(single_line(row.text.data or "") for row in self.question_rows() if not is_blank(row)),
            testimonies=tuple(
                TestimonyDraft(
                    row=entry.name, **{name: entry.form[name].data or "" for name in ROWS["testimonies"]}
                )
                for entry in self.testimonies
                if not is_blank(entry.form)
            ),
            outcome=(self.outcome.data or "").strip() if asks_outcome else None,
            outcome_on=self.outcome_on.data if asks_outcome else None,
            hold_first_posts=bool(self.hold_first_posts.data),
        )

    def question_rows(self) -> list[QuestionRow]:
        """The rows of questions, empty ones included."""
        return [entry.form for entry in self.questions]

    def name_rows(self) -> None:
        """Number the labels of the questions: “Question 2”."""
        for number, row in enumerate(self.question_rows(), 1):
            row.text.label.text = _("Question %(number)s", number=number)

    def show_printable(self) -> None:
        """Take out of what was typed the characters that no page can hold; their error stays."""
        show_printable(self)

    def place(self, error: Invalid) -> None:
        """Put the sentence of a domain error on its field, else above the form."""
        place(self, error, self._field_of(error))

    def _field_of(self, error: Invalid) -> str:
        """The domain counts questions from 1, knows no empty rows, and calls the organisation’s name a name."""
        if error.field == "name":
            return "organisation_name"
        kind, _space, number = error.field.partition(" ")
        if kind != "question" or not number.isdigit():
            return error.field
        filled = [row.text.name for row in self.question_rows() if not is_blank(row)]
        return filled[int(number) - 1]


class PreviewForm(Form):
    """The day on which the page is to be seen."""

    on = Day(_l("As it will look on"), [Optional()])

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        # Without a day one is chosen: the field is never left empty, so it need not be called optional.
        self.on.flags.required = True


class Confirmation(FlaskForm):
    """Nothing but the token against forged requests."""


class CreationForm(OrganisationFields, ConsultationForm):
    """A new consultation, and who holds it."""


@dataclass(frozen=True)
class Label:
    """The words of a label."""

    text: str


@dataclass(frozen=True)
class Mistake:
    """A line of the summary: what it is about, where it leads, what is wrong."""

    type: str
    id: str
    label: Label
    errors: Sequence[str]


class Mistakes:
    """What `error_summary` needs of a form, mistakes inside of rows as lines of their own."""

    def __init__(self, form: ConsultationForm) -> None:
        self.form_errors = form.form_errors
        self._lines = [
            Mistake(leaf.type, leaf.id, Label(_in_its_row(leaf)), leaf.errors)
            for leaf in leaves(form)
            if leaf.errors
        ]
        self.errors = [*self.form_errors, *self._lines]

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self._lines)


def _in_its_row(leaf: Field) -> str:
    """A field's label; that of a testimony says which one."""
    kind, _dash, rest = leaf.name.partition("-")
    if kind != "testimonies":
        return str(leaf.label.text)
    return _("Testimony %(number)s: %(field)s", number=int(rest.split("-")[0]) + 1, field=leaf.label.text)


def stored_values(
    consultation: ConsultationView, testimonies: Sequence[TestimonyView], based_on: str
) -> dict[str, Any]:
    """What the form shows of a stored consultation."""
    names = (
        *("title", "slug", "summary", "language", "opens_on", "closes_on", "introduction", "about"),
        *("decides", "decided_when", "not_negotiable", "outcome", "outcome_on", "hold_first_posts"),
    )
    return {
        **{name: getattr(consultation, name) for name in names},
        "questions": [{"text": question.text} for question in consultation.questions],
        "testimonies": [{name: getattr(item, name) for name in ROWS["testimonies"]} for item in testimonies],
        "based_on": based_on,
    }


def tidied(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed with its rows numbered from 0; rows that no page of ours can have sent are left out."""
    return _with_rows(typed, {kind: _typed_rows(typed, kind) for kind in ROWS})


def rearranged(typed: MultiDict[str, str], order: str, *, kept_questions: int = 0) -> MultiDict[str, str]:
    """What was typed with a row added, moved or removed; an order that makes no sense changes nothing.

    `order` is the value of the button: `questions.add`, `testimonies.up.2`, `questions.remove.0`. The first
    `kept_questions` stay where they are: people may have answered them.
    """
    tables = {kind: _typed_rows(typed, kind) for kind in ROWS}
    kind, verb, place = (*order.split("."), "", "", "")[:3]
    rows = tables.get(kind, [])
    first = kept_questions if kind == "questions" else 0
    if verb == "add" and kind in ROWS and len(rows) < MAX_ROWS:
        rows.append(dict.fromkeys(ROWS[kind], ""))
    elif _is_index(place) and first <= int(place) < len(rows):
        _move(rows, verb, int(place), first)
    return _with_rows(typed, tables)


def _move(rows: list[dict[str, str]], verb: str, place: int, first: int) -> None:
    row = rows.pop(place)
    if verb == "up":
        rows.insert(max(place - 1, first), row)
    elif verb == "down":
        rows.insert(place + 1, row)
    elif verb != "remove":
        rows.insert(place, row)


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _typed_rows(typed: MultiDict[str, str], kind: str) -> list[dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(lambda: dict.fromkeys(ROWS[kind], ""))
    for name, value in typed.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == kind and _is_index(parts[1]) and parts[2] in ROWS[kind]:
            found[int(parts[1])][parts[2]] = value
    return [found[number] for number in sorted(found)][:MAX_ROWS]


def _with_rows(typed: MultiDict[str, str], tables: dict[str, list[dict[str, str]]]) -> MultiDict[str, str]:
    others = [(name, value) for name, value in typed.items(multi=True) if name.split("-")[0] not in ROWS]
    numbered = [
        (f"{kind}-{number}-{name}", value)
        for kind, rows in tables.items()
        for number, row in enumerate(rows)
        for name, value in row.items()
    ]
    return MultiDict([*others, *numbered])
