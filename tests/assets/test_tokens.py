"""The colours keep the contrasts that make the pages readable, by day and by night."""

from __future__ import annotations

import re

import pytest
from build_assets import CSS

from consult.organisations.rules import contrast

# Text needs 4.5 on whatever it is written on; edges of fields, shapes of plots and the ring of the focus 3
# (WCAG 2.2, 1.4.3, 1.4.11 and 2.4.13). Honey is no text, and its underline says nothing that words do not say.
GROUNDS = ("paper", "card", "sunk")
WASHES = ("fir-wash", "brick-wash", "link-wash", "honey-wash")
TEXT = [
    *((colour, ground) for colour in ("ink", "ink-2", "fir", "brick", "link") for ground in GROUNDS),
    *((colour, ground) for colour in ("fir-deep", "brick-deep") for ground in GROUNDS),
    *((colour, wash) for colour in ("ink", "ink-2") for wash in WASHES),
    *((colour, f"{colour}-wash") for colour in ("fir", "brick", "link")),
    ("fir-deep", "fir-wash"),  # a secondary button under the pointer
    *((f"on-{colour}", colour) for colour in ("fir", "brick", "honey")),
    *((f"on-{colour}", f"{colour}-deep") for colour in ("fir", "brick")),
]
SHAPES = [
    *((edge, ground) for edge in ("edge", "ink", "fir", "brick") for ground in (*GROUNDS, *WASHES)),
    *((f"plot-{series}", "card") for series in range(1, 6)),
    *((f"plot-{series}", "plot-hatch") for series in range(1, 6)),
]


def _schemes() -> dict[str, dict[str, str]]:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    day: dict[str, str] = {}
    night: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+): ([^;]*#[^;]*);", text):
        one = re.fullmatch(r"#[0-9a-f]{6}", value)
        two = re.fullmatch(r"var\(--day, (#[0-9a-f]{6})\) var\(--night, (#[0-9a-f]{6})\)", value)
        assert one or two, f"--{name}: {value} is neither a colour nor one by day and one by night"
        day[name], night[name] = two.groups() if two else (value, value)
    return {"day": day, "night": night}


@pytest.mark.parametrize("scheme", ["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_contrasts(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = _schemes()[scheme]
    measured = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


def test_colours_are_written_in_the_tokens_alone() -> None:
    """Elsewhere a colour would miss the night, print and the test above."""
    strays = [
        f"{path.name}: {line.strip()}"
        for path in CSS.rglob("*.css")
        if path.name not in {"tokens.css", "print.css"}
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"#[0-9a-f]{3,8}\b(?!.*svg)", line) and not line.strip().startswith("#")
    ]
    assert strays == []


def test_every_colour_that_is_used_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", "".join(p.read_text(encoding="utf-8") for p in CSS.rglob("*.css"))))
    used = {
        name
        for path in CSS.rglob("*.css")
        for name in re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8"))
    }
    assert used - known == set()
