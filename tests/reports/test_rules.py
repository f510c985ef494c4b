import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.queries import Figures
from consult.consultations.values import State
from consult.core.html import render_markdown
from consult.ledger.queries import HeadView
from consult.reports.rules import (
    MAX_DEPTH,
    MAX_WORD,
    FigureCheck,
    Recount,
    days_so_far,
    figures_text,
    flatten_headings,
    is_current,
    may_render_again,
    nest_headings,
    tame,
    weight,
    within_budget,
)
from consult.reports.values import EditionState

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


def test_the_model_page_stands_on_day_553_of_555() -> None:
    assert days_so_far(date(2018, 2, 23), date(2019, 8, 31), date(2019, 8, 29)) == 553
    assert days_so_far(date(2018, 2, 23), date(2019, 8, 31), date(2030, 1, 1)) == 555
    assert days_so_far(date(2018, 2, 23), date(2019, 8, 31), date(2018, 2, 22)) == 0


def test_the_record_has_the_contracts_keys_in_their_order() -> None:
    figures = Figures("halle", NOW, State.OPEN, 10, 31, 4, 3, 2, 1, 9, 77)

    record = json.loads(figures_text(figures, "Indian/Reunion", HeadView(12, "ab" * 32)))

    assert list(record) == [
        "slug", "as_of", "state", "days", "days_total", "participants", "contributions", "supports", "comments",
        "visitors", "ledger_head",
    ]  # fmt: skip
    assert record["as_of"] == "2026-03-10T15:00:00+04:00"
    assert record["ledger_head"] == "ab" * 32


def test_a_recount_agrees_when_everything_does() -> None:
    same = FigureCheck("supports", 4, 4, 4)
    assert Recount((same,), 0, 0).agrees
    assert not Recount((same,), 1, 0).agrees
    assert not Recount((same,), 0, 1).agrees
    assert not Recount((FigureCheck("supports", 4, 4, 5),), 0, 0).agrees
    assert not Recount((FigureCheck("supports", 4, 3, 4),), 0, 0).agrees


@pytest.mark.parametrize(
    ("same_data", "is_final", "same_day", "closed", "expected"),
    [
        (True, False, True, False, True),
        (True, False, False, False, False),  # another day counts to another figure
        (False, False, True, False, False),
        (True, False, True, True, False),  # it closed since
        (True, True, False, True, True),  # once closed no day matters any more
        (False, True, False, True, False),
    ],
)
def test_when_an_edition_is_current(
    *, same_data: bool, is_final: bool, same_day: bool, closed: bool, expected: bool
) -> None:
    found = is_current(same_data=same_data, is_final=is_final, same_day=same_day, closed=closed)
    assert found is expected


def test_pauses_between_renderings() -> None:
    assert not may_render_again(NOW, EditionState.READY, NOW + timedelta(minutes=9))
    assert may_render_again(NOW, EditionState.READY, NOW + timedelta(minutes=10))
    assert not may_render_again(NOW, EditionState.FAILED, NOW + timedelta(minutes=59))
    assert may_render_again(NOW, EditionState.FAILED, NOW + timedelta(minutes=60))


def test_a_budget_keeps_the_first_and_at_least_one() -> None:
    assert list(within_budget([3, 3, 3], int, 7)) == [3, 3]
    assert list(within_budget([9, 1], int, 7)) == [9]
    assert list(within_budget([], int, 7)) == []


def test_what_is_deep_becomes_flat_and_keeps_its_words() -> None:
    html = render_markdown("<sup>" * 300 + "bas")

    tamed = tame(html)

    assert tamed.count("<sup>") < MAX_DEPTH
    assert tamed.count("<sup>") == tamed.count("</sup>")
    assert "bas" in tamed


def test_a_table_of_many_cells_becomes_lines() -> None:
    html = render_markdown("a|b\n-|-\n" + "un|deux\n" * 300)

    assert "<t" not in tame(html)
    assert tame(html).count("deux") == 300
    assert "<table>" in tame(render_markdown("a|b\n-|-\nun|deux\n"))


def test_long_words_may_break_but_addresses_are_not_touched() -> None:
    address = "https://example.org/" + "a" * 200
    tamed = tame(render_markdown(address + "\n\n" + "b" * 200))

    assert f'href="{address}"' in tamed
    assert "b" * (MAX_WORD + 1) not in tamed
    assert tamed.replace("\u200b", "").count("b" * 200) == 1


def test_emoji_are_left_out() -> None:
    assert tame("<p>Bravo 🎉👩‍👩‍👧 !</p>") == "<p>Bravo  !</p>"


@given(st.text(alphabet="ab<>/ -|#*_`[]()\n&;:!", max_size=300))
def test_tamed_html_stays_balanced(source: str) -> None:
    tamed = tame(render_markdown(source))
    for tag in ("p", "em", "strong", "blockquote", "ul", "li", "table", "code"):
        assert tamed.count(f"<{tag}>") == tamed.count(f"</{tag}>")


def test_headings_descend_one_level_at_a_time() -> None:
    html = "<h4>a</h4><h2>b</h2><h3>c</h3><h4>d</h4><h2>e</h2>"

    assert nest_headings(html, under=2) == "<h3>a</h3><h3>b</h3><h4>c</h4><h5>d</h5><h3>e</h3>"
    assert flatten_headings("<h3>a</h3><p>b</p>") == '<p class="heading">a</p><p>b</p>'


def test_a_tag_weighs_as_much_as_a_line() -> None:
    assert weight("abc") == 3
    assert weight("<p>abc</p>") == 110
