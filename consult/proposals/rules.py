"""Pure computation on contributions and comments: checked texts, search terms, rotation of the list."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import snowballstemmer

from consult.core.errors import Invalid
from consult.core.html import normalise_text, plain_text, render_markdown, single_line, visible
from consult.proposals.values import Channel

MIN_TITLE, MAX_TITLE = 8, 120
MIN_BODY, MAX_BODY = 20, 10_000
MIN_COMMENT, MAX_COMMENT = 2, 2_000
MAX_AUTHOR, MAX_KEY, MAX_SOURCE, MAX_REASON = 120, 120, 300, 300
EXCERPT = 260
RING = 2**31
PAPER = frozenset({Channel.PAPER, Channel.MEETING})
_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True)
class ContributionText:
    """A contribution's words, checked, rendered and ready to be searched, before any lock is taken."""

    title: str
    body: str
    body_html: str
    excerpt: str
    search_text: str


@dataclass(frozen=True)
class PaperFacts:
    """How a contribution on paper or from a meeting came in, checked.

    `author_key` is opaque: the same key is the same person, None nobody in particular.
    """

    channel: Channel
    author_name: str
    author_key: str | None
    received_on: date
    source: str


@dataclass(frozen=True)
class CommentText:
    """A comment's words, checked and rendered."""

    body: str
    body_html: str


def check_title(title: str) -> str:
    """A title normalised; raises `Invalid("title", "title_short" | "title_long" | "characters")`."""
    title = single_line(normalise_text(title, field="title", strip_bidi=True))
    if len(visible(title)) < MIN_TITLE:
        raise Invalid("title", "title_short")
    if len(title) > MAX_TITLE:
        raise Invalid("title", "title_long")
    return title


def prepare_contribution(title: str, body: str) -> ContributionText:
    """Check and render what a citizen wrote.

    Raises `Invalid` with `title_short`, `title_long`, `body_short`, `body_long` or `characters`. The shortest
    length is that of what readers see: twenty invisible characters are no text.
    """
    title = check_title(title)
    body = normalise_text(body, field="body")
    if len(body) > MAX_BODY:
        raise Invalid("body", "body_long")
    text = load_contribution(title, body)
    if len(visible(plain_text(text.body_html))) < MIN_BODY:
        raise Invalid("body", "body_short")
    return text


def prepare_transcript(title: str, body: str) -> ContributionText:
    """Check and render what somebody else wrote on paper: nobody may lengthen it, so a word is enough.

    Raises `Invalid` like `prepare_contribution`, with `transcript_empty` in the place of `body_short`.
    """
    title = check_title(title)
    body = normalise_text(body, field="body")
    if len(body) > MAX_BODY:
        raise Invalid("body", "body_long")
    text = load_contribution(title, body)
    if not visible(plain_text(text.body_html)):
        raise Invalid("body", "transcript_empty")
    return text


def prepare_paper(
    *, channel: Channel, author_name: str, author_key: str, received_on: date, source: str
) -> PaperFacts:
    """Check where a contribution comes from; its date is compared with the consultation's inside the command.

    Raises `Invalid` with `channel_unfit`, `author_name_long`, `author_key_long`, `source_missing`, `source_long`
    or `characters`.
    """
    if channel not in PAPER:
        raise Invalid("channel", "channel_unfit")
    source = _line(source, "source", MAX_SOURCE)
    if not visible(source):
        raise Invalid("source", "source_missing")
    return PaperFacts(
        channel=channel,
        author_name=_line(author_name, "author_name", MAX_AUTHOR),
        author_key=_line(author_key, "author_key", MAX_KEY) or None,
        received_on=received_on,
        source=source,
    )


def check_reason(reason: str) -> str:
    """Why something is withdrawn; raises `Invalid` with `reason_missing`, `reason_long` or `characters`."""
    reason = _line(reason, "reason", MAX_REASON)
    if not visible(reason):
        raise Invalid("reason", "reason_missing")
    return reason


def check_received_on(received_on: date, *, opens_on: date, closes_on: date, today: date) -> None:
    """Raises `Invalid`: `received_before_opening`, `received_after_closing` or `received_in_future`."""
    if received_on < opens_on:
        raise Invalid("received_on", "received_before_opening")
    if received_on > closes_on:
        raise Invalid("received_on", "received_after_closing")
    if received_on > today:
        raise Invalid("received_on", "received_in_future")


def _line(text: str, field: str, limit: int) -> str:
    """One line of at most so many characters; raises `Invalid` with `<field>_long` or `characters`."""
    text = single_line(normalise_text(text, field=field, strip_bidi=True))
    if len(text) > limit:
        raise Invalid(field, f"{field}_long")
    return text


def load_contribution(title: str, body: str) -> ContributionText:
    """Render a text that was checked elsewhere (a package may hold shorter or longer ones than the form)."""
    html = render_markdown(body)
    return ContributionText(
        title=title,
        body=body,
        body_html=html,
        excerpt=plain_text(html, EXCERPT),
        search_text=" ".join(search_terms(f"{title} {plain_text(html)}")),
    )


def prepare_comment(body: str) -> CommentText:
    """Check and render a comment; raises `Invalid` with `comment_short`, `comment_long` or `characters`."""
    body = normalise_text(body, field="body")
    if len(body) > MAX_COMMENT:
        raise Invalid("body", "comment_long")
    html = render_markdown(body)
    if len(visible(plain_text(html))) < MIN_COMMENT:
        raise Invalid("body", "comment_short")
    return CommentText(body, html)


def preview_html(text: str) -> str:
    """How an unfinished text would look; raises `Invalid` with `body_long` or `characters`."""
    text = normalise_text(text, field="body")
    if len(text) > MAX_BODY:
        raise Invalid("body", "body_long")
    return render_markdown(text)


def search_terms(text: str) -> list[str]:
    """The stems of a text, folded: « Les cœurs » and « coeur » meet; both engines index these same words.

    Source: Snowball French stemmer; accents and ligatures are folded before stemming, on both sides.
    """
    return [_stem(word) for word in folded_words(text)]


def folded_words(text: str) -> list[str]:
    """The words of a text, without case, accents, ligatures and punctuation."""
    return _WORD.findall(_fold(text.casefold().translate(_LIGATURES)))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A stem that plurals share: the stemmer alone keeps the s of « vélos » and the er of « potagers »."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    # A stemmer holds the word it works on: threads that shared one would mix their words up.
    return _fold(snowballstemmer.stemmer("french").stemWord(word)) or word


def _fold(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def shuffle_key(slug: str, number: int) -> int:
    """A contribution's fixed place on the ring of the rotating order, from 0 to `RING` - 1."""
    return _hash(f"{slug}/{number}")


def rotation_start(slug: str, day: date) -> int:
    """Where on the ring the list begins on a civil day: so that early contributions do not always win."""
    return _hash(f"{slug}@{day.isoformat()}")


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % RING
