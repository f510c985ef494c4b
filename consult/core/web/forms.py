"""What forms share: a sentence for a length, and what they do when the domain says no; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, FormField
from wtforms.validators import Length

from consult.core.errors import Invalid
from consult.core.html import printable
from consult.core.web.sentences import sentence_for


def at_most(limit: int) -> Length:
    """A length in characters, with its sentence."""
    return Length(max=limit, message=_l("Enter at most %(max)d characters.", max=limit))


def leaves(fields: Any) -> Iterator[Field]:
    """The fields that a person fills in, rows unfolded, in the order of the form."""
    for item in fields:
        if isinstance(item, (FieldList, FormField)):
            yield from leaves(item)
        else:
            yield item


def add_error(field: Field, sentence: str) -> None:
    """Say one thing more about a field: before it was validated, WTForms holds its errors in a tuple."""
    field.errors = [*field.errors, sentence]


def place(form: Any, error: Invalid, field: str | None = None) -> None:
    """Put the sentence of a domain error on its field (or on the one named), else above the form."""
    name, sentence = field or error.field, sentence_for(error.code)
    for leaf in leaves(form):
        if leaf.name == name:
            add_error(leaf, sentence)
            return
    form.form_errors.append(sentence)


def show_printable(form: Any) -> None:
    """Take out of what was typed the characters that no page can hold; their error stays."""
    for leaf in leaves(form):
        if isinstance(leaf.data, str):
            leaf.data = printable(leaf.data)
        leaf.raw_data = [
            printable(value) if isinstance(value, str) else value
            for value in getattr(leaf, "raw_data", None) or ()
        ]
