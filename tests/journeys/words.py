"""The words of the pages in the reader's language, found by their English source as templates write them."""

from __future__ import annotations

from functools import cache

from babel.support import NullTranslations, Translations

from consult.core import paths


class Words:
    """`Words("fr")("Sign in")` is what the French button says."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def __call__(self, source: str, **values: object) -> str:
        """The sentence in this language, its placeholders filled."""
        found = self._catalogue.ugettext(source)
        return _one_space(found % values if values else found)

    def count(self, singular: str, plural: str, number: int) -> str:
        """The sentence for this number of things; `%(count)s` is the number."""
        return _one_space(self._catalogue.ungettext(singular, plural, number) % {"count": number})


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(paths.TRANSLATIONS), [language])


def _one_space(text: str) -> str:
    """The narrow and unbreakable spaces of French are spaces to whoever looks a text up."""
    return " ".join(text.split())
