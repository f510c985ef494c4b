"""Every sentence about packages, for the operator who typed the command (English, like the command line)."""

from __future__ import annotations

from collections.abc import Iterable

from consult.exchange.values import Imported

_SHOWN = 60

INSTANT = "a date and time such as 2019-03-01T18:30:00+01:00"
DAY = "a date such as 2019-03-01"
TEXT = "a text"
AUTHOR = "the key of its author"
NO_ADDRESS = "a key that is no e-mail address (it is shown as the author’s name)"
CHARACTERS = "text without control characters or heaps of accents"
RENDERABLE = "expected Markdown that is nested less deeply"


def printable(text: str) -> str:
    """Text for a terminal: whatever is invisible or commands the terminal is escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def quoted(text: str) -> str:
    """What was found, in quotation marks, cut to a line."""
    shown = printable(text[:_SHOWN])
    return f'"{shown}…"' if len(text) > _SHOWN else f'"{shown}"'


def expected(what: str, found: object) -> str:
    """The usual sentence. Text is quoted, values of TOML are shown as TOML writes them."""
    return f"expected {what}, found {_shown(found)}"


def _shown(found: object) -> str:
    if isinstance(found, str):
        return quoted(found) if found else "nothing"
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list):
        return "a list"
    if isinstance(found, bool):
        return str(found).lower()
    return str(found)[:_SHOWN]


def one_of(words: Iterable[str]) -> str:
    """A choice."""
    return "one of " + ", ".join(words)


def whole_number(least: int, most: int) -> str:
    """An integer between bounds."""
    return f"a whole number from {least} to {most}"


def at_most(count: int) -> str:
    """A text with an upper length."""
    return f"at most {count} characters"


def slug_taken(slug: str) -> str:
    """Another consultation has this address."""
    return f"a consultation has the address {slug} here already"


def organisation_unknown(slug: str) -> str:
    """`--organisation` names nobody."""
    return f"there is no organisation {quoted(slug)} here: --organisation takes the slug of an existing one"


def organisation_changed(slug: str) -> str:
    """The time zone changed between checking and storing."""
    return f"the organisation {slug} was changed meanwhile: run the command again"


def other_time_zone(slug: str, here: str, there: str) -> str:
    """An existing organisation is reused, and its clock with it."""
    return f"the organisation {slug} exists here with the time zone {here}: it is used instead of {there}"


def neutral_replies(count: int) -> str:
    """Replies take no side here."""
    return f"comments.csv: replies are neutral here, whatever their stance; that is so for {count} of them"


def still_to_come(count: int, now: str) -> str:
    """Acts later than the command's own time."""
    return f"{count} contributions, comments and supports are dated after now ({now})"


def imported(what: Imported) -> str:
    """What an import has done."""
    acts = f"{what.contributions} contributions, {what.comments} comments, {what.supports} supports"
    # A title that was accepted holds nothing that a terminal must be spared.
    return f'Imported "{what.title}": {acts}, {what.people} people.'


def nothing_imported(path: str, count: int, *, complete: bool) -> str:
    """The last line after the problems."""
    errors = "1 error" if count == 1 else f"{count} errors"
    more = "" if complete else ", there may be more"
    return f"{path}: nothing was imported ({errors}{more})"
