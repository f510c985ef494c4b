"""Numbers that come from outside."""

from __future__ import annotations

import pytest

from consult.core.numbers import MAX_NUMBER, number_in


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("12", 12), (str(MAX_NUMBER), MAX_NUMBER)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", [None, "", " 1", "-1", "1.0", "1e3", "²", "١", str(MAX_NUMBER + 1), "9" * 5_000])
def test_anything_else_is_none(text: str | None) -> None:
    assert number_in(text) is None
