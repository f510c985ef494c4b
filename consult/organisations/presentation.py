"""How an organisation's look reaches a page: a small style sheet for its accent, addresses that may be kept."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from math import floor

from babel.numbers import format_decimal

from consult.core.web.formats import date_locale
from consult.core.web.languages import root_path
from consult.organisations.queries import LogoView
from consult.organisations.rules import palette

# What takes the organisation's colour. Not what a colour means something in: the states, “for” and “against”,
# success and error stay as they are in every consultation.
ACCENTED = (
    ".button:not(.button--danger)",
    ".commitment",
    ".contribution-card",
    ".organisation",
    ".question",
    ".section-nav",
    ".site-header",
    ".stepper",
    ".support",
    ".timeline",
)


@lru_cache(maxsize=256)
def accent_sheet(accent: str) -> str:
    """The style sheet of an accent colour: the tokens of tokens.css, by day and by night, where it is used.

    The switches `--day` and `--night` are those of tokens.css; paper keeps the platform's own colours.
    """
    shades = palette(accent)
    tokens = {
        "--fir": shades.accent,
        "--on-fir": shades.on_accent,
        "--fir-deep": shades.deep,
        "--fir-wash": shades.wash,
    }
    lines = "".join(
        f"{name}: var(--day, {shade.day}) var(--night, {shade.night});\n" for name, shade in tokens.items()
    )
    return f"@layer tokens {{\n@media screen {{\n{', '.join(ACCENTED)} {{\n{lines}}}\n}}\n}}\n"


@lru_cache(maxsize=256)
def accent_version(accent: str) -> str:
    """Changes with every letter of the style sheet."""
    return hashlib.sha256(accent_sheet(accent).encode()).hexdigest()[:16]


def accent_url(slug: str, accent: str) -> str:
    """The versioned address of an organisation's style sheet, the same in every language."""
    return f"{root_path()}/organisations/{slug}/accent.css?v={accent_version(accent)}"


def logo_url(slug: str, logo: LogoView) -> str:
    """The versioned address of an organisation's logo, the same in every language."""
    return f"{root_path()}/organisations/{slug}/logo?v={logo.version}"


def ratio(value: float) -> str:
    """A contrast as people read it, never rounded up to what it is not: « 4,49 »."""
    return format_decimal(floor(value * 100) / 100, format="0.##", locale=date_locale())
