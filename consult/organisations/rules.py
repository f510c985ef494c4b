"""Colours and texts of an organisation's identity, limits of its invitations: pure computation.

Contrast and relative luminance are those of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and
#dfn-relative-luminance). Text needs 4.5:1 on its ground (success criterion 1.4.3, level AA).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from functools import lru_cache

from consult.accounts.errors import BadEmail
from consult.accounts.rules import normalise_email
from consult.core.errors import Invalid
from consult.core.html import normalise_text, single_line, visible
from consult.organisations.errors import AccentTooPale
from consult.organisations.values import IdentityText, LegalDetails, Palette, Shade
from consult.settings import Settings

LEAST_CONTRAST = 4.5
MAX_NAME = 120
MAX_DETAIL = 500
# An invitation: how long its link works, how many may wait, how often one is written again, and what an
# organisation may have written to the world within a day.
INVITATION_LIFETIME = timedelta(days=7)
MAX_PENDING = 50
MAX_LETTERS = 3
MAX_LETTERS_A_DAY = 100
MAX_WORDS = 500
# The grounds that the accent is written on, as static/css/tokens.css sets them; a test compares the two.
PAPER = Shade(day="#fbf8f3", night="#151a18")
CARD = Shade(day="#ffffff", night="#1e2522")
SUNK = Shade(day="#f3ede3", night="#191f1c")
INK = Shade(day="#1f2421", night="#f1eee8")
_WHITE, _BLACK = "#ffffff", "#000000"
_HEXADECIMAL = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def relative_luminance(colour: str) -> float:
    """How bright `#rrggbb` is, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    darker, brighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


def check_accent(text: str) -> str:
    """A colour that can be read on paper, as `#rrggbb`; an empty text stays empty.

    Raises `Invalid("accent", "accent_shape")` for what is no colour, `AccentTooPale` with the measured ratio.
    White on it needs no check of its own: white is brighter than the paper.
    """
    text = text.strip()
    if not text:
        return ""
    found = _HEXADECIMAL.fullmatch(text)
    if found is None:
        raise Invalid("accent", "accent_shape")
    digits = found[1].lower()
    colour = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    measured = contrast(colour, PAPER.day)
    if measured < LEAST_CONTRAST:
        raise AccentTooPale(measured, _readable(colour, _BLACK, (PAPER.day,)))
    return colour


@lru_cache(maxsize=256)
def palette(accent: str) -> Palette:
    """The shades of an accent that the pages need, each readable on every ground it is used on.

    By day the accent itself, a touch darker where the sunken ground asks for it; by night a lighter one.
    """
    colour = Shade(
        day=_readable(accent, _BLACK, (PAPER.day, CARD.day, SUNK.day)),
        night=_readable(accent, _WHITE, (PAPER.night, CARD.night, SUNK.night, INK.day)),
    )
    return Palette(
        accent=colour,
        on_accent=Shade(day=_WHITE, night=PAPER.night),
        deep=Shade(day=mix(colour.day, _BLACK, 28), night=mix(colour.night, _WHITE, 35)),
        wash=Shade(
            day=_wash(colour.day, CARD.day, INK.day),
            night=_wash(colour.night, CARD.night, INK.night),
        ),
    )


def mix(one: str, other: str, percent: int) -> str:
    """`one` with so many percent of `other` in it."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (yours - mine) * percent / 100):02x}" for mine, yours in parts)


def _readable(colour: str, towards: str, grounds: Iterable[str]) -> str:
    """The nearest mix of a colour with black or white that is readable on all these grounds."""
    shades = (mix(colour, towards, percent) for percent in range(101))
    grounds = tuple(grounds)
    return next(
        (shade for shade in shades if all(contrast(shade, ground) >= LEAST_CONTRAST for ground in grounds)),
        towards,
    )


def _wash(colour: str, card: str, ink: str) -> str:
    """A ground with a breath of the colour, on which the colour and the ink are still readable."""
    washes = (mix(card, colour, percent) for percent in range(10, 0, -1))
    return next(
        (wash for wash in washes if min(contrast(colour, wash), contrast(ink, wash)) >= LEAST_CONTRAST), card
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def prepare_identity(*, name: str, accent: str, legal: LegalDetails) -> IdentityText:
    """Check and normalise what the team wrote; raises `Invalid` naming the field."""
    name = normalise_text(single_line(name), field="name", strip_bidi=True)
    if not visible(name):
        raise Invalid("name", "organisation_nameless")
    if len(name) > MAX_NAME:
        raise Invalid("name", "too_long")
    return IdentityText(name=name, accent=check_accent(accent), legal=prepare_details(legal))


def prepare_details(legal: LegalDetails) -> LegalDetails:
    """Check and normalise the details of a legal notice; raises `Invalid` naming the field."""
    texts = {item.name: _detail(item.name, getattr(legal, item.name)) for item in fields(LegalDetails)}
    if texts["contact_email"]:
        try:
            texts["contact_email"] = normalise_email(texts["contact_email"])
        except BadEmail as error:
            raise Invalid("contact_email", "email_invalid") from error
    return LegalDetails(**texts)


def _detail(field: str, text: str) -> str:
    text = normalise_text(text, field=field, strip_bidi=True)
    text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if len(text) > MAX_DETAIL:
        raise Invalid(field, "too_long")
    return text if visible(text) else ""


def operator_details(settings: Settings) -> LegalDetails:
    """What the operator's settings say of whoever publishes."""
    return LegalDetails(
        legal_name=settings.legal_name,
        postal_address=settings.legal_address,
        contact_email=settings.legal_email,
        publication_director=settings.legal_director,
        host=settings.legal_host,
        data_protection_contact=settings.legal_data_protection,
    )


def missing_details(legal: LegalDetails) -> tuple[str, ...]:
    """The names of the details that nobody has filled in."""
    return tuple(item.name for item in fields(LegalDetails) if not getattr(legal, item.name))


def completed(first: LegalDetails, second: LegalDetails) -> LegalDetails:
    """The details of the first, each gap filled from the second."""
    return LegalDetails(
        **{item.name: getattr(first, item.name) or getattr(second, item.name) for item in fields(LegalDetails)}
    )


def prepare_words(text: str) -> str:
    """What an inviter adds to the mail: one paragraph of plain text. Raises `Invalid` naming the field."""
    words = normalise_text(single_line(text), field="words", strip_bidi=True)
    if len(words) > MAX_WORDS:
        raise Invalid("words", "too_long")
    return words if visible(words) else ""
