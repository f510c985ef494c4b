"""Texts, search terms and the rotating order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from consult.core.errors import Invalid
from consult.proposals.rules import (
    RING,
    _stem,
    check_title,
    prepare_comment,
    prepare_contribution,
    rotation_start,
    search_terms,
    shuffle_key,
)

ENDINGS = ("ellement", "ations", "atrices", "issements", "iques", "euses", "ivement", "ances")


@pytest.mark.parametrize(
    ("title", "code"),
    [("Court", "title_short"), ("x" * 121, "title_long"), ("Un titre\x00 troué", "characters")],
)
def test_titles_are_refused_with_a_code(title: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_title(title)
    assert (refused.value.field, refused.value.code) == ("title", code)


@pytest.mark.parametrize(("body", "code"), [("Trop court", "body_short"), ("x" * 10_001, "body_long")])
def test_bodies_are_refused_with_a_code(body: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        prepare_contribution("Un titre assez long", body)
    assert (refused.value.field, refused.value.code) == ("body", code)


def test_titles_lose_bidirectional_controls_and_double_spaces() -> None:
    assert check_title("Une  place\u202e pour\ttous") == "Une place pour tous"


def test_a_body_is_rendered_and_sanitised_once() -> None:
    text = prepare_contribution(
        "Des bancs pour tous", "Des **bancs**, <script>alert(1)</script>\n\n[ici](javascript:alert(1)) vraiment"
    )
    assert "<strong>bancs</strong>" in text.body_html
    assert "<script" not in text.body_html
    assert "javascript:" not in text.body_html
    assert text.excerpt.startswith("Des bancs,")


def test_comments_may_be_short_but_not_empty() -> None:
    assert prepare_comment("Oui").body_html == "<p>Oui</p>"
    with pytest.raises(Invalid):
        prepare_comment("  \n ")


@pytest.mark.parametrize(
    ("one", "other"),
    [("cœurs", "coeur"), ("Éducation", "educations"), ("vélos", "vélo"), ("PLACE", "places")],
)
def test_search_terms_meet_over_accents_ligatures_and_plurals(one: str, other: str) -> None:
    assert search_terms(one) == search_terms(other)


def test_the_ring_turns_every_day_and_keys_stay() -> None:
    days = {rotation_start("halle", date(2026, 3, day)) for day in range(1, 31)}
    assert len(days) == 30
    assert all(0 <= start < RING for start in days)
    assert shuffle_key("halle", 7) == shuffle_key("halle", 7) != shuffle_key("halle", 8)


def test_threads_that_search_at_once_find_the_same_stems() -> None:
    texts = [
        " ".join(f"{letters}{ending}" for letters in (f"a{turn}b", f"continu{turn}") for ending in ENDINGS)
        for turn in range(200)
    ]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(search_terms, texts * 2))
    _stem.cache_clear()
    assert together == [search_terms(text) for text in texts] * 2
