"""The one function through which people's Markdown becomes HTML.

Markdown → bleach → nh3, both cleaners working from one allow-list, at write time only. bleach is the owner's
choice; nh3 (another parser, maintained) stands behind it, so that a hole in one is not a hole in Consult.
"""

from __future__ import annotations

import re
import unicodedata

import bleach
import nh3
from markupsafe import Markup

from consult.core import dialect
from consult.core.errors import Invalid

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "h2",
        "h3",
        "h4",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "sup",
        "sub",
    ]
)
ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto"})
# More than a handful of combining marks on one letter is an attack on the page's layout, not a language.
_MAX_MARKS = 8
_FOREIGN_RUN = re.compile(rf"[^\x00-\xac\xae-\u02ff]{{{_MAX_MARKS + 1},}}")
# Unicode's own ends of a line and of a paragraph: a header of a mail ends there, too.
_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n\n"})
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What HTML calls an error in its input: controls (both sets), lone surrogates, the non-characters of each plane.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Letters and symbols by their category that show nothing: Hangul fillers, the empty Braille cell.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def normalise_text(text: str, *, field: str, strip_bidi: bool = False) -> str:
    """Unicode NFC with `\\n` line ends; titles and names also lose bidirectional controls.

    Raises `Invalid(field, "characters")` for control characters, lone surrogates and storms of combining marks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SEPARATORS)
    if _CONTROLS.search(text):
        raise Invalid(field, "characters")
    text = unicodedata.normalize("NFC", text)
    if any(_is_storm(run.group()) for run in _FOREIGN_RUN.finditer(text)):
        raise Invalid(field, "characters")
    return (_BIDI.sub("", text) if strip_bidi else text).strip()


def _is_storm(run: str) -> bool:
    """True when marks of any script pile up on a letter; joiners between them do not start anew."""
    marks = 0
    for letter in run:
        category = unicodedata.category(letter)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > _MAX_MARKS:
                return True
        elif category != "Cf":
            marks = 0
    return False


def printable(text: str) -> str:
    """A text without what HTML cannot hold, to be shown (again) although it was not accepted."""
    return _CONTROLS.sub("", text)


def visible(text: str) -> str:
    """A text without the characters that show nothing, to judge whether it says anything."""
    shown = "".join(
        letter for letter in text if letter not in BLANKS and unicodedata.category(letter) not in {"Cf", "Cc"}
    )
    return " ".join(shown.split())


def single_line(text: str) -> str:
    """Ordinary white space folded to single spaces; the no-break spaces of French typography stay."""
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", text).strip()


def render_markdown(source: str) -> str:
    """Sanitised HTML of a Markdown source: headings start at level 2, links tell search engines nothing."""
    cleaned = bleach.clean(
        dialect.convert(_lower_headings(source)),
        tags=TAGS,
        attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
        protocols=SCHEMES,
        strip=True,
    )
    clean = nh3.clean(
        cleaned,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener ugc",
    )
    return printable(clean)  # an attribute may have named a control by its number


def _lower_headings(source: str) -> str:
    """`# Title` inside a text is a heading of level 2: the page has its own h1."""
    return re.sub(r"^(#{1,2})(?=\s)", "##", source, flags=re.MULTILINE)


def safe_html(html: str) -> Markup:
    """Mark HTML that came out of `render_markdown` as ready to be shown."""
    return Markup(html)  # noqa: S704 - sanitised at write time by render_markdown


def plain_text(html: str, limit: int | None = None) -> str:
    """The words of sanitised HTML in one line, cut at a word end after at most `limit` characters."""
    spaced = re.sub(r"</(p|li|h2|h3|h4|td|th|tr|blockquote)>|<br>", " ", html)
    text = single_line(Markup(nh3.clean(spaced, tags=set())).unescape())  # noqa: S704 - unescaped to text
    if limit is None or len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
