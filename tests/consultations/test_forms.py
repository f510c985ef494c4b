"""The form of a consultation: nothing typed is lost, rows come and go without JavaScript."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from consult.consultations import queries
from consult.consultations.forms import rearranged, tidied
from consult.core.db import transaction
from tests.consultations.team import edit, save, stored
from tests.support.clients import AuditedClient
from tests.support.factories import Made

# Nothing typed is lost


def test_an_invalid_form_keeps_every_word_and_says_where(manager: AuditedClient, made: Made) -> None:
    typed = {
        "title": "",
        "summary": "Résumé à garder",
        "opens_on": "le 3 mars",
        "closes_on": "2026-13-45",
        "introduction": "Un **long** texte",
        "questions-0-text": "Question à garder",
        "questions-1-text": "x" * 501,
        "testimonies-0-name": "",
        "testimonies-0-quote": "Citation à garder",
        "testimonies-1-name": "",
    }
    answer = save(manager, made, typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("Résumé à garder", "le 3 mars", "2026-13-45", "Un **long** texte", "Citation à garder"):
        assert words in page
    assert "Question à garder" in page
    assert "Enter a title." in page
    assert "Enter the date as year-month-day" in page
    assert "Testimony 1: Name" in page
    assert 'href="#questions-1-text"' in page
    assert "Enter at most 500 characters." in page
    assert stored(made.slug).title == "Quelle place pour la halle ?"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"slug": "Pas Bon"}, "slug", "Use lower-case letters and digits"),
        ({"closes_on": "2026-03-19"}, "closes_on", "The last day must not come before the first one."),
        ({"opens_on": "0001-01-01"}, "opens_on", "This date is too far away."),
        ({"closes_on": "9999-12-31"}, "closes_on", "This date is too far away."),
        ({"title": "a" + "\u0301" * 20}, "title", "characters that cannot be shown"),
        ({"questions-0-text": "", "questions-1-text": "\x01"}, "questions-1-text", "cannot be shown"),
        (
            {"testimonies-0-name": "Jeanne", "testimonies-0-quote": "\x02"},
            "testimonies-0-quote",
            "cannot be shown",
        ),
        ({"language": "xx"}, "language", "Not a valid choice"),
    ],
)
def test_a_broken_rule_is_shown_on_its_field(
    manager: AuditedClient, made: Made, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = save(manager, made, changes)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert sentence in page


def test_two_people_who_edit_at_once_do_not_overwrite_each_other(manager: AuditedClient, made: Made) -> None:
    with transaction() as session:
        seen = queries.text_fingerprint(session, made.id)
    assert save(manager, made, {"title": "La version de Jeanne"}).status_code == 303
    late = save(manager, made, {"title": "La version de Paul", "based_on": seen})
    page = late.get_data(as_text=True)
    assert late.status_code == 422
    assert "Somebody else saved this consultation" in page
    assert "La version de Paul" in page
    assert stored(made.slug).title == "La version de Jeanne"
    with transaction() as session:
        current = queries.text_fingerprint(session, made.id)
    assert f'value="{current}"' in page, "the next save is a decision"


# Rows without JavaScript


def test_rows_are_added_moved_and_removed_without_saving(manager: AuditedClient, made: Made) -> None:
    typed = {"questions-0-text": "Une", "questions-1-text": "Deux", "closes_on": "demain"}
    for order, expected in {
        "questions.add": ["Une", "Deux", ""],
        "questions.up.1": ["Deux", "Une"],
        "questions.down.0": ["Deux", "Une"],
        "questions.remove.0": ["Deux"],
        "questions.up.0": ["Une", "Deux"],
        "questions.remove.7": ["Une", "Deux"],
        "questions.explode.0": ["Une", "Deux"],
        "slugs.add": ["Une", "Deux"],
        "": ["Une", "Deux"],
    }.items():
        answer = save(manager, made, {**typed, "row": order})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, order
        shown = [
            part.split(">", 1)[1].split("</textarea>")[0].strip() for part in page.split('id="questions-')[1:]
        ]
        assert [text for text in shown if "<" not in text] == expected, order
        assert "demain" in page
        assert "error-summary" not in page
    assert [question.text for question in stored(made.slug).questions] == [
        "Que faut-il garder ?",
        "Que faut-il changer ?",
    ]


def test_testimonies_are_stored_in_the_order_of_the_form(manager: AuditedClient, made: Made) -> None:
    voices = {
        "testimonies-0-name": "Jeanne",
        "testimonies-0-quote": "Un **marché**.",
        "testimonies-0-consent": "Par écrit, le 1er mars",
        "testimonies-1-name": "",
        "testimonies-2-name": "Paul",
        "testimonies-2-quote": "Du calme.",
    }
    assert save(manager, made, voices).status_code == 303
    assert [(item.name, item.consent) for item in _voices(made)] == [
        ("Jeanne", "Par écrit, le 1er mars"),
        ("Paul", ""),
    ]
    shown = manager.get(edit(made.slug)).get_data(as_text=True)
    assert "Un **marché**." in shown
    moved = rearranged(MultiDict(voices), "testimonies.up.2")
    assert moved["testimonies-1-name"] == "Paul"


def _voices(made: Made) -> tuple[queries.TestimonyView, ...]:
    with transaction() as session:
        return queries.list_testimonies(session, made.id)


def test_names_of_rows_that_no_page_sends_are_harmless(manager: AuditedClient, made: Made) -> None:
    strange = {
        "questions-²-text": "carré",
        "questions--1-text": "moins",
        f"questions-{'9' * 5000}-text": "énorme",
        "questions-0-text-more": "long",
        "questions-1-password": "faux",
        "questions": "nu",
    }
    assert save(manager, made, strange).status_code == 303
    kept = tidied(MultiDict({"questions-7-text": "Sept", "questions-3-text": "Trois", "title": "T"}))
    assert dict(kept) == {"title": "T", "questions-0-text": "Trois", "questions-1-text": "Sept"}


def test_the_number_of_rows_is_limited() -> None:
    many = MultiDict({f"questions-{number}-text": str(number) for number in range(80)})
    assert len(tidied(many)) == 50
    assert len(rearranged(tidied(many), "questions.add")) == 50
