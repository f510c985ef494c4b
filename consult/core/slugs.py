"""Short names for addresses, made from titles and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def slug_from(text: str, *, limit: int, otherwise: str) -> str:
    """Lower-case words without accents, joined by hyphens, cut at a word end after at most `limit` characters.

    A text without any letter of the Latin alphabet gives `otherwise`.
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > limit:
        slug = slug[: limit + 1].rpartition("-")[0] or slug[:limit]
    return slug or otherwise


def first_free(wanted: str, taken: Collection[str], *, limit: int) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3`… that is not taken, within `limit` characters."""
    if wanted not in taken:
        return wanted
    candidates = (
        f"{wanted[: limit - len(end)].rstrip('-')}{end}" for end in (f"-{number}" for number in count(2))
    )
    return next(slug for slug in candidates if slug not in taken)
