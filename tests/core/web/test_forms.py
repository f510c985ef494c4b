"""What every form does when the domain says no."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FileField, Form, FormField, StringField

from consult.core.errors import Invalid
from consult.core.web.forms import add_error, leaves, place, show_printable


class Row(Form):
    """A row."""

    text = StringField()


class Sheet(Form):
    """A form with rows and a file."""

    title = StringField()
    rows = FieldList(FormField(Row))
    file = FileField()


def sheet(**typed: str) -> Sheet:
    return Sheet(MultiDict({name.replace("__", "-"): value for name, value in typed.items()}))


def test_rows_are_unfolded_in_the_order_of_the_form() -> None:
    form = sheet(title="a", rows__0__text="b", rows__1__text="c")
    assert [leaf.name for leaf in leaves(form)] == ["title", "rows-0-text", "rows-1-text", "file"]


def test_a_domain_error_goes_to_its_field_or_above_the_form(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        form = sheet(title="a", rows__0__text="b")
        place(form, Invalid("title", "characters"))
        place(form, Invalid("question 1", "characters"), "rows-0-text")
        place(form, Invalid("somewhere", "characters"))
    assert len(form.title.errors) == len(form.rows[0].form.text.errors) == len(form.form_errors) == 1
    assert "characters that cannot be shown" in form.title.errors[0]


def test_a_second_error_joins_the_first() -> None:
    form = sheet(title="a")
    add_error(form.title, "one")
    add_error(form.title, "two")
    assert form.title.errors == ["one", "two"]


def test_what_no_page_can_hold_is_taken_out_of_what_is_shown_again() -> None:
    form = sheet(title="Bon\x00jour", rows__0__text="\ufffeoui", file="name\x07.png")
    show_printable(form)
    assert form.title.data == "Bonjour"
    assert form.title.raw_data == ["Bonjour"]
    assert form.rows[0].form.text.data == "oui"
