"""A logo from a file that somebody sent: decoded, brought to size and written anew, never kept as it came.

What is stored shares no byte with the upload but its picture: no metadata, no second file hidden behind the first.
The size is read from the header and limited before anything is decoded.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from consult.organisations.errors import LogoRefused
from consult.organisations.values import PreparedLogo

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 12_000_000
MAX_SIDE = 8_000
MIN_SIDE = 16
MAX_RATIO = 20
BOX = (480, 160)
_KINDS = ("PNG", "JPEG", "WEBP")
# Without loss as long as that stays light; a photograph is as good with a little.
_LIGHT = 16 * 1024
_QUALITY = 88
_HEAD = 4096
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def prepare_logo(content: bytes) -> PreparedLogo:
    """The logo of a PNG, JPEG or WebP file; raises `LogoRefused` with the reason.

    Of an animation the first picture is kept. Slow for a large picture: never called inside a transaction.
    """
    if len(content) > MAX_BYTES:
        raise LogoRefused("logo_heavy")
    try:
        with Image.open(BytesIO(content), formats=_KINDS) as opened:
            _check_size(*opened.size)
            picture = _upright(opened)
    except UnidentifiedImageError as error:
        raise LogoRefused("logo_svg" if b"<svg" in content[:_HEAD].lower() else "logo_kind") from error
    except _BOMBS as error:
        raise LogoRefused("logo_too_large") from error
    except _BROKEN as error:
        raise LogoRefused("logo_broken") from error
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    written = _written(picture)
    return PreparedLogo(
        media_type="image/webp",
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(written).hexdigest(),
        content=written,
    )


def _check_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise LogoRefused("logo_too_small")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise LogoRefused("logo_too_large")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise LogoRefused("logo_too_long")


def _upright(opened: Image.Image) -> Image.Image:
    """The picture in plain colours, turned as its camera said."""
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    transparent = turned.has_transparency_data
    return turned.convert("RGBA" if transparent else "RGB")


def _written(picture: Image.Image) -> bytes:
    exact = _webp(picture, lossless=True)
    if len(exact) <= _LIGHT:
        return exact
    return min(exact, _webp(picture, quality=_QUALITY), key=len)


def _webp(picture: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    # No option carries metadata over: Pillow writes only what it is given.
    picture.save(file, "WEBP", method=6, exif=b"", icc_profile=b"", xmp=b"", **options)
    return file.getvalue()
