"""Contrast as WCAG 2.2 measures it, the shades made of an accent, and the texts of an identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.core.errors import Invalid
from consult.organisations import rules
from consult.organisations.errors import AccentTooPale
from consult.organisations.values import LegalDetails, Shade
from consult.settings import Settings
from consult.site.styleguide import token_colours

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that just fails, and the one that just passes
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#1b5e4b", "#fbf8f3", 7.21),
    ],
)
def test_contrasts_known_from_elsewhere(one: str, other: str, ratio: float) -> None:
    assert round(rules.contrast(one, other), 2) == ratio
    assert rules.contrast(one, other) == rules.contrast(other, one)


@pytest.mark.parametrize(
    ("name", "shade"),
    [("paper", rules.PAPER), ("card", rules.CARD), ("sunk", rules.SUNK), ("ink", rules.INK)],
)
def test_the_grounds_are_those_of_the_style_sheet(name: str, shade: Shade) -> None:
    day, night = token_colours()
    assert (shade.day, shade.night) == (day[name], night[name])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("#1B5E4B", "#1b5e4b"),
        (" 1b5e4b ", "#1b5e4b"),
        ("#036", "#003366"),
        ("#000", "#000000"),
    ],
)
def test_a_readable_accent_is_kept(typed: str, kept: str) -> None:
    assert rules.check_accent(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "green",
        "#12",
        "#12345",
        "#1234567",
        "#12345g",
        "rgb(0,0,0)",
        "#1b5e4b;}",
        "١٢٣",
        "#1b5e4b\n#000000",
        "＃036",
    ],
)
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.check_accent(typed)
    assert (error.value.field, error.value.code) == ("accent", "accent_shape")


@pytest.mark.parametrize("typed", ["#f2b53b", "#ffffff", "#ff0000", "#8a8a8a", "#fbf8f3"])
def test_a_pale_accent_is_refused_with_its_measure_and_a_shade_that_would_do(typed: str) -> None:
    with pytest.raises(AccentTooPale) as error:
        rules.check_accent(typed)
    assert error.value.code == "accent_contrast"
    assert error.value.contrast == rules.contrast(typed, rules.PAPER.day) < 4.5
    assert rules.check_accent(error.value.shade) == error.value.shade


@given(COLOURS)
def test_whatever_accent_is_accepted_everything_made_of_it_can_be_read(colour: str) -> None:
    try:
        accent = rules.check_accent(colour)
    except AccentTooPale as error:
        assert rules.contrast(colour, rules.PAPER.day) < 4.5
        accent = error.shade
    made = rules.palette(accent)
    by_day = [
        *((made.accent.day, ground.day) for ground in (rules.PAPER, rules.CARD, rules.SUNK)),
        (made.accent.day, made.wash.day),
        (rules.INK.day, made.wash.day),
        (made.deep.day, made.wash.day),
        (made.on_accent.day, made.accent.day),
        (made.on_accent.day, made.deep.day),
    ]
    by_night = [
        *((made.accent.night, ground.night) for ground in (rules.PAPER, rules.CARD, rules.SUNK)),
        (rules.INK.day, made.accent.night),
        (made.accent.night, made.wash.night),
        (rules.INK.night, made.wash.night),
        (made.deep.night, made.wash.night),
        (made.on_accent.night, made.accent.night),
        (made.on_accent.night, made.deep.night),
    ]
    assert [pair for pair in (*by_day, *by_night) if rules.contrast(*pair) < 4.5] == []


def test_an_accent_that_reads_everywhere_is_used_as_it_is() -> None:
    assert rules.palette("#1b5e4b").accent.day == "#1b5e4b"


def identity(**changes: str) -> rules.IdentityText:
    texts = {"name": "Ville de Nîmes", "accent": ""} | changes
    legal = LegalDetails(**{name: text for name, text in texts.items() if name not in {"name", "accent"}})
    return rules.prepare_identity(name=texts["name"], accent=texts["accent"], legal=legal)


def test_texts_are_trimmed_and_lines_kept() -> None:
    found = identity(name="  Ville   de\tNîmes ", postal_address=" 1 place\r\n\r\n  30000 Nîmes\n", host="\u200b")
    assert found.name == "Ville de Nîmes"
    assert found.legal.postal_address == "1 place\n30000 Nîmes"
    assert found.legal.host == ""


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", " ", "organisation_nameless"),
        ("name", "\u2800\u3164", "organisation_nameless"),
        ("name", "V" * 121, "too_long"),
        ("name", "Ville\x00", "characters"),
        ("host", "H" * 501, "too_long"),
        ("publication_director", "a" + "\u0301" * 50, "characters"),
        ("contact_email", "mairie", "email_invalid"),
        ("contact_email", "mairie@example.org\nbcc@example.org", "email_invalid"),
    ],
)
def test_what_cannot_be_shown_or_used_is_refused_on_its_field(field: str, text: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        identity(**{field: text})
    assert (error.value.field, error.value.code) == (field, code)


def test_settings_come_first_and_gaps_are_filled_from_the_organisation() -> None:
    operator = rules.operator_details(Settings(legal_name="Le syndicat", legal_email="dpo@example.org"))
    both = rules.completed(operator, LegalDetails(legal_name="La commune", host="L’hébergeur"))
    assert (both.legal_name, both.contact_email, both.host) == ("Le syndicat", "dpo@example.org", "L’hébergeur")
    assert rules.missing_details(both) == ("postal_address", "publication_director", "data_protection_contact")
