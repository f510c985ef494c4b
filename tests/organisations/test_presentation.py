"""Which parts of a page take an organisation's colour, and how a contrast is told."""

from __future__ import annotations

import re

import pytest
from build_assets import CSS
from flask import Flask
from flask_babel import force_locale

from consult.organisations.presentation import ACCENTED, accent_sheet, accent_version, ratio


def test_every_part_that_takes_the_colour_is_one_of_ours() -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in CSS.rglob("*.css"))
    for selector in ACCENTED:
        for name in re.findall(r"\.[\w-]+", selector):
            assert re.search(re.escape(name) + r"[\s,:{.]", known), f"{name} is styled nowhere"


def test_what_a_colour_means_something_in_keeps_its_own() -> None:
    meaning = (".state-chip", ".notice", ".arguments", ".official-answer", ".error-summary", ".plot", ".page-head")
    assert not set(meaning) & set(ACCENTED)


def test_each_colour_has_a_sheet_of_its_own_version() -> None:
    assert accent_sheet("#036036") != accent_sheet("#360360")
    assert accent_version("#036036") != accent_version("#360360")
    assert accent_version("#036036") == accent_version("#036036")


@pytest.mark.parametrize(
    ("value", "english", "french"), [(4.4999, "4.49", "4,49"), (4.5, "4.5", "4,5"), (21.0, "21", "21")]
)
def test_a_contrast_is_never_rounded_up(app: Flask, value: float, english: str, french: str) -> None:
    with app.test_request_context():
        for language, words in (("en", english), ("fr", french)):
            with force_locale(language):
                assert ratio(value) == words
