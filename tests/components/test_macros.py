"""The other components: what a screen reader hears, and what stays away when a value does."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment
from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.validators import InputRequired

from consult.core.web.choices import choice


class _Proposal(Form):
    title = StringField("Title", [InputRequired("Give a title.")])
    question = RadioField("Question", [InputRequired("Choose.")], choices=[choice("1", "One"), choice("2", "Two")])
    place = StringField("Place")
    charter = BooleanField("I accept", description="One page.")


def _macro(components: Environment, file: str, name: str, *values: Any, **named: Any) -> str:
    return str(getattr(components.get_template(f"components/{file}.html").module, name)(*values, **named))


def _refused() -> _Proposal:
    form = _Proposal()
    form.validate()
    return form


def test_a_refused_field_says_so_and_names_its_hint_and_error(components: Environment) -> None:
    html = _macro(components, "forms", "field", _refused().title, hint="Short.", autocomplete="off")
    assert 'aria-describedby="title-hint title-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="off"' in html
    assert '<label class="field__label" for="title">Title</label>' in html


def test_choices_are_a_fieldset_and_the_summary_leads_to_the_first(components: Environment) -> None:
    form = _refused()
    choices = _macro(components, "forms", "radios", form.question)
    assert choices.count('<label for="question-') == 2
    assert "<legend" in choices
    assert 'href="#question-0"' in _macro(components, "errors", "error_summary", form)


def test_a_field_that_may_stay_empty_says_so(components: Environment) -> None:
    assert "(optional)" in _macro(components, "forms", "field", _Proposal().place)
    html = _macro(components, "forms", "checkbox", _Proposal().charter)
    assert "(optional)" not in html
    assert 'aria-describedby="charter-hint"' in html


def test_no_summary_without_errors(components: Environment) -> None:
    assert _macro(components, "errors", "error_summary", _Proposal()).strip() == ""


@pytest.mark.parametrize(
    ("given", "expected", "absent"),
    [
        ({"sign_in_url": "/sign-in"}, 'href="/sign-in"', "<form"),
        ({"action_url": "/support", "csrf_token": "t"}, 'name="csrf_token" value="t"', "support--given"),
        ({"action_url": "/support", "supported": True}, "support--given", "sign-in"),
        ({"reason": "Closed."}, "Closed.", "button"),
    ],
    ids=["visitor", "may", "has", "may not"],
)
def test_support_is_a_form_a_link_or_a_reason(
    components: Environment, given: dict[str, Any], expected: str, absent: str
) -> None:
    values = {
        "action_url": None,
        "csrf_token": None,
        "supported": False,
        "reason": None,
        "sign_in_url": None,
    } | given
    html = _macro(components, "support", "support_button", count_label="3 supports", label="Support", **values)
    assert expected in html
    assert absent not in html


def test_a_hidden_comment_keeps_its_place_and_shows_nothing_of_itself(components: Environment) -> None:
    comment = {
        "number": 4,
        "author": "Paul",
        "created_label": "12 March",
        "created_iso": "2026-03-12",
        "body_html": Markup("<p>Insult</p>"),
        "stance": "against",
        "stance_label": "Against",
        "replies": [],
        "reply_url": None,
        "hidden_reason": "Hidden: insult.",
    }
    html = _macro(components, "arguments", "comment", comment)
    assert "Hidden: insult." in html
    assert "<p>Insult" not in html
    assert 'id="comment-4"' in html


def test_only_an_answered_contribution_is_underlined_in_honey(components: Environment) -> None:
    card = {
        "url": "/c/7",
        "number": 7,
        "title": "A <path>",
        "author": "Claire",
        "created_label": "12 March",
        "created_iso": "2026-03-12",
        "excerpt": "Reopen it.",
        "question_label": None,
        "supports": 1024,
        "comments": 1,
        "language": "fr",
    }
    plain = _macro(components, "contribution_card", "contribution_card", card)
    assert "1\u202f024 supports" in plain
    assert "A &lt;path&gt;" in plain
    assert "--answered" not in plain
    assert "--answered" in _macro(components, "contribution_card", "contribution_card", card | {"answered": True})


def test_an_empty_commitment_takes_no_room(components: Environment) -> None:
    assert _macro(components, "commitment", "commitment", None, "", None).strip() == ""
