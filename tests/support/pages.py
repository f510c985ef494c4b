"""The audit of every page that the suite fetches."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

_NS = "{http://www.w3.org/1999/xhtml}"
_FIELDS = {"input", "select", "textarea"}


def audit(html: str) -> None:
    """Valid HTML, one h1, unique ids, labelled fields, nothing inline, nothing loaded from elsewhere."""
    parser = html5lib.HTMLParser(strict=False, tree=html5lib.getTreeBuilder("etree"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = parser.parse(html)
    assert not parser.errors, f"not valid HTML: {parser.errors[:3]}"
    elements = list(root.iter())
    headings = [item for item in elements if item.tag == f"{_NS}h1"]
    assert len(headings) == 1, f"{len(headings)} h1"
    ids = Counter(item.get("id") for item in elements if item.get("id"))
    twice = [name for name, times in ids.items() if times > 1]
    assert not twice, f"ids used twice: {twice}"
    html_element = next(item for item in elements if item.tag == f"{_NS}html")
    assert html_element.get("lang"), "no language"
    _audit_fields(elements, set(ids))
    _audit_references(elements, set(ids))
    _audit_nothing_inline(elements)
    _audit_nothing_external(elements)


def audit_fragment(html: str) -> None:
    """A part of a page: valid within it, unique ids, labelled fields, nothing inline, nothing loaded."""
    parser = html5lib.HTMLParser(strict=False, tree=html5lib.getTreeBuilder("etree"))
    root = parser.parseFragment(html)
    assert not parser.errors, f"not valid HTML: {parser.errors[:3]}"
    elements = [item for item in root.iter() if isinstance(item.tag, str)]
    ids = [item.get("id") for item in elements if item.get("id")]
    assert len(ids) == len(set(ids)), f"ids used twice: {ids}"
    _audit_fields(elements, set(ids))
    _audit_nothing_inline(elements)
    _audit_nothing_external(elements)


def _audit_fields(elements: list[Element], ids: set[str | None]) -> None:
    labelled = {item.get("for") for item in elements if item.tag == f"{_NS}label"}
    for item in elements:
        name = str(item.tag).removeprefix(_NS)
        if name not in _FIELDS or item.get("type") in {"hidden", "submit", "button"}:
            continue
        assert item.get("id") in labelled or item.get("aria-label") or item.get("aria-labelledby"), (
            f"field without label: {item.attrib}"
        )


def _audit_references(elements: list[Element], ids: set[str | None]) -> None:
    for item in elements:
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for target in (item.get(attribute) or "").split():
                assert target in ids, f"{attribute} points nowhere: {target}"


def _audit_nothing_inline(elements: list[Element]) -> None:
    for item in elements:
        name = str(item.tag).rpartition("}")[2]
        assert item.get("style") is None, f"inline style on {name}"
        assert name != "style", "style element"
        assert not any(attribute.startswith("on") for attribute in item.attrib), f"handler on {name}"
        if name == "script":
            assert item.get("src"), "inline script"
            assert not (item.text or "").strip(), "inline script"


def _audit_nothing_external(elements: list[Element]) -> None:
    for item in elements:
        name = str(item.tag).rpartition("}")[2]
        for attribute in ("src", "href", "srcset", "poster", "data"):
            value = item.get(attribute) or ""
            loads = name != "a" and not (name == "link" and item.get("rel") in {"canonical", "alternate"})
            if loads and re.match(r"(?:[a-z]+:)?//", value):
                raise AssertionError(f"{name} loads {value}")
