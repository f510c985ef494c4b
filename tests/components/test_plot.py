"""Plots: from one row to eighty, from nothing to thousands, for the page and for the PDF."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from jinja2 import Environment

SVG = re.compile(r"<svg class=\"plot__svg.*?</svg>", re.DOTALL)
NAMES = ["columns", "bars"]


def _plot(values: list[int], label: str = "semaine du 12 mars") -> dict[str, Any]:
    rows = [
        {"label": f"{label} {place}", "value": value, "value_label": str(value)}
        for place, value in enumerate(values)
    ]
    return {
        "id": "weeks",
        "title": "Activité <par> semaine",
        "summary": "En résumé",
        "unit": "Actes",
        "rows": rows,
    }


def _render(components: Environment, name: str, plot: dict[str, Any], *, static: bool = False) -> str:
    macro = getattr(components.get_template("components/plot.html").module, name)
    return str(macro(plot, static=static))


def _drawing(html: str) -> ElementTree.Element:
    found = SVG.search(html)
    assert found is not None
    return ElementTree.fromstring(found[0])


def _shapes(html: str) -> list[ElementTree.Element]:
    """What is drawn for the values, in one drawing or (lying bars of the page) in one per row."""
    return [
        shape
        for found in SVG.findall(html)
        for shape in ElementTree.fromstring(found).findall("rect")
        if shape.get("fill") == "url(#weeks-fill-1)" or "plot__column" in (shape.get("class") or "")
    ]


@pytest.mark.parametrize("static", [False, True], ids=["page", "pdf"])
@pytest.mark.parametrize(
    "values", [[7], [0, 0, 0], [1, 84, 31], [1024, 0] * 40], ids=["one", "zeros", "few", "many"]
)
@pytest.mark.parametrize("name", NAMES)
def test_a_shape_for_each_value_that_is_not_zero(
    components: Environment, name: str, values: list[int], *, static: bool
) -> None:
    shapes = _shapes(_render(components, name, _plot(values), static=static))
    assert len(shapes) == sum(1 for value in values if value)
    assert ("%" in (shapes[0].get("width") or "")) is not static if shapes else True


def test_many_thin_columns_are_plain_and_few_have_their_pattern(components: Environment) -> None:
    assert "<pattern" not in _render(components, "columns", _plot([1] * 80))
    assert "<pattern" in _render(components, "columns", _plot([1] * 8))


@pytest.mark.parametrize("static", [False, True], ids=["page", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_has_a_name_and_a_description(components: Environment, name: str, *, static: bool) -> None:
    html = _render(components, name, _plot([1, 2]), static=static)
    if name == "bars" and not static:
        assert 'role="img" aria-labelledby="weeks-name" aria-describedby="weeks-summary"' in html
        assert html.count("<svg") == html.count('aria-hidden="true" focusable="false"') == 2
        return
    drawing = _drawing(html)
    assert drawing.get("role") == "img"
    named = {child.get("id"): child.text for child in drawing if child.tag in {"title", "desc"}}
    assert (drawing.get("aria-labelledby") or "").split() == list(named)
    assert list(named.values()) == ["Activité <par> semaine", "En résumé"]


@pytest.mark.parametrize("name", NAMES)
def test_heights_are_in_proportion(components: Environment, name: str) -> None:
    drawing = _drawing(_render(components, name, _plot([25, 100]), static=True))
    measure = "height" if name == "columns" else "width"
    # On paper each bar is painted twice: plainly, and once more under its pattern.
    small, small_pattern, large, large_pattern = (
        float(shape.get(measure) or 0) for shape in drawing.findall("rect")
    )
    assert (small, large) == (small_pattern, large_pattern)
    assert small / large == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_gives_the_table_and_the_pdf_leaves_it_to_the_caller(components: Environment, name: str) -> None:
    assert _render(components, name, _plot([3])).count("<td") == 1
    assert "<table" not in _render(components, name, _plot([3]), static=True)


def test_labels_of_columns_are_left_out_before_they_touch(components: Environment) -> None:
    drawing = _drawing(_render(components, "columns", _plot([5] * 80)))
    labels = [
        text.get("class") or "" for text in drawing.findall("text") if "plot__label" in (text.get("class") or "")
    ]
    assert 1 <= sum("plot__wide" not in label for label in labels) <= 3
    assert len(labels) <= 6


def test_a_long_label_of_a_bar_wraps_on_the_page(components: Environment) -> None:
    label = "anticonstitutionnellement " * 9
    plot = _plot([5], label)
    plot["rows"][0]["language"] = "fr"
    assert f'<p class="plot__label" lang="fr">{label} 0</p>' in _render(components, "bars", plot)


def test_a_long_label_of_a_bar_takes_three_lines_of_the_pdf_at_most(components: Environment) -> None:
    plot = _plot([5], "anticonstitutionnellement " * 14)
    drawing = _drawing(_render(components, "bars", plot, static=True))
    lines = [text.text or "" for text in drawing.findall("text") if text.get("class") == "plot__label"]
    assert len(lines) == 3
    assert lines[-1].endswith("…")


@pytest.mark.parametrize("name", NAMES)
def test_no_rows_draw_nothing(components: Environment, name: str) -> None:
    html = _render(components, name, _plot([]))
    assert "<svg" not in html
    assert "<details" not in html
    assert "En résumé" in html
