"""Pictures for tests: good ones, and what somebody might send to do harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(size: tuple[int, int] = (600, 200), mode: str = "RGBA", kind: str = "PNG", **options: object) -> bytes:
    """A plain picture."""
    colour = {"RGBA": (27, 94, 75, 128), "CMYK": (0, 255, 255, 0), "L": 90, "1": 1, "P": 3, "I;16": 9000}
    file = BytesIO()
    Image.new(mode, size, colour.get(mode, (27, 94, 75))).save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, content: bytes, *more: bytes) -> bytes:
    """A PNG of bits, whatever its rows hold: its header may promise more than there is."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that would be a very large picture."""
    return png(width, height, zlib.compress(b"\0" * 100_000, 9))
