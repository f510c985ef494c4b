"""What becomes of a picture that somebody sends as a logo: decoded, brought to size, written anew, or refused."""

from __future__ import annotations

import hashlib
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from consult.organisations.errors import LogoRefused
from consult.organisations.logos import BOX, MAX_BYTES, prepare_logo
from tests.organisations.pictures import bomb, chunk, picture, png


def refusal(content: bytes) -> str:
    with pytest.raises(LogoRefused) as error:
        prepare_logo(content)
    assert error.value.field == "logo"
    return error.value.code


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((600, 200), (480, 160)),
        ((1600, 400), (480, 120)),
        ((100, 100), (100, 100)),
        ((2000, 2000), (160, 160)),
        ((16, 320), (8, 160)),
    ],
)
def test_it_is_brought_to_size_and_never_enlarged(size: tuple[int, int], kept: tuple[int, int]) -> None:
    logo = prepare_logo(picture(size))
    assert (logo.width, logo.height) == kept
    assert logo.media_type == "image/webp"
    assert logo.sha256 == hashlib.sha256(logo.content).hexdigest()
    with Image.open(BytesIO(logo.content)) as opened:
        assert opened.size == kept
        assert opened.format == "WEBP"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *(("RGB", kind) for kind in ("PNG", "JPEG", "WEBP")),
        *((mode, "PNG") for mode in ("RGBA", "L", "1", "P", "I;16", "LA")),
        ("RGBA", "WEBP"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
    ],
)
def test_every_kind_of_picture_comes_out_in_plain_colours(mode: str, kind: str) -> None:
    if mode == "LA":
        file = BytesIO()
        Image.new("LA", (600, 200), (90, 128)).save(file, kind)
        content = file.getvalue()
    else:
        content = picture(mode=mode, kind=kind)
    with Image.open(BytesIO(prepare_logo(content).content)) as opened:
        assert opened.mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


def test_the_colours_of_printers_become_those_of_screens() -> None:
    with Image.open(BytesIO(prepare_logo(picture(mode="CMYK", kind="JPEG")).content)) as opened:
        red, green, blue = opened.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert red > 200
    assert green < 60
    assert blue < 60


def test_what_is_seen_through_stays_so() -> None:
    with Image.open(BytesIO(prepare_logo(picture()).content)) as opened:
        assert opened.getpixel((5, 5))[3] == 128  # type: ignore[index]


def test_nothing_of_the_file_but_its_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at 12 rue des Lilas"
    content = picture(mode="RGB", kind="JPEG", exif=exif, comment=b"secret note")
    content += b"<script>alert(1)</script>PK\x03\x04 a second file behind the first"
    stored = prepare_logo(content).content
    assert b"Lilas" in content
    for hidden in (b"Lilas", b"secret", b"<script", b"PK\x03\x04", b"EXIF", b"Exif", b"XMP"):
        assert hidden not in stored


def test_a_photograph_is_turned_the_way_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    logo = prepare_logo(picture((200, 100), mode="RGB", kind="JPEG", exif=exif))
    assert logo.width < logo.height


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (100, 50), colour) for colour in ("#1b5e4b", "#a63d2a")]
    for kind in ("PNG", "WEBP"):
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
        with Image.open(BytesIO(prepare_logo(file.getvalue()).content)) as opened:
            assert getattr(opened, "n_frames", 1) == 1
            assert opened.convert("RGB").getpixel((5, 5)) == (0x1B, 0x5E, 0x4B)


def test_a_photograph_stays_light() -> None:
    noise = Image.effect_noise((1500, 500), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=80)
    assert len(prepare_logo(file.getvalue()).content) < 60 * 1024


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.7 " * 20,
        b"BM" + b"\0" * 200,
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\xff\xd8\xff",
        b"P6 1 1 255 abc",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"<html><script>alert(1)</script>",
    ],
)
def test_what_is_no_png_jpeg_or_webp_is_refused(content: bytes) -> None:
    assert refusal(content) in {"logo_kind", "logo_broken"}


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused_although_they_could_be_read(kind: str) -> None:
    assert refusal(picture((64, 64), mode="RGB", kind=kind)) == "logo_kind"


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- logo -->\n<SVG width="1"></SVG>',
    ],
)
def test_an_svg_is_refused_with_what_to_do(content: bytes) -> None:
    assert refusal(content) == "logo_svg"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_picture_that_ends_early_is_refused(kind: str, part: float) -> None:
    noise = Image.effect_noise((300, 100), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, kind)
    content = file.getvalue()
    assert refusal(content[: int(len(content) * part)]) == "logo_broken"


@pytest.mark.parametrize("place", range(30, 200, 17))
def test_a_picture_with_a_broken_byte_does_no_harm(place: int) -> None:
    content = bytearray(picture())
    content[place % len(content)] ^= 0xFF
    with suppress(LogoRefused):  # any other exception would be a crash
        prepare_logo(bytes(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (picture() + b"\0" * MAX_BYTES, "logo_heavy"),
        (bomb(60_000, 60_000), "logo_too_large"),
        (bomb(20_000, 20_000), "logo_too_large"),
        (bomb(8_001, 16), "logo_too_large"),
        (bomb(4_000, 4_000), "logo_too_large"),
        (bomb(1, 60_000), "logo_too_small"),
        (bomb(60_000, 1), "logo_too_small"),
        (bomb(15, 200), "logo_too_small"),
        (bomb(16, 400), "logo_too_long"),
    ],
)
def test_sizes_are_refused_before_anything_is_decoded(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_text_that_unpacks_to_gigabytes_is_refused() -> None:
    text = zlib.compress(b"a" * 100_000_000, 9)
    content = png(64, 64, zlib.compress(b"\0" * 64 * 9), chunk(b"zTXt", b"Comment\0\0" + text))
    assert refusal(content) == "logo_broken"


def test_a_header_that_promises_more_rows_than_there_are_is_refused() -> None:
    assert refusal(png(640, 480, zlib.compress(b"\0" * 100))) == "logo_broken"


def test_the_box_is_what_the_page_has_room_for() -> None:
    assert BOX == (480, 160)
