"""The colours keep the contrasts that make the pages readable, by day and by night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from build_assets import CSS

from consult.core import paths
from consult.organisations.rules import contrast
from consult.site.cards import drawing
from consult.site.styleguide import token_colours

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


def test_a_colour_is_one_or_one_by_day_and_one_by_night() -> None:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    shape = re.compile(r"#[0-9a-f]{6}|var\(--day, #[0-9a-f]{6}\) var\(--night, #[0-9a-f]{6}\)")
    values = re.findall(r"--[\w-]+: ([^;]*#[^;]*);", text)
    assert len(values) > 20
    assert [value for value in values if not shape.fullmatch(value)] == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_contrasts(scheme: int, pairs: list[tuple[str, str]], least: float) -> None:
    colours = token_colours()[scheme]
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


def test_what_cannot_read_the_style_sheet_repeats_its_colours() -> None:
    """Mails, cards, the PDF, drawings and icons carry their colours with them: those of the tokens."""
    known = {colour for scheme in token_colours() for colour in scheme.values()}
    places = [
        *(path for path in paths.TEMPLATES.rglob("*") if path.suffix in {".html", ".css"}),
        CSS.parent / "images" / "favicon.svg",
        Path(drawing.__file__),
    ]
    found = {
        (path.name, colour)
        for path in places
        for colour in re.findall(r"(?<![&\w/])#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
    }
    assert len(found) > 30
    assert {(name, colour) for name, colour in found if colour.lower() not in known} == set()


def test_every_colour_that_is_used_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", "".join(p.read_text(encoding="utf-8") for p in CSS.rglob("*.css"))))
    used = {
        name
        for path in CSS.rglob("*.css")
        for name in re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8"))
    }
    assert used - known == set()
