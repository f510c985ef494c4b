"""The local mailbox of a demonstration, as a page shows it."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

MAX_MAILS = 20


@dataclass(frozen=True)
class TextPart:
    """A piece of a mail's text; `path` is set on an address of this site."""

    text: str
    path: str | None = None

    @property
    def is_code(self) -> bool:
        """True for the code of a sign-in mail, which stands alone in its paragraph."""
        return len(self.text) == 6 and self.text.isdecimal()


@dataclass(frozen=True)
class MailView:
    """A mail of the local mailbox."""

    key: str
    recipient: str
    subject: str
    language: str
    sent_at: datetime
    paragraphs: tuple[tuple[TextPart, ...], ...]
    html: str


def recent_mails(folder: Path, *, base_url: str) -> tuple[MailView, ...]:
    """The newest mails of a Maildir, newest first; links lead to addresses below `base_url` only."""
    files = sorted(_files(folder), reverse=True)[:MAX_MAILS]
    return tuple(view for _when, path in files if (view := _read(path, base_url)) is not None)


def find_mail(folder: Path, key: str, *, base_url: str) -> MailView | None:
    """One of the recent mails, or None."""
    return next((mail for mail in recent_mails(folder, base_url=base_url) if mail.key == key), None)


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    for part in ("new", "cur"):
        for path in (folder / part).glob("*"):
            try:
                yield path.stat().st_mtime_ns, path
            except FileNotFoundError:  # moved or deleted while we looked
                continue


def _read(path: Path, base_url: str) -> MailView | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    drawn = message.get_body(preferencelist=("html",))
    sent = message["Date"]
    if body is None or sent is None:
        return None
    return MailView(
        key=hashlib.sha256(path.name.encode()).hexdigest()[:16],
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        language=str(message["Content-Language"] or ""),
        sent_at=sent.datetime,
        paragraphs=tuple(_linked(text, base_url) for text in _paragraphs(str(body.get_content()))),
        # Line ends as browsers count them: the hashes of the styles depend on every one.
        html=str(drawn.get_content()).replace("\r\n", "\n") if drawn is not None else "",
    )


def _paragraphs(text: str) -> list[str]:
    lines = "\n".join(text.splitlines())  # a mail's lines end as on the wire
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", lines) if paragraph.strip()]


def _linked(text: str, base_url: str) -> tuple[TextPart, ...]:
    """Cut a text at the addresses of this site; every other address stays text."""
    ours = re.compile(rf"({re.escape(base_url)}/[^\s<>\"']*)")
    pieces = ours.split(text)
    return tuple(
        TextPart(piece, _path(piece) if number % 2 else None) for number, piece in enumerate(pieces) if piece
    )


def _path(address: str) -> str:
    # The path alone: whoever reaches the page under another name of this machine stays there.
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
