"""The cover in the organisation's own look: its logo carried inside the document, its colour on the edge."""

from __future__ import annotations

from base64 import b64encode

from consult.organisations.queries import LogoFile, Look
from consult.organisations.rules import palette


def logo_source(logo: LogoFile | None) -> str:
    """The picture as an address that holds it: the renderer loads nothing from anywhere. Empty without a logo."""
    return "" if logo is None else f"data:{logo.media_type};base64,{b64encode(logo.content).decode()}"


def cover_style(look: Look) -> str:
    """The rules that put the accent on the cover; none while there is no accent. Paper is always day."""
    if not look.accent:
        return ""
    colour = palette(look.accent).accent.day
    return f".cover {{ border-left-color: {colour}; }}\n.cover__kind {{ color: {colour}; }}\n"
