"""The colours keep the contrasts that make the pages readable, by day and by night."""

from __future__ import annotations

import re

import pytest
from build_assets import CSS

# Text needs 4.5 on whatever it is written on, edges of fields and shapes of plots 3 (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT = [
    *(
        (colour, ground)
        for colour in ("ink", "ink-2", "fir", "brick", "link")
        for ground in ("paper", "card", "sunk")
    ),
    *(("ink", f"{wash}-wash") for wash in ("fir", "brick", "link", "honey")),
    *((colour, f"{colour}-wash") for colour in ("fir", "brick", "link")),
    *((f"on-{colour}", colour) for colour in ("fir", "brick", "honey")),
]
SHAPES = [
    *(("edge", ground) for ground in ("paper", "card", "sunk")),
    *((f"plot-{series}", "card") for series in range(1, 6)),
    *((f"plot-{series}", "plot-hatch") for series in range(1, 6)),
]


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    day, night = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text)) for text in (light, dark))
    return {"day": day, "night": night}


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_contrasts(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = _schemes()[scheme]
    measured = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


def test_night_answers_every_colour_of_the_day() -> None:
    schemes = _schemes()
    assert schemes["day"].keys() == schemes["night"].keys()
