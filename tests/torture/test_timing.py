"""The arithmetic of `make timing`; no time is asserted."""

from __future__ import annotations

from tests.torture.timing import Timing, area


def test_the_area_says_how_often_one_is_above_the_other() -> None:
    assert area([3.0, 4.0], [1.0, 2.0]) == 1
    assert area([1.0, 2.0], [3.0, 4.0]) == 0
    assert area([1.0, 2.0], [1.0, 2.0]) == 0.5
    assert area([2.0], [1.0, 2.0, 3.0, 4.0]) == 0.375


def test_whichever_takes_longer_is_told_apart() -> None:
    same = frozenset({(303, "/sign-in/code")})
    assert not Timing("mail", [1.0, 2.0], [3.0, 4.0], same).holds
    assert not Timing("mail", [3.0, 4.0], [1.0, 2.0], same).holds
    assert Timing("mail", [1.0, 4.0], [2.0, 3.0], same).holds


def test_two_answers_tell_as_well() -> None:
    two = Timing("mail", [1.0, 4.0], [2.0, 3.0], frozenset({(303, "/sign-in/code"), (422, "")}))
    assert (two.auc, two.holds) == (0.5, False)
    assert "303 /sign-in/code and 422" in two.line()
