"""The Markdown that people may write: quick whatever it is, never deep, nothing swallowed."""

from __future__ import annotations

import sys
from random import Random
from time import process_time
from types import FrameType
from typing import Any

import pytest
from markdown.inlinepatterns import BacktickInlineProcessor

from consult.core.dialect import MAX_DEPTH, MOST_LOOKED_AT
from consult.core.html import render_markdown

LONGEST = 10_000
# The dearest harmless text, a table, takes 290 calls a letter; what grows with its square takes thousands.
CALLS = 400 * LONGEST
# Seconds of computing after which a rendering is not slow but stuck.
STUCK = 60.0
# Each of these kept a parser of links or of HTML looking to the end of the text, or went too deep.
TOKENS = (
    *("[", "[![", "![", "[(", "[a][", "[](", "[a](", "[a](<", '[a](b "', "[[a](b)](c)", "[a]: x\n"),
    *("<", "<a ", "<b a=", "<![CDATA[", "<!--", "<?", "<http://a", "<a@b", "</", "<sup>", "&", "&#"),
    *("> ", ">", "1. ", "- ", "+ ", "  - ", "\t", "- a\n", "* * "),
    *("*", "**a ", "***a***", "_a __b ", "`", "``", "```\n", "\\", "|", "a|b\n-|-\n", "---\n", "http://a.", "#"),
)
LINKS = {
    "[le compte rendu](https://example.org/a)": ("https://example.org/a", "le compte rendu"),
    "[article [1]](https://example.org/ville_(ville))": ("https://example.org/ville_(ville)", "article [1]"),
    "[a](<https://example.org/a>)": ("https://example.org/a", "a"),
    "[**gras**](https://example.org/a)": ("https://example.org/a", "<strong>gras</strong>"),
    "[](https://example.org/a)": ("https://example.org/a", "https://example.org/a"),
    "![photo](https://example.org/a.png)": ("https://example.org/a.png", "photo"),
    "<https://example.org/a>": ("https://example.org/a", "https://example.org/a"),
    "<mairie@example.org>": ("mailto:mairie@example.org", "mairie@example.org"),
    "https://example.org/a": ("https://example.org/a", "https://example.org/a"),
    "[https://un.example](https://deux.example)": ("https://deux.example", "https://un.example"),
}


def work(source: str) -> int:
    """How many functions, of Python and of C, a rendering calls: what it costs, whatever the machine is doing."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before, begun = sys.getprofile(), process_time()
    sys.setprofile(count)
    try:
        render_markdown(source)
    finally:
        sys.setprofile(before)
    # Not a measure of speed: a pattern that looks back from every letter is one call that does not end.
    assert process_time() - begun < STUCK
    return calls


@pytest.mark.parametrize("token", TOKENS)
def test_no_text_takes_long(token: str) -> None:
    assert work((token * LONGEST)[:LONGEST]) < CALLS


@pytest.mark.parametrize(("before", "after"), [("[", "](a)"), ("**", "**"), ("(", ")"), ("<sup>", "</sup>")])
def test_no_nesting_takes_long(before: str, after: str) -> None:
    times = LONGEST // len(before + after)
    assert work(before * times + "a" + after * times) < CALLS


def test_no_mixture_takes_long() -> None:
    random = Random(1)
    for _ in range(15):
        tokens = random.sample(TOKENS, random.randint(2, 6))
        assert work("".join(random.choices(tokens, k=LONGEST))[:LONGEST]) < CALLS, tokens


@pytest.mark.parametrize("marker", [">", "> ", "- ", "1. ", "> - 1. "])
def test_nesting_ends_somewhere(marker: str) -> None:
    html = render_markdown(marker * 2_000 + "au fond")
    assert "au fond" in html
    assert html.count("<blockquote>") + html.count("<li>") <= MAX_DEPTH


def test_indentation_ends_somewhere() -> None:
    html = render_markdown("\n".join(" " * 4 * depth + "- a" for depth in range(100)))
    assert html.count("- a") == 0
    assert html.count("<li>") == 100


@pytest.mark.parametrize("source", LINKS)
def test_links(source: str) -> None:
    address, words = LINKS[source]
    assert f'<a href="{address}" rel="nofollow noopener ugc">{words}</a>' in render_markdown(f"Voir {source}.")


@pytest.mark.parametrize(
    "source", ["<!-- caché -->", "[a]: /adresse", "[a][b]", "<b>x</b>", "3 < 5", "[a]()", "<div>"]
)
def test_nothing_typed_is_swallowed(source: str) -> None:
    html = render_markdown(source)
    assert source.replace("<", "&lt;").replace(">", "&gt;") in html


def test_backticks_are_not_looked_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    # No two runs alike follow each other soon: each has the rest of the text looked through.
    looked_through: list[int] = []
    original: Any = BacktickInlineProcessor.find_code_spans

    def counted(self: BacktickInlineProcessor, start: int, text: str) -> tuple[int, int | None]:
        begin, end = original(self, start, text)
        looked_through.append((len(text) if end is None else end) - start)
        return begin, end

    monkeypatch.setattr(BacktickInlineProcessor, "find_code_spans", counted)
    render_markdown(("``a`" * LONGEST)[:LONGEST])
    assert sum(looked_through) < 1.1 * MOST_LOOKED_AT
    assert render_markdown("`a` ``b`c`` `d") == "<p><code>a</code> <code>b`c</code> `d</p>"


def test_entities_are_letters_but_never_marks_or_controls() -> None:
    assert render_markdown("&eacute;&#233; &amp;") == "<p>éé &amp;</p>"
    assert render_markdown("e&#769; &#x202e; &#1; &tdot;") == (
        "<p>e&amp;#769; &amp;#x202e; &amp;#1; &amp;tdot;</p>"
    )
    assert "\x01" not in render_markdown('[a](https://x.example "&#1;")')


def test_small_tags_inside_a_line() -> None:
    assert render_markdown("m<sup>2</sup>, CO<sub>2</sub><br>fin") == "<p>m<sup>2</sup>, CO<sub>2</sub><br>fin</p>"
