"""The icons: drawn from one drawing, in the sizes that are asked for, and small."""

from __future__ import annotations

from pathlib import Path

import build_assets
import build_icons
import pytest
from PIL import Image

DRAWING = build_assets.STATIC / "images" / "favicon.svg"


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("icons")
    build_icons.build_icons(DRAWING, folder)
    return folder


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("apple-touch-icon", 180),
        ("icon-192", 192),
        ("icon-512", 512),
        ("icon-maskable-192", 192),
        ("icon-maskable-512", 512),
    ],
)
def test_each_has_its_size_and_the_colours_of_the_mark(icons: Path, name: str, side: int) -> None:
    file = icons / f"{name}.png"
    with Image.open(file) as opened:
        picture = opened.convert("RGBA")
    assert picture.size == (side, side)
    assert file.stat().st_size < 20 * 1024
    assert picture.getpixel((side // 2, int(side * 0.4))) == (0x1B, 0x5E, 0x4B, 255), "the roof"
    assert picture.getpixel((side // 2, int(side * 0.75))) == (0xF2, 0xB5, 0x3B, 255), "the ballot box"


def test_the_favicon_holds_three_sizes(icons: Path) -> None:
    with Image.open(icons / "favicon.ico") as picture:
        assert picture.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_what_a_phone_cuts_off_is_ground(icons: Path) -> None:
    """A maskable icon keeps its drawing in the circle of 80 % that every shape leaves."""
    with Image.open(icons / "icon-maskable-512.png") as opened:
        picture = opened.convert("RGBA")
    ground = picture.getpixel((0, 0))
    assert ground == (0xFB, 0xF8, 0xF3, 255)
    outside = [
        (x, y)
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - 256) ** 2 + (y - 256) ** 2 > (0.4 * 512) ** 2
    ]
    assert {picture.getpixel(place) for place in outside} == {ground}


def test_other_icons_leave_their_corners_to_the_page(icons: Path) -> None:
    with Image.open(icons / "icon-192.png") as opened:
        assert opened.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_a_path_may_be_written_with_small_letters() -> None:
    assert build_icons.read_path("M2 14 16 4.5l14 9.5v3.5H2z") == [
        [(2, 14), (16, 4.5), (30, 14), (30, 17.5), (2, 17.5)]
    ]


@pytest.mark.parametrize(
    "content",
    [
        '<circle cx="1" cy="1" r="1"/>',
        '<rect fill="#fff"/><path fill="#000" d="M0 0C1 1 2 2 3 3"/>',
    ],
)
def test_what_cannot_be_drawn_is_named(tmp_path: Path, content: str) -> None:
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{content}</svg>')
    with pytest.raises(build_icons.IconError, match=r"circle|C cannot"):
        build_icons.build_icons(drawing, tmp_path)
