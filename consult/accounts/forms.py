"""The forms of signing in and of the account: syntax and lengths; the rules decide the rest."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from consult.accounts.messages import MAIL_CHOICES, SENTENCES
from consult.accounts.passwords import MAX_PASSWORD
from consult.accounts.rules import CODE_DIGITS, MAX_EMAIL, normalise_display_name, normalise_email
from consult.core.errors import Invalid
from consult.core.html import printable
from consult.core.web.choices import choice
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


# As it is typed: two characters for each letter, before its accents are put together.
_TYPED_PASSWORD = Length(max=2 * MAX_PASSWORD, message=SENTENCES["password_long"])


class PasswordSignInForm(EmailForm):
    """An address and its password."""

    password = PasswordField(
        _l("Password"), validators=[InputRequired(SENTENCES["password_missing"]), _TYPED_PASSWORD]
    )


class PasswordForm(FlaskForm):
    """The password of somebody who is signed in, once more."""

    password = PasswordField(
        _l("Password"), validators=[InputRequired(SENTENCES["password_missing"]), _TYPED_PASSWORD]
    )


class FirstPasswordForm(FlaskForm):
    """A password for an account that has none."""

    password = PasswordField(
        _l("New password"), validators=[InputRequired(SENTENCES["password_missing"]), _TYPED_PASSWORD]
    )


class ChangePasswordForm(FlaskForm):
    """Another password for an account that has one."""

    current = PasswordField(
        _l("Current password"), validators=[InputRequired(SENTENCES["password_missing"]), _TYPED_PASSWORD]
    )
    password = PasswordField(
        _l("New password"), validators=[InputRequired(SENTENCES["password_missing"]), _TYPED_PASSWORD]
    )


class FactorForm(FlaskForm):
    """The code of an authenticator, or a recovery code."""

    code = StringField(
        _l("Code"),
        validators=[InputRequired(SENTENCES["factor_missing"]), Length(max=60, message=SENTENCES["factor_wrong"])],
    )
    next = HiddenField()


class EnrolForm(FlaskForm):
    """The first code of a new authenticator."""

    code = StringField(
        _l("Six-digit code of the authenticator"),
        filters=[_digits],
        validators=[
            InputRequired(SENTENCES["factor_missing"]),
            Length(CODE_DIGITS, CODE_DIGITS, message=SENTENCES["factor_missing"]),
        ],
    )
    next = HiddenField()


class AddressForm(FlaskForm):
    """The address that somebody wants to sign in with from now on."""

    email = EmailField(
        _l("New e-mail address"),
        validators=[
            InputRequired(SENTENCES["email_invalid"]),
            Length(max=MAX_EMAIL, message=SENTENCES["email_invalid"]),
        ],
    )

    def validate_email(self, field: Field) -> None:
        """Leave a complete address of which one spelling exists."""
        _must_pass(normalise_email)(self, field)


class MailsForm(FlaskForm):
    """Which mails somebody wants."""

    wanted = SelectMultipleField(
        _l("Write to me about"),
        choices=[choice(kind.value, label) for kind, label in MAIL_CHOICES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
