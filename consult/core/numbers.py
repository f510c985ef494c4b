"""Whole numbers as people and programs send them, within what the database can hold."""

from __future__ import annotations

# Both engines keep our numbers as 32-bit integers; a larger one names nothing and would break the statement.
MAX_NUMBER = 2**31 - 1


def number_in(text: str | None) -> int | None:
    """The number that a text writes in ASCII digits; None for anything else, and for what no row can have."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(MAX_NUMBER)):
        return None
    number = int(text)
    return number if number <= MAX_NUMBER else None
