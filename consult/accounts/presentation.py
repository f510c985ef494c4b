"""The sections of one's account, in the order of its navigation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Endpoint and label of each page of an account; whoever adds a page to the account adds a line here.
_SECTIONS: Iterable[tuple[str, str, LazyString]] = (
    ("acts", "account.page", _l("My account")),
    ("security", "security.page", _l("Signing in")),
    ("sessions", "security.sessions", _l("Open sessions")),
    ("notifications", "security.notifications", _l("E-mails I get")),
    ("data", "privacy.data", _l("My data")),
)


@dataclass(frozen=True)
class Section:
    """A link of the navigation of an account."""

    label: LazyString
    url: str
    current: bool


def account_sections(current: str) -> tuple[Section, ...]:
    """The navigation, with the section that the page belongs to."""
    return tuple(Section(label, url_for(endpoint), name == current) for name, endpoint, label in _SECTIONS)
