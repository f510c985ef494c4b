"""French typography for the texts that people and teams type, where they are shown.

What is stored, exported or put into JSON stays exactly as typed: only pages, mails and the PDF pass a text through
here. Spaces before ; : ! ? » and after « become the no-break ones of the language (and are added where they were
forgotten), as do those inside numbers, dates, and between a number and its unit. Code, addresses, times and ratios
are left alone. A text that is not French is returned as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import overload

from flask import Flask
from markupsafe import Markup

from consult.core.html import safe_html

_NARROW, _WIDE = "\u202f", "\u00a0"
_SPACES = "[ \u00a0\u2009\u202f]"
# Stands for what must not be touched: markup, code, addresses.
_KEPT = "\ue000"
_ADDRESS = r"https?://[^\s<»]+|www\.[^\s<»]+"
_UNTOUCHED = re.compile(_ADDRESS)
_UNTOUCHED_HTML = re.compile(
    r"<(?:pre|code)\b.*?</(?:pre|code)>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&#?\w+;|" + _ADDRESS, re.DOTALL
)
_MONTHS = (
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|janv\.|févr\.|avr\.|juil\.|sept\.|oct\.|nov\.|déc\.)(?: \d{4}\b)?"
)
_UNITS = (
    r"(?:[€%‰]|°C|euros?|[kM]€|[kchm]?m|m[²³23]|ha|k?g|t|[Ll]|[kM]?Wh?|[MG]o|h|min|s"
    r"|ans?|mois|jours?|heures?|minutes?|millions?|milliards?)(?!\w)(?: (?=\d))?"
)
# Each begins with a plain character or a small set of them, which is what makes the search fast.
# What may follow a mark for it to end a word: "14:32", "a?b=1" and ":)" do not.
_NARROW_BEFORE = re.compile(rf" +(?=[;!?]+(?:$|[\s<»)\]”’\"'…,.\u00a0\u202f{_KEPT}])|»)")
_WIDE_BEFORE = re.compile(rf" +(?=:(?:$|[\s«\u00a0\u202f{_KEPT}]))")
_OTHER_SPACE = re.compile("[\u00a0\u2009](?=[;!?»])|(?<=«)[\u00a0\u2009 ]")
_OPENING = re.compile("«(?: +|(?!\u202f))")
_FORGOTTEN = re.compile("[;!?:»]")
_BEFORE = re.compile(rf"[\w»)\]”’%€°{_KEPT}]")
_AFTER = re.compile(rf"[;!?]*(?:$|[\s»)”\"{_KEPT}])")
_AFTER_COLON = re.compile(rf"$|[\s«{_KEPT}]")
_DIGITS = r"[0-9](?:[0-9]{0,2}(?: [0-9]{3})+(?![0-9])|[0-9]*(?:er\b)?)"
_NUMBER = re.compile(rf"{_DIGITS}(?: (?:{_MONTHS}|{_UNITS}))?")
_IN_NUMBER = re.compile(r" (?<=\d )(?=\d{3}(?!\d)|[%‰])")
_TITLE = re.compile(r"[nN][°º] (?=\d)|M(?:\.|M\.|mes?|lles?) (?=[A-ZÀ-Ý])")
_CACHED = 8192


def configure_typography(app: Flask) -> None:
    """Offer `typeset` to templates: `{{ consultation.title|typeset(consultation.language) }}`."""
    app.add_template_filter(typeset)


@overload
def typeset(text: Markup, language: str) -> Markup: ...
@overload
def typeset(text: str, language: str) -> str: ...
def typeset(text: str, language: str) -> str:
    """A text, or sanitised HTML given as `Markup`, with the spaces of French typography if it is in French."""
    if language != "fr" or not text:
        return text
    in_html = isinstance(text, Markup)
    source = str(text).replace("&nbsp;", _WIDE) if in_html else text
    untouched = _UNTOUCHED_HTML if in_html else _UNTOUCHED
    done = (_cached if len(source) <= _CACHED else _french)(source, untouched)
    return Markup(done) if in_html else done  # noqa: S704 - spaces were added to safe HTML


def typeset_html(html: str, language: str) -> Markup:
    """Stored HTML, sanitised when it was written, as pages show it."""
    return typeset(safe_html(html), language)


def _french(text: str, untouched: re.Pattern[str]) -> str:
    if _KEPT in text:
        return text
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return _KEPT

    text = untouched.sub(keep, text)
    text = _NARROW_BEFORE.sub(_NARROW, text)
    text = _WIDE_BEFORE.sub(_WIDE, text)
    text = _OTHER_SPACE.sub(_NARROW, text) if _WIDE in text or "\u2009" in text else text
    text = _OPENING.sub("«" + _NARROW, text)
    text = _FORGOTTEN.sub(_spaced, text)
    text = _NUMBER.sub(_number, text)
    text = _TITLE.sub(lambda found: found[0][:-1] + _WIDE, text) if "M" in text or "°" in text else text
    if not kept:
        return text
    pieces = text.split(_KEPT)
    return "".join(chain.from_iterable(zip(pieces, [*kept, ""], strict=True)))


@lru_cache(maxsize=1024)
def _cached(text: str, untouched: re.Pattern[str]) -> str:
    return _french(text, untouched)


def _spaced(found: re.Match[str]) -> str:
    """A mark with the space that was forgotten before it, where it ends a word."""
    mark, text, at = found[0], found.string, found.start()
    if not at or text[at - 1].isspace():
        return mark
    if mark == "»":
        return _NARROW + mark
    after = _AFTER_COLON if mark == ":" else _AFTER
    if not _BEFORE.match(text[at - 1]) or not after.match(text, at + 1):
        return mark
    return (_WIDE if mark == ":" else _NARROW) + mark


def _number(found: re.Match[str]) -> str:
    """« 1 024 habitants », « 20 % », « 23 févr. 2018 », « 14 h 30 »: never parted at the end of a line."""
    if " " not in found[0]:
        return found[0]
    return _IN_NUMBER.sub(_NARROW, found[0]).replace(" ", _WIDE)
