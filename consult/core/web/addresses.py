"""Absolute addresses, built from the configured base address and never from the Host header; numbers in paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from werkzeug.routing import IntegerConverter, Map

from consult.core.installation import current_settings
from consult.core.numbers import MAX_NUMBER
from consult.core.web.languages import language_prefix, written_path


class RowNumberConverter(IntegerConverter):
    """`<int:number>` of an address: one that no row can have is no address at all, and not a broken statement."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MAX_NUMBER)


def configure_addresses(app: Flask) -> None:
    """Bound the numbers in addresses; called before any rule is added."""
    app.url_map.converters["int"] = RowNumberConverter


def external_url(endpoint: str, language: str | None = None, **values: Any) -> str:
    """The absolute address of an endpoint in a language; also works in tasks, without a request."""
    settings = current_settings()
    return external_urls(language or settings.default_language)(endpoint, values)


def external_urls(language: str) -> Callable[[str, Mapping[str, Any]], str]:
    """What writes absolute addresses in a language, for who writes thousands of them."""
    settings = current_settings()
    base = urlsplit(settings.base_url)
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path.rstrip("/") + language_prefix(language), url_scheme=base.scheme
    )

    def write(endpoint: str, values: Mapping[str, Any]) -> str:
        return adapter.build(endpoint, values, force_external=True)

    return write


def canonical_url(language: str) -> str:
    """The absolute address of the current page in a language, without its query."""
    settings = current_settings()
    return settings.base_url + language_prefix(language) + written_path()


def safe_next(target: str | None) -> str | None:
    """A local path to go on to after signing in; anything that could lead elsewhere becomes None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(letter) < 33 or letter == "\\" for letter in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
