"""Draws a card of 1200 × 630: the title under the roof of a préau, a ballot box on its floor.

Pure computation on values and on the fonts that the asset build wrote: no request, no clock, no database.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import NamedTuple, cast

from PIL import Image, ImageDraw, ImageFont, features

from consult.core import paths
from consult.site.cards.lines import fit_on_lines

WIDTH, HEIGHT = 1200, 630
# Part of what a kept picture is known by: raise it with every change of the drawing.
DESIGN = 1

PAPER, SUNK, CARD, RULE = "#FBF8F3", "#F3EDE3", "#FFFFFF", "#E0D8CA"
INK, INK_2, FIR, HONEY = "#1F2421", "#55605A", "#1B5E4B", "#F2B53B"
_FOLDER = paths.STATIC / "vendor" / "fonts" / "pdf"
# Covers what our two typefaces lack (Greek, Cyrillic, Arabic, symbols); a package of the system, as for the PDF.
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
_FILES = {
    "heading": (_FOLDER / "heading-700.ttf", _DEJAVU / "DejaVuSans-Bold.ttf"),
    "bold": (_FOLDER / "text-700.ttf", _DEJAVU / "DejaVuSans-Bold.ttf"),
    "text": (_FOLDER / "text-400.ttf", _DEJAVU / "DejaVuSans.ttf"),
}
# Shapes Arabic and turns it the right way round; without the library letters stand alone, from left to right.
_SHAPES = features.check("raqm") and features.check("fribidi")
_LAYOUT = ImageFont.Layout.RAQM if _SHAPES else ImageFont.Layout.BASIC
_MISSING = "\uffff"

_LEFT, _RIGHT, _TOP = 140, 1060, 172
_TITLE_TOP, _TITLE_BOTTOM, _LINE = 236, 470, 1.12
_TITLE_SIZES = (76, 70, 64, 58, 52, 46, 41)
_BOX = (900, 498, 1060, 606)
_FLOOR = 606
_COLOURS = 64
# One picture at a time in a process: FreeType's faces are not for several threads, and readers come first.
_drawing = Lock()


@dataclass(frozen=True)
class CardWords:
    """What a card says, in the language of its page, and the colour of who consults; `is_open` fills the chip."""

    site: str
    title: str
    organisation: str = ""
    state: str = ""
    is_open: bool = False
    dates: str = ""
    colour: str = ""


class _Style(NamedTuple):
    """How a line is written; the first size in which it fits."""

    face: str
    sizes: tuple[int, ...]
    colour: str


@cache
def fingerprint_of_fonts() -> str:
    """Tells apart pictures drawn with different fonts, such as before and after the assets were built."""
    files = sorted({path for choice in _FILES.values() for path in choice})
    return ",".join(str(path.stat().st_size if path.is_file() else 0) for path in files)


def draw_card(words: CardWords) -> bytes:
    """The card as a PNG of few colours (some 20 KB)."""
    with _drawing:
        colour = words.colour or FIR
        picture = _backdrop(colour).copy()
        pen = ImageDraw.Draw(picture)
        start = _LEFT
        if words.state:
            start = _chip(pen, words.state, colour, filled=words.is_open) + 20
        _line(pen, (start, _TOP), words.organisation, _Style("text", (32, 28, 24), INK_2), _RIGHT - start)
        _title(pen, words.title if _shows(words.title) else words.organisation)
        room = _BOX[0] - _LEFT - 24
        _line(pen, (_LEFT, 510), words.dates, _Style("text", (32, 28, 24), INK), room)
        _line(pen, (_LEFT, 556), words.site, _Style("bold", (28, 24), INK_2), room)
        reduced = picture.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    content = BytesIO()
    reduced.save(content, "PNG", optimize=True)
    return content.getvalue()


@lru_cache(maxsize=8)
def _backdrop(roof: str) -> Image.Image:
    """Roof, pillars, floor and ballot box, drawn four times larger for smooth slopes; made once for a colour."""
    scale = 4
    picture = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), PAPER)
    pen = ImageDraw.Draw(picture)

    def area(colour: str, *points: tuple[float, float]) -> None:
        pen.polygon([(x * scale, y * scale) for x, y in points], fill=colour)

    def box(colour: str, left: float, top: float, right: float, bottom: float) -> None:
        area(colour, (left, top), (right, top), (right, bottom), (left, bottom))

    box(SUNK, 0, _FLOOR, WIDTH, HEIGHT)
    area(roof, (0, 112), (600, 26), (1200, 112), (1200, 138), (0, 138))
    box(roof, 56, 138, 88, _FLOOR)
    box(roof, 1112, 138, 1144, _FLOOR)
    left, top, right, bottom = _BOX
    box(RULE, 949, top - 24, 1011, top)
    box(CARD, 951, top - 22, 1009, top)
    box(HONEY, left, top, right, bottom)
    box(INK, 935, top + 20, 1025, top + 26)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _chip(pen: ImageDraw.ImageDraw, text: str, colour: str, *, filled: bool) -> int:
    """The state in a rounded frame; returns where it ends."""
    path, shown = _face_for(text, "bold")
    font = _font(path, 28)
    end = _LEFT + int(font.getlength(shown)) + 36
    frame = (_LEFT, _TOP - 4, end, _TOP + 42)
    pen.rounded_rectangle(frame, radius=6, fill=colour if filled else PAPER, outline=colour, width=3)
    pen.text((_LEFT + 18, _TOP + 19), shown, font=font, fill=CARD if filled else colour, anchor="lm")
    return end


def _title(pen: ImageDraw.ImageDraw, text: str) -> None:
    """The title as large as it fits, its lines in the middle of the room they have."""
    height = _TITLE_BOTTOM - _TITLE_TOP
    path, shown = _face_for(text, "heading")
    fonts = [_font(path, size) for size in _TITLE_SIZES]
    most = [int(height / (size * _LINE)) for size in _TITLE_SIZES]
    sizes = [(font.getlength, lines) for font, lines in zip(fonts, most, strict=True)]
    lines, index = fit_on_lines(shown, _RIGHT - _LEFT, sizes)
    step = _TITLE_SIZES[index] * _LINE
    top = _TITLE_TOP + (height - step * len(lines)) / 2
    x, anchor = (_RIGHT, "rm") if _runs_leftwards(shown) else (_LEFT, "lm")
    for number, line in enumerate(lines):
        pen.text((x, top + step * (number + 0.5)), line, font=fonts[index], fill=INK, anchor=anchor)


def _line(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, style: _Style, room: int) -> None:
    """A text on one line, cut after a word when it is too long."""
    path, shown = _face_for(text, style.face)
    fonts = [_font(path, size) for size in style.sizes]
    lines, index = fit_on_lines(shown, room, [(font.getlength, 1) for font in fonts])
    if lines:
        pen.text((place[0], place[1] + 19), lines[0], font=fonts[index], fill=style.colour, anchor="lm")


def _face_for(text: str, face: str) -> tuple[Path | None, str]:
    """The file that has the most of a text's letters (ours when both have as many), and what it can show of it."""
    # A separator of lines or paragraphs, pasted along with a title, cannot be laid out on a line.
    text = "".join(" " if _parts_lines(letter) else letter for letter in text if not _is_silent(letter))
    files = [path for path in _FILES[face] if path.is_file()]
    best = max(files, key=lambda path: sum(_has(path, letter) for letter in set(text)), default=None)
    shown = "".join(letter if _has(best, letter) else " " for letter in text)
    return best, " ".join(part for part in shown.split(" ") if part)


def _parts_lines(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp"}


def _shows(text: str) -> bool:
    """True when anything of a text can be drawn."""
    return bool(_face_for(text, "heading")[1].strip())


def _is_silent(letter: str) -> bool:
    """Joiners and variation selectors, which change the letters beside them and show nothing themselves."""
    return unicodedata.category(letter) == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F


@cache
def _font(path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    if path is None:  # neither built assets nor the system's font: the plain one inside Pillow
        return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
    return ImageFont.truetype(path, size, layout_engine=_LAYOUT)


def _has(path: Path | None, letter: str) -> bool:
    return letter.isspace() or _picture_of(path, letter) != _picture_of(path, _MISSING)


@lru_cache(maxsize=2048)
def _picture_of(path: Path | None, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(path, 16).getmask(letter)
    return mask.size, bytes(mask)


def _runs_leftwards(text: str) -> bool:
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((item for item in directions if item in {"L", "R", "AL"}), "L") != "L"
