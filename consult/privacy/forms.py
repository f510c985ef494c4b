"""The form of an erasure: what to keep, and one's address typed as a confirmation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, HiddenField, RadioField
from wtforms.validators import InputRequired, Length, ValidationError

from consult.core.web.choices import choice

KEEP, WITHDRAW = "keep", "withdraw"
_MAX = 254


class DownloadForm(FlaskForm):
    """A button: the file is made when it is asked for, not when a browser looks ahead."""


class AgreeForm(FlaskForm):
    """The conditions have changed: agree to them anew."""

    consent = BooleanField(
        _l("I have read these conditions and keep my account under them."),
        validators=[InputRequired(_l("Tick this box to go on with your account."))],
    )
    next = HiddenField()


class EraseForm(FlaskForm):
    """What an erasure asks. `email` is the account's own address, which the form does not show in the field."""

    texts = RadioField(
        _l("What you wrote in consultations that are open"),
        choices=[
            choice(KEEP, _l("Leave it, under “Deleted account”")),
            choice(WITHDRAW, _l("Withdraw it: it disappears with its supports and comments")),
        ],
        default=KEEP,
    )
    address = EmailField(
        _l("Type your e-mail address to confirm"),
        validators=[InputRequired(_l("Type the e-mail address of your account.")), Length(max=_MAX)],
    )

    def __init__(self, *, email: str, has_open_texts: bool, **options: Any) -> None:
        super().__init__(**options)
        self.email = email
        if not has_open_texts:
            del self.texts

    @property
    def keeps_texts(self) -> bool:
        """False when they asked that what they wrote in open consultations goes too."""
        return "texts" not in self or self.texts.data != WITHDRAW

    def validate_address(self, field: Field) -> None:
        """Only the account's own address confirms."""
        if str(field.data or "").strip().lower() != self.email:
            raise ValidationError(_l("This is not the e-mail address of your account."))
