"""Check that the translations are in step with the sources and complete; name each fault, exit 1 on any.

A sentence is faulty when it is in the sources but not in the template or a catalogue (missing), the other way
round (obsolete), marked fuzzy, without a French translation, translated with other placeholders than its
source, or, in French, set with an ordinary space where typography wants one that does not break.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from catalogues import LANGUAGES, ROOT, catalogue_path, extract, read, template_path

# The sources are English: an empty English translation means "as in the source".
TRANSLATED = ("fr",)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
BREAKING_SPACE = re.compile(r" (?=[;!?»:])|(?<=«) ")

Key = tuple[str, str | None]


def faults(root: Path) -> Iterator[str]:
    """Yield one line per fault of the catalogues below ``root``."""
    sources = extract(root)
    yield from differences("messages.pot", sources, read(template_path(root)))
    for language in LANGUAGES:
        catalogue = read(catalogue_path(root, language), language)
        yield from differences(language, sources, catalogue)
        for message in catalogue:
            if message.id:
                yield from (f"{language}: {fault}" for fault in message_faults(message, language))


def differences(name: str, sources: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Yield the sentences that only one of the two has."""
    wanted, present = keys(sources), keys(catalogue)
    for identifier, _context in sorted(wanted - present, key=str):
        yield f"{name}: missing: {identifier!r}"
    for identifier, _context in sorted(present - wanted, key=str):
        yield f"{name}: obsolete: {identifier!r}"


def keys(catalogue: Catalog) -> set[Key]:
    """Return what identifies each sentence: its (singular) source and its context."""
    return {(first(message), message.context) for message in catalogue if message.id}


def first(message: Message) -> str:
    """Return the source of a sentence, the singular where it has two forms."""
    identifier = message.id
    return identifier if isinstance(identifier, str) else identifier[0]


def message_faults(message: Message, language: str) -> Iterator[str]:
    """Yield what is wrong with one translated sentence."""
    identifier = first(message)
    translations = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if message.fuzzy:
        yield f"fuzzy: {identifier!r}"
    if not all(translations):
        if language in TRANSLATED:
            yield f"not translated: {identifier!r}"
        return
    if not placeholders_agree(message, translations):
        yield f"placeholders differ: {identifier!r}"
    if language == "fr" and any(BREAKING_SPACE.search(text) for text in translations):
        yield f"breaking space before ; ! ? : or inside « »: {identifier!r}"


def placeholders_agree(message: Message, translations: list[str]) -> bool:
    """Say whether the translations use the placeholders of the source.

    A singular form may leave out what the plural shows ("un soutien" for "%(num)s supports"), never more.
    """
    if isinstance(message.id, str):
        return placeholders(translations[0]) == placeholders(message.id)
    singular, plural = (placeholders(text) for text in message.id)
    return placeholders(translations[-1]) == plural and all(
        placeholders(text) <= singular | plural for text in translations
    )


def placeholders(text: str) -> set[str]:
    """Return the names of the ``%(name)s`` of a sentence."""
    return set(PLACEHOLDER.findall(text))


def main() -> int:
    """Print the faults of the project's catalogues. Returns the exit status."""
    found = list(faults(ROOT))
    for fault in found:
        print(fault)
    if found:
        print(f"{len(found)} faults; `make translations` collects sentences, translations/*/ holds the answers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
