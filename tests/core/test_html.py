"""People's Markdown becomes harmless HTML, in one place."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import html5lib
import pytest

from consult.core.errors import Invalid
from consult.core.html import (
    ATTRIBUTES,
    SCHEMES,
    TAGS,
    normalise_text,
    plain_text,
    printable,
    render_markdown,
    single_line,
    visible,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '<a href="https://x" onclick="alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<iframe src=//evil></iframe>",
    "<style>*{display:none}</style>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=//evil><input name=q></form>",
    "![x](https://evil.example/pixel.png)",
    "<base href=//evil>",
    "<p style='position:fixed'>x</p>",
    "<template><script>alert(1)</script></template>",
    '<a href="//evil.example">x</a><object data=x></object>',
)


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "> {}", "**{}**", "[{}](https://x)", '[x](https://x "{}")', "`{}`"])
def test_nothing_active_survives(source: str, around: str) -> None:
    html = render_markdown(f"Avant\n\n{around.format(source)}\n\nAprès")
    found = elements(html)
    assert {name for name, _attributes in found} <= TAGS
    for name, attributes in found:
        assert attributes.keys() <= ATTRIBUTES.get(name, set()) | {"rel"}
        assert "href" not in attributes or urlsplit(attributes["href"]).scheme in SCHEMES
    assert "Avant" in html
    assert "Après" in html


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """What a browser makes of it: the name and the attributes of each element."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [(item.tag, dict(item.attrib)) for item in tree.iter() if item is not tree]


def test_what_people_need_is_kept() -> None:
    html = render_markdown(
        "# Titre\n\n- un\n- deux\n\n**gras** et https://example.org/a?b=c.\n\n| a | b |\n|---|--:|\n| 1 | 2 |"
    )
    assert "<h2>Titre</h2>" in html
    assert "<li>un</li>" in html
    assert "<strong>gras</strong>" in html
    assert 'href="https://example.org/a?b=c"' in html
    assert 'rel="nofollow noopener ugc"' in html
    assert "<table>" in html


NO_TEXTS = {
    "NUL": "a\x00b",
    "escape": "a\x1bb",
    "a control of the second set": "a\x85b",
    "lone surrogate": "a\ud800b",
    "non-character": "a\ufffeb",
    "non-character of another plane": "a\U0001ffffb",
    "Latin marks": "z" + "\u0301" * 20,
    "marks of the supplement": "z" + "\u1dc4" * 20,
    "Thai marks": "\u0e01" + "\u0e47" * 20,
    "marks between joiners": "z" + "\u0301\u200d" * 20,
    "marks between soft hyphens": "z" + ("\u0301" * 8 + "\xad") * 3,
}


@pytest.mark.parametrize("text", NO_TEXTS.values(), ids=list(NO_TEXTS))
def test_texts_that_are_no_texts_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_text(text, field="title")
    assert (refused.value.field, refused.value.code) == ("title", "characters")
    html5lib.HTMLParser(strict=True).parseFragment(printable(text))


@pytest.mark.parametrize("text", ["ก็", "בְּרֵאשִׁ֖ית", "हिन्दी", "Việt Nam", "👩‍👩‍👧‍👦", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "日本語"])
def test_every_script_is_welcome(text: str) -> None:
    assert normalise_text(text, field="title") == unicodedata.normalize("NFC", text)


def test_what_shows_nothing_says_nothing() -> None:
    assert visible("\u200b\u3164 \u2800\xad\u202e\xa0") == ""
    assert visible(" Une\u200b idée ") == "Une idée"


def test_texts_are_normalised() -> None:
    assert normalise_text("e\u0301te\u0301\r\n ", field="body") == "été"
    assert normalise_text("a\u202eb", field="name", strip_bidi=True) == "ab"
    assert normalise_text("a\u202eb", field="body") == "a\u202eb"


def test_no_other_end_of_a_line_is_left() -> None:
    assert normalise_text("un\u2028deux\u2029trois", field="body") == "un\ndeux\n\ntrois"
    assert single_line("un\u2028deux\u2029 trois") == "un deux trois"


def test_plain_text_is_cut_at_a_word() -> None:
    html = render_markdown("Un **deux** trois.\n\nQuatre &amp; cinq")
    assert plain_text(html) == "Un deux trois. Quatre & cinq"
    assert plain_text(html, 12) == "Un deux…"


def test_no_break_spaces_survive_where_lines_are_joined() -> None:
    assert single_line("  Place\u202f:\n que  voulons\u00a0-nous ") == "Place\u202f: que voulons\u00a0-nous"
    assert plain_text(render_markdown("Qui décide\u202f?\nNous.")) == "Qui décide\u202f? Nous."
