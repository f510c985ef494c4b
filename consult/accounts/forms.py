"""The forms of signing in and of the account: syntax and lengths; the rules decide the rest."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, HiddenField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from consult.accounts.messages import SENTENCES
from consult.accounts.rules import CODE_DIGITS, MAX_EMAIL, normalise_display_name, normalise_email
from consult.core.errors import Invalid
from consult.core.html import printable
from consult.core.web.sentences import sentence_for


def _must_pass(rule: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
    """A validator that asks a rule of the domain and puts what it returns into the field."""

    def check(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = rule(field.data or "")
        except Invalid as error:
            # What was typed goes back into the page, but for characters that no page may hold.
            field.data = printable(field.data or "")
            raise ValidationError(sentence_for(error.code)) from error

    return check


def _digits(text: str | None) -> str:
    """The digits of a code however it was typed or pasted: « 123 456 », full-width digits."""
    return "".join(filter("0123456789".__contains__, unicodedata.normalize("NFKC", text or "")))


class EmailForm(FlaskForm):
    """Where to send the link and the code."""

    email = EmailField(
        _l("E-mail address"),
        validators=[
            InputRequired(SENTENCES["email_invalid"]),
            Length(max=MAX_EMAIL, message=SENTENCES["email_invalid"]),
        ],
    )
    next = HiddenField()

    def validate_email(self, field: Field) -> None:
        """Leave a complete address of which one spelling exists."""
        _must_pass(normalise_email)(self, field)


class CodeForm(FlaskForm):
    """The six digits of the mail."""

    code = StringField(
        _l("Six-digit code"),
        filters=[_digits],
        validators=[
            InputRequired(SENTENCES["code_shape"]),
            Length(CODE_DIGITS, CODE_DIGITS, message=SENTENCES["code_shape"]),
        ],
    )


class NameForm(FlaskForm):
    """The name shown beside what a person publishes."""

    display_name = StringField(_l("Display name"), validators=[InputRequired(SENTENCES["name_length"])])

    def validate_display_name(self, field: Field) -> None:
        """Ask the rule of names."""
        _must_pass(normalise_display_name)(self, field)


class WelcomeForm(NameForm):
    """What a first sign-in asks for."""

    consent = BooleanField(
        _l("I have read these conditions and open my account under them."),
        validators=[InputRequired(SENTENCES["consent_missing"])],
    )
