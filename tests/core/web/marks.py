"""Forms with their marks, as the tests of them fill them in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from altcha import Challenge, Payload, solve_challenge
from flask import Flask

from tests.support.clients import AuditedClient

EMAIL = "claire@example.org"


@contextmanager
def settings_of(app: Flask, **changes: Any) -> Iterator[None]:
    """The application under other settings for a while."""
    kept = app.extensions["consult_settings"]
    app.extensions["consult_settings"] = replace(kept, **changes)
    try:
        yield
    finally:
        app.extensions["consult_settings"] = kept


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the main form of a page."""
    main = page.split("<main", 1)[1]
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', main)
    fields = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag, re.DOTALL)) for tag in found]
    return {name[1]: html.unescape(value[1]) if value else "" for name, value in fields if name}


def challenge_in(page: str) -> Challenge:
    """The puzzle of a page."""
    found = re.search(r'data-challenge="([^"]*)"', page)
    assert found, "the page holds no puzzle"
    return Challenge.from_dict(json.loads(html.unescape(found[1])))


def solved(page: str) -> str:
    """What the script sends for the puzzle of a page."""
    challenge = challenge_in(page)
    solution = solve_challenge(challenge)
    assert solution
    return Payload(challenge, solution).to_base64()


def typed_into(page: str, **typed: str) -> dict[str, str]:
    """The whole form of a page, filled in."""
    return {**hidden(page), "website": "", **typed}


def sign_in_page(client: AuditedClient) -> str:
    """The page that asks for an address."""
    return client.get("/en/sign-in").text
