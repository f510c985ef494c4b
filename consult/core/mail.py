"""Outgoing mail: rows written with the act, sent later by a task.

With no `CONSULT_MAIL_URL` mails go to a Maildir in the instance folder, which the demonstration shows on a
page. A mail's recipient and text are erased from the database as soon as it has left.
"""

from __future__ import annotations

import logging
import mailbox
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.core import clock
from consult.core.db import Base, transaction
from consult.core.errors import OperatorError
from consult.core.installation import current_settings
from consult.core.tasks import wake_after_commit

log = logging.getLogger(__name__)
SEND_MAIL = "send_mail"
MAX_ATTEMPTS = 12
_BATCH = 50
_CLAIM = timedelta(minutes=5)


class OutgoingMail(Base):
    """A mail that must leave; emptied once it has left."""

    __tablename__ = "core_outgoing_mail"
    # The two that are empty while it waits come first: mails that left, which stay, are never looked at again.
    __table_args__ = (Index("ix_core_outgoing_mail_due", "sent_at", "failed_at", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str | None] = mapped_column(index=True)
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    language: Mapped[str]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Letter:
    """A mail to be sent: plain text and HTML of the same words."""

    recipient: str
    subject: str
    text: str
    html: str
    language: str


class Transport(Protocol):
    """Where mails go."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand the message over; raises OSError or smtplib.SMTPException when it cannot."""


class MailboxTransport:
    """Keeps mails in a local Maildir."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: EmailMessage) -> None:
        """Store the message; the Maildir is made on first use."""
        mailbox.Maildir(self.folder, create=True).add(message)


class SmtpTransport:
    """Sends mails through a configured server (`smtp://` with optional `?starttls=1`, or `smtps://`)."""

    def __init__(self, url: SplitResult) -> None:
        self.url = url
        self.starttls = parse_qs(url.query).get("starttls", ["0"])[0] == "1"

    def deliver(self, message: EmailMessage) -> None:
        """Send over one connection; certificates are verified."""
        host, context = self.url.hostname or "localhost", ssl.create_default_context()
        server: smtplib.SMTP
        if self.url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=20)
        with server:
            if self.starttls:
                server.starttls(context=context)
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(message)


def build_transport(mail_url: str, folder: Path) -> Transport:
    """The transport for `CONSULT_MAIL_URL`; raises `OperatorError` for an address it cannot understand."""
    if not mail_url:
        return MailboxTransport(folder)
    url = urlsplit(mail_url)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise OperatorError("CONSULT_MAIL_URL: expected smtp://host:port or smtps://host:port")
    return SmtpTransport(url)


def queue_mail(session: Session, letter: Letter, *, now: datetime) -> None:
    """Write a mail to be sent into this transaction and wake the sender after its commit (`now`: real time)."""
    session.add(
        OutgoingMail(
            recipient=letter.recipient,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            language=letter.language,
            created_at=now,
            not_before=now,
        )
    )
    wake_after_commit(session, SEND_MAIL)


def forget_mails(session: Session, recipient: str) -> None:
    """Delete the mails to this address that have not left; those that have left are empty already."""
    session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == recipient))


def forget_in_mailbox(folder: Path, recipient: str) -> None:
    """Delete what the local mailbox keeps for this address; nothing is said when there is no mailbox."""
    for part in ("new", "cur"):
        for path in (folder / part).glob("*"):
            with suppress(OSError):
                if parseaddr(str(message_from_bytes(path.read_bytes())["To"] or ""))[1].lower() == recipient:
                    path.unlink()


def forget_old_mails(session: Session, *, before: datetime) -> None:
    """Delete the rows of mails that left, or were given up, before an instant: they are empty by then."""
    session.execute(delete(OutgoingMail).where(OutgoingMail.sent_at < before))
    session.execute(delete(OutgoingMail).where(OutgoingMail.failed_at < before))


def build_message(letter: Letter, sender: str, created_at: datetime) -> EmailMessage:
    """The MIME message: text first, HTML as the alternative, no remote image."""
    name, address = parseaddr(sender)
    # Seven bits per byte: no server has to announce 8BITMIME for accents to arrive.
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = " ".join(letter.subject.splitlines())  # one line, whatever a name in it holds
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # last: an alternative takes the Content- headers before it
    return message


def send_due_mail() -> None:
    """Task: send what is due, each mail claimed in a transaction of its own; failures are retried later."""
    transport: Transport = current_app.extensions["consult_mail"]
    sender = current_settings().mail_from
    for _ in range(_BATCH):
        claimed = _claim(clock.real_now())
        if claimed is None:
            return
        mail_id, letter, created_at, attempts = claimed
        try:
            message = build_message(letter, sender, created_at)
        except (ValueError, IndexError, HeaderParseError) as error:  # no later attempt would write it
            log.error("mail.unfit", extra={"mail": mail_id, "error": type(error).__name__})
            _finish(mail_id, failed_at=clock.real_now())
            continue
        try:
            transport.deliver(message)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail.failed", extra={"mail": mail_id, "error": type(error).__name__})
            if attempts >= MAX_ATTEMPTS:
                _finish(mail_id, failed_at=clock.real_now())
        else:
            _finish(mail_id, sent_at=clock.real_now())


def _claim(now: datetime) -> tuple[int, Letter, datetime, int] | None:
    """Take one due mail; nobody takes it again for 5 minutes, from its third attempt on for 8, 16, 32…"""
    with transaction(write=True) as session:
        row = session.scalars(
            select(OutgoingMail)
            .where(
                OutgoingMail.sent_at.is_(None),
                OutgoingMail.failed_at.is_(None),
                OutgoingMail.not_before <= now,
            )
            .order_by(OutgoingMail.not_before)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.attempts += 1
        row.not_before = now + _wait(row.attempts)
        letter = Letter(row.recipient or "", row.subject or "", row.text or "", row.html or "", row.language)
        return row.id, letter, row.created_at, row.attempts


def _wait(attempts: int) -> timedelta:
    return max(_CLAIM, timedelta(minutes=2**attempts))


def longest_wait() -> timedelta:
    """How long a mail that cannot be delivered is kept before it is given up, and emptied."""
    return sum((_wait(attempt) for attempt in range(1, MAX_ATTEMPTS)), timedelta())


def _finish(mail_id: int, **when: datetime) -> None:
    with transaction(write=True) as session:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail_id)
            .values(recipient=None, subject=None, text=None, html=None, **when)
        )
