"""The Markdown that people may write: what Python-Markdown understands, less what is slow, deep or invisible.

A text of 10,000 brackets kept the original parser busy for 17 seconds, one of 3,000 list markers broke it: so
links are read by a pattern that never looks back, and nesting is flattened. Reference links, pictures and HTML
blocks are no part of it: what somebody typed is seen, not swallowed. tests/core/test_dialect.py counts the work.
"""

from __future__ import annotations

import html
import re
import unicodedata
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    ENTITY_RE,
    BacktickInlineProcessor,
    HtmlInlineProcessor,
    InlineProcessor,
)

MAX_DEPTH = 8
_MAX_INDENT = 40
# So many characters are looked at in vain for the ends of pieces of code, a tenth of a second's work.
MOST_LOOKED_AT = 1_000_000
_MARKER = r"(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*"
_TOO_DEEP = re.compile(rf"^([ \t]*(?:{_MARKER}){{{MAX_DEPTH}}})(?:{_MARKER})+", re.MULTILINE)
_TOO_FAR_IN = re.compile(rf"^[ \t]{{{_MAX_INDENT // 4},}}", re.MULTILINE)
_URL = r"(?<![\w/])(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]»])"
# [words, also [some] in brackets](address, also (some) in parentheses "title"); a picture becomes a link to it.
_LINK = (
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\]){0,500})\]"
    r"\([ ]?(?:<([^<>\n]{0,2000})>|((?:[^\s()<>]|\([^\s()<>]*\)){0,2000}))(?:[ \n]\"([^\"\n]{0,300})\")?[ ]?\)"
)
_INLINE_TAGS = r"(</?(?:sup|sub|del|em|strong|br)[ ]?/?>)"
_LEFT_OUT = ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref", "html")


class Dialect(Extension):
    """Takes out of Python-Markdown what the module's text says, and makes bare addresses clickable."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's own name
        """Register the processors; their priorities are those of the ones they replace."""
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("reference")
        for name in _LEFT_OUT:
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(_Code(BACKTICK_RE), "backtick", 190)
        md.inlinePatterns.register(_Link(_LINK, md), "link", 160)
        md.inlinePatterns.register(HtmlInlineProcessor(_INLINE_TAGS, md), "html", 90)
        md.inlinePatterns.register(_Entity(ENTITY_RE, md), "entity", 80)
        md.inlinePatterns.register(_BareLink(_URL, md), "bare-link", 20)


class _Code(BacktickInlineProcessor):
    """Each backtick without its like has the whole rest of the text looked through: not for ever."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.looked_at = 0

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's own name
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[object, int | None, int | None]:
        begin = m.start(0)
        if self.looked_at > MOST_LOOKED_AT and not m.group(1):
            return None, begin, len(data) - len(data[begin:].lstrip("`"))
        element, start, end = super().handleMatch(m, data)
        if element is None:
            self.looked_at += len(data) - begin
        return element, start, end


class _Link(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's own name
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[object, int | None, int | None]:
        text, quoted, plain, title = m.groups()
        address = self.unescape(quoted or plain or "")
        if not address:
            return None, None, None
        link = ElementTree.Element("a", href=address)
        if title:
            link.set("title", self.unescape(title))
        link.text = text if text.strip() else address
        return link, m.start(0), m.end(0)


class _BareLink(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's own name
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[object, int, int]:
        link = ElementTree.Element("a", href=m.group(1))
        link.text = m.group(1)
        return link, m.start(0), m.end(0)


class _Entity(InlineProcessor):
    """`&eacute;` is the letter; `&#769;` stays as typed: marks and controls do not come in by their numbers."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's own name
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[object, int, int]:
        letters = html.unescape(m.group(1))
        if not letters or any(unicodedata.category(letter)[0] in "MC" for letter in letters):
            letters = self.md.htmlStash.store(html.escape(m.group(1)))
        return letters, m.start(0), m.end(0)


def convert(source: str) -> str:
    """The HTML of a Markdown source, not sanitised yet."""
    converter = Markdown(extensions=["tables", "sane_lists", "nl2br", Dialect()], output_format="html")
    return converter.convert(_flattened(source))


def _flattened(source: str) -> str:
    """At most `MAX_DEPTH` lists and quotations inside one another in a line, and ten by indentation."""
    source = _TOO_FAR_IN.sub(lambda indent: indent.group().expandtabs(4)[:_MAX_INDENT], source)
    return _TOO_DEEP.sub(r"\1", source)
