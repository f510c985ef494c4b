"""Short names for addresses."""

from __future__ import annotations

import pytest

from consult.core.slugs import first_free, slug_from


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Quelle place pour l’été ?", "quelle-place-pour-l-ete"),
        ("  Cœur de ville — Œuvres  ", "coeur-de-ville-oeuvres"),
        ("STRASSE / Straße", "strasse-strasse"),
        ("100 % vélo", "100-velo"),
        ("Ελλάδα", "consultation"),
        ("", "consultation"),
        ("un deux trois quatre", "un-deux-trois"),
        ("anticonstitutionnellement", "anticonstituti"),
    ],
)
def test_a_slug_from_a_text(text: str, slug: str) -> None:
    limit = 14 if text.startswith(("un deux", "anti")) else 80
    assert slug_from(text, limit=limit, otherwise="consultation") == slug


def test_the_first_free_one_stays_within_the_limit() -> None:
    assert first_free("halle", [], limit=80) == "halle"
    assert first_free("halle", ["halle", "halle-2"], limit=80) == "halle-3"
    assert first_free("a-bcd", ["a-bcd"], limit=5) == "a-b-2"
    assert first_free("ab-cd", ["ab-cd"], limit=5) == "ab-2"
