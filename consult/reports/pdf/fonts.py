"""The fonts of the PDF as a style sheet that carries them: the rendering process reads no file."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

from consult.core import paths

FOLDER = paths.STATIC / "vendor" / "fonts" / "pdf"
_FAMILIES = {"text": "Atkinson Hyperlegible Next", "heading": "Bricolage Grotesque"}
_NAME = re.compile(r"(?P<face>text|heading)(?P<italic>-italic)?-(?P<weight>\d{3})\.ttf")


@cache
def font_sheet(folder: Path = FOLDER) -> str:
    """`@font-face` rules with the fonts inside; empty when the assets were not built (DejaVu then stands in)."""
    return "\n".join(
        _rule(path, found) for path in sorted(folder.glob("*.ttf")) if (found := _NAME.fullmatch(path.name))
    )


def _rule(path: Path, name: re.Match[str]) -> str:
    content = base64.b64encode(path.read_bytes()).decode("ascii")
    style = "italic" if name["italic"] else "normal"
    return (
        f'@font-face {{ font-family: "{_FAMILIES[name["face"]]}"; font-style: {style}; '
        f"font-weight: {name['weight']}; src: url(data:font/ttf;base64,{content}); }}"
    )
