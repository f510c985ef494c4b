"""A form that has to be sent once more: its page keeps what was typed, says why and when, and has the button.

Any form can be answered so, before its view has looked at it. Nothing is stored: what was typed travels in
the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from consult.core.html import printable
from consult.core.web.failures import failure_page
from consult.core.web.fragments import HEADER, fragment_of

# The field that nobody sees.
TRAP = "website"
# What this site adds to forms itself, and what no page may hold.
_OURS = frozenset({"csrf_token", TRAP, "stamp", "proof", "waited"})
_SECRET = re.compile(r"password|secret|otp|^code$|^current$", re.IGNORECASE)


def ask_again(
    status: int,
    text: str | None = None,
    *,
    title: str | None = None,
    seconds: int = 0,
    marks: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Answer a form that was not accepted (422), or not yet (429; then `seconds` says how long to wait).

    `marks` are the hidden fields with which it will be. A script that awaits a part of a page gets the sentence
    and the marks alone, what is only read a page of failure: neither has lost anything.
    """
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if request.method != "POST":
        return failure_page(status, text, title=title, headers=headers)
    said = text or f"{_('That was a lot in a short time.')} {wait_sentence(seconds)}"
    part = request.headers.get(HEADER)
    if part:
        fields = Markup("").join(
            Markup('<input type="hidden" name="{}" value="{}">').format(*mark) for mark in (marks or {}).items()
        )
        answer = fragment_of(Markup("<p>{}</p>{}").format(said, fields), "refusal", status=status)
    else:
        page = render_template(
            "errors/again.html",
            title=title or _("Please send this a little later"),
            text=said,
            kept=list(_kept()),
            shown=[value for _name, value in _kept() if " " in value.strip()],
            marks=marks or {},
            incomplete=_is_incomplete(),
        )
        answer = make_response(page, status)
    answer.headers.update(headers)
    return answer


def wait_sentence(seconds: int) -> str:
    """When to try again, in words."""
    if seconds <= 90:
        return ngettext("You can try again in %(num)s second.", "You can try again in %(num)s seconds.", seconds)
    if seconds <= 5400:
        minutes = ceil(seconds / 60)
        return ngettext("You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes)
    hours = ceil(seconds / 3600)
    return ngettext("You can try again in %(num)s hour.", "You can try again in %(num)s hours.", hours)


def _is_incomplete() -> bool:
    """True when something was sent that no page can keep (a file) or should (a password)."""
    return any(file.filename for file in request.files.values()) or any(map(_SECRET.search, request.form))


def _kept() -> Iterator[tuple[str, str]]:
    """What was typed, as it can be sent again: not our own fields, nothing secret."""
    for name, value in request.form.items(multi=True):
        if name not in _OURS and not _SECRET.search(name):
            yield printable(name), printable(value)
