"""Cards already drawn, in a folder of bounded size: many who ask for the same one cost one drawing."""

from __future__ import annotations

import hashlib
import logging
import secrets
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from threading import Lock

from consult.site.cards.drawing import DESIGN, CardWords, draw_card, fingerprint_of_fonts

log = logging.getLogger(__name__)
# Some 20 MB: five hundred consultations in two languages. The oldest go first.
MOST = 1000
_drawing = Lock()


def card_key(words: CardWords) -> str:
    """What a card is known by: another title, state or language is another card."""
    facts = repr((DESIGN, fingerprint_of_fonts(), astuple(words)))
    return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def card_version(words: CardWords) -> str:
    """What an address of the card carries, so that it never shows something else later."""
    return card_key(words)[:8]


def kept_card(folder: Path, words: CardWords) -> bytes:
    """The card, from the folder or drawn anew and kept there; a folder that cannot be written changes nothing."""
    path = folder / f"{card_key(words)}.png"
    with suppress(OSError):
        return path.read_bytes()
    with _drawing:
        # Who waited for somebody else's drawing may find the card there.
        with suppress(OSError):
            return path.read_bytes()
        content = draw_card(words)
        try:
            _keep(path, content)
        except OSError as error:
            log.warning("cards.not_kept", extra={"error": type(error).__name__})
        return content


def _keep(path: Path, content: bytes) -> None:
    """Give the file its name in one step, so that no reader gets half of one, then make room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    cards = list(path.parent.glob("*.png"))
    if len(cards) > MOST:
        for old in sorted(cards, key=_written)[: len(cards) - MOST]:
            old.unlink(missing_ok=True)


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # another process made room meanwhile
        return 0
