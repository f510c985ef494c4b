"""Draw the site's icons from its one drawing, ``consult/static/images/favicon.svg``, for what cannot show SVG.

Everything is written below ``consult/static/vendor/icons/`` (ignored by git): ``favicon.ico`` for whoever asks
without reading a page, ``apple-touch-icon.png`` and the icons of the web manifest, two of them maskable (a phone
cuts them into its own shape, so the drawing stays in the inner circle).

The drawing is a rectangle and paths of straight lines: a few lines read it, and no renderer of SVG is needed.
``build_assets.py`` calls this.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

SVG = "{http://www.w3.org/2000/svg}"
UNITS, CORNER = 32, 6
# Drawn this many times larger and then reduced, for smooth slopes.
FINER = 4
ICO_SIZES = (16, 32, 48)
Point = tuple[float, float]
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+")


class Shape(NamedTuple):
    """A line, or a filled shape where it has no width; ``is_ground`` is the sheet that all the others lie on."""

    points: list[Point]
    colour: str
    width: float = 0
    is_ground: bool = False


class IconError(Exception):
    """The drawing holds something that this script cannot draw."""


def build_icons(drawing: Path, folder: Path) -> list[str]:
    """Write every icon anew. Returns what was done, in words."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = read_shapes(drawing)
    # The ICO holds each size drawn for itself: reduced from a large one, the posts of a small one blur.
    small = [draw(shapes, size) for size in ICO_SIZES]
    small[-1].save(folder / "favicon.ico", sizes=[(size, size) for size in ICO_SIZES], append_images=small[:-1])
    draw(shapes, 180, square=True, scale=0.86).save(folder / "apple-touch-icon.png", optimize=True)
    for size in (192, 512):
        draw(shapes, size).save(folder / f"icon-{size}.png", optimize=True)
        draw(shapes, size, square=True, scale=0.72).save(folder / f"icon-maskable-{size}.png", optimize=True)
    return ["icons drawn"]


def draw(shapes: list[Shape], size: int, *, square: bool = False, scale: float = 1.0) -> Image.Image:
    """The drawing at a size; ``square`` fills the corners for who cuts them, ``scale`` leaves a margin."""
    side = size * FINER
    unit = side / UNITS * scale
    margin = side * (1 - scale) / 2
    ground = shapes[0].colour if square else "#00000000"
    picture = Image.new("RGBA", (side, side), ground)
    pen = ImageDraw.Draw(picture)
    for shape in shapes:
        placed = [(margin + x * unit, margin + y * unit) for x, y in shape.points]
        if shape.is_ground:
            if not square:
                pen.rounded_rectangle(placed, radius=CORNER * unit, fill=shape.colour)
        elif shape.width:
            pen.line(placed, fill=shape.colour, width=round(shape.width * unit))
        else:
            pen.polygon(placed, fill=shape.colour)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def read_shapes(drawing: Path) -> list[Shape]:
    """The shapes of a drawing, its ground first."""
    shapes: list[Shape] = []
    for element in ET.parse(drawing).getroot():  # noqa: S314 - a file of ours
        if element.tag == f"{SVG}rect":
            shapes.append(Shape([(0, 0), (UNITS, UNITS)], element.attrib["fill"], is_ground=True))
        elif element.tag == f"{SVG}path":
            stroke = float(element.get("stroke-width", "0"))
            colour = element.attrib["stroke" if stroke else "fill"]
            shapes += [Shape(points, colour, stroke) for points in read_path(element.attrib["d"])]
        else:
            raise IconError(f"{drawing.name}: {element.tag.removeprefix(SVG)} is nothing that can be drawn here")
    return shapes


def read_path(text: str) -> list[list[Point]]:
    """The lines of a path made of M, L, H, V and Z, capital or small."""
    lines: list[list[Point]] = []
    x = y = 0.0
    for letter, rest in _COMMAND.findall(text):
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        relative = letter.islower()
        match letter.upper():
            case "H":
                x = numbers[0] + x * relative
            case "V":
                y = numbers[0] + y * relative
            case "M" | "L":
                for index in range(0, len(numbers), 2):
                    x, y = numbers[index] + x * relative, numbers[index + 1] + y * relative
                    if letter.upper() == "M" and index == 0:
                        lines.append([])
                    lines[-1].append((x, y))
                continue
            case "Z":
                x, y = lines[-1][0]
                continue
            case _:
                raise IconError(f"a path with {letter} cannot be drawn here")
        lines[-1].append((x, y))
    return lines
