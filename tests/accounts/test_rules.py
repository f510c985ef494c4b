"""Addresses, names and secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.accounts import rules
from consult.accounts.errors import BadEmail, BadName
from consult.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Claire.Martin@Example.ORG", "claire.martin@example.org"),
        ("  claire@example.org\n", "claire@example.org"),
        ("claire@école.fr", "claire@xn--cole-9oa.fr"),
        ("claire+mairie@example.org", "claire+mairie@example.org"),
        ("claire@rehearsal.test", "claire@rehearsal.test"),
    ],
)
def test_one_spelling_of_each_address(typed: str, stored: str) -> None:
    assert rules.normalise_email(typed) == stored
    assert rules.normalise_email(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "claire",
        "claire@localhost",
        "Claire <claire@example.org>",
        "claire@example.org, b@example.org",
        "claire@example.org\nBcc: b@example.org",
        "claire@[127.0.0.1]",
        '"a b"@example.org',
        "é@example.org",
        "a\x00@example.org",
        "\ud800@example.org",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(BadEmail):
        rules.normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Claire  M.", "Claire M."),
        ("Claire\nM.", "Claire M."),
        ("\u202eeriaM", "eriaM"),
        ("Cl\u200baire\u00ad", "Claire"),
        ("Ame\u0301lie", "Amélie"),
        ("Ame\u200b\u0301lie", "Amélie"),
        ("Cl\u3164aire\u2800", "Claire"),
        ("李明", "李明"),
        ("x" * 60, "x" * 60),
    ],
)
def test_names_are_one_visible_line(typed: str, shown: str) -> None:
    assert rules.normalise_display_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("C", "name_length"),
        ("\u200b\u200b\u200b", "name_length"),
        ("\u3164\u3164\u3164", "name_length"),
        ("a\u200d\u200d", "name_length"),
        ("x" * 61, "name_length"),
        ("--", "name_letters"),
        ("claire@example.org", "name_is_address"),
    ],
)
def test_names_that_are_refused(typed: str, code: str) -> None:
    with pytest.raises(BadName) as refusal:
        rules.normalise_display_name(typed)
    assert refusal.value.code == code


@given(st.text(max_size=80))
def test_an_accepted_name_is_accepted_again_unchanged(typed: str) -> None:
    try:
        name = rules.normalise_display_name(typed)
    except Invalid:
        return
    assert rules.normalise_display_name(name) == name


def test_secrets_are_long_and_codes_keep_their_zeros() -> None:
    made = [rules.new_secrets() for _number in range(200)]
    assert len({item.token for item in made}) == 200
    assert all(len(item.token) == 43 for item in made)
    assert all(len(item.code) == 6 and item.code.isdecimal() for item in made)


def test_a_code_is_bound_to_its_challenge_its_address_and_the_installation() -> None:
    base = rules.hash_code("123456", email="a@example.org", link_hash="x", key=b"k")
    others = {
        rules.hash_code("123457", email="a@example.org", link_hash="x", key=b"k"),
        rules.hash_code("123456", email="b@example.org", link_hash="x", key=b"k"),
        rules.hash_code("123456", email="a@example.org", link_hash="y", key=b"k"),
        rules.hash_code("123456", email="a@example.org", link_hash="x", key=b"l"),
    }
    assert len(others) == 4
    assert base not in others
    assert rules.same_hash(base, rules.hash_code("123456", email="a@example.org", link_hash="x", key=b"k"))
