"""Outgoing mail: a real SMTP conversation, the local Maildir, refusals and retries."""

from __future__ import annotations

import mailbox
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from consult.core import clock
from consult.core.db import transaction
from consult.core.errors import OperatorError
from consult.core.mail import (
    MAX_ATTEMPTS,
    Letter,
    MailboxTransport,
    OutgoingMail,
    SmtpTransport,
    build_message,
    build_transport,
    queue_mail,
    send_due_mail,
)
from consult.core.tasks import queue
from tests.conftest import NOW

LETTER = Letter(
    recipient="elodie@example.org",
    subject="Votre lien et votre code – à usage unique",
    text="Bonjour,\n\nVoici « votre code » :\n\n    123456\n\n" + "https://example.org/" + "x" * 120 + "\n",
    html="<p>Bonjour, votre code\u00a0: <b>123456</b></p>",
    language="fr",
)


class Sink:
    """An SMTP server that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], bytes]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answer


class Hands:
    """Real time in the hands of the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "real_now", hands)
    return hands


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A server that the application sends its mails to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    transport = build_transport(f"smtp://127.0.0.1:{port}", Path("unused"))
    monkeypatch.setitem(app.extensions, "consult_mail", transport)
    try:
        yield handler
    finally:
        controller.stop()


def queue_letter(letter: Letter = LETTER) -> None:
    with transaction(write=True) as session:
        queue_mail(session, letter, now=clock.real_now())


def row() -> dict[str, Any]:
    with transaction() as session:
        found = session.scalars(select(OutgoingMail)).one()
        return {column.key: getattr(found, column.key) for column in OutgoingMail.__table__.columns}


def test_a_mail_goes_through_a_real_server_and_leaves_nothing_behind(sink: Sink, real: Hands) -> None:
    queue_letter()
    send_due_mail()
    ((sender, recipients, content),) = sink.received
    assert (sender, recipients) == ("consult@localhost", [LETTER.recipient])
    assert content.isascii()  # nothing that an old relay would mangle
    message = cast(EmailMessage, message_from_bytes(content, _class=EmailMessage, policy=policy.default))
    assert message["Subject"] == LETTER.subject
    assert message["From"] == "Consult <consult@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Date"].datetime == NOW
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().strip() == LETTER.html
    stored = row()
    assert stored["sent_at"] == NOW
    assert {stored[name] for name in ("recipient", "subject", "text", "html")} == {None}
    send_due_mail()
    assert len(sink.received) == 1


def test_a_refusal_is_retried_later_and_later(sink: Sink, real: Hands) -> None:
    queue_letter()
    sink.answer = "451 try again"
    waits = []
    for _attempt in range(4):
        send_due_mail()
        stored = row()
        assert stored["sent_at"] is None
        assert stored["text"] == LETTER.text
        waits.append(stored["not_before"] - real.now)
        send_due_mail()  # not due yet: nobody tries
        assert row()["attempts"] == stored["attempts"]
        real.now = stored["not_before"]
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=1)
    sink.answer = "250 OK"
    send_due_mail()
    assert len(sink.received) == 1
    assert row()["recipient"] is None


def test_a_server_that_is_down_loses_nothing_and_ends_in_a_failure_that_is_emptied(
    app: Flask, real: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setitem(app.extensions, "consult_mail", build_transport(f"smtp://127.0.0.1:{port}", Path()))
    queue_letter()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        send_due_mail()
        assert row()["attempts"] == attempt
        real.now = row()["not_before"]
    stored = row()
    assert stored["failed_at"] is not None
    assert stored["sent_at"] is None
    assert {stored[name] for name in ("recipient", "subject", "text", "html")} == {None}


def test_one_bad_recipient_does_not_hold_up_the_others(sink: Sink, real: Hands) -> None:
    queue_letter()
    sink.answer = "550 no"
    send_due_mail()
    sink.answer = "250 OK"
    queue_letter(Letter("b@example.org", "s", "t", "<p>t</p>", "fr"))
    send_due_mail()
    assert [recipients for _sender, recipients, _content in sink.received] == [["b@example.org"]]


def test_a_rolled_back_act_sends_nothing(sink: Sink) -> None:
    with pytest.raises(RuntimeError), transaction(write=True) as session:
        queue_mail(session, LETTER, now=NOW)
        raise RuntimeError
    send_due_mail()
    assert sink.received == []


def test_the_commit_wakes_the_sender(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(queue(), "wake", woken.append)
    queue_letter()
    assert woken == ["send_mail"]


def test_without_a_server_mails_are_kept_in_a_maildir(tmp_path: Path) -> None:
    transport = build_transport("", tmp_path / "mailbox")
    assert isinstance(transport, MailboxTransport)
    transport.deliver(build_message(LETTER, "Consult <consult@localhost>", NOW))
    (message,) = mailbox.Maildir(tmp_path / "mailbox", create=False)
    assert message["To"] == LETTER.recipient


@pytest.mark.parametrize(
    ("url", "starttls"),
    [("smtp://mail.example.org:587?starttls=1", True), ("smtps://u:p%40@mail.example.org", False)],
)
def test_server_addresses(url: str, starttls: bool) -> None:
    transport = build_transport(url, Path())
    assert isinstance(transport, SmtpTransport)
    assert (transport.url, transport.starttls) == (urlsplit(url), starttls)


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_server_addresses_that_are_none(url: str) -> None:
    with pytest.raises(OperatorError, match="CONSULT_MAIL_URL"):
        build_transport(url, Path())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\u2029"])
def test_a_header_cannot_be_smuggled_in(end: str) -> None:
    letter = replace(LETTER, subject=f"Votre{end}Bcc: b@example.org")
    message = build_message(letter, "Consult <consult@localhost>", NOW)
    sent = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert sent["Subject"] == "Votre Bcc: b@example.org"
    assert "Bcc" not in sent
    with pytest.raises((ValueError, IndexError)):
        build_message(
            replace(LETTER, recipient=f"a@example.org{end}Bcc: b@example.org"), "C <consult@localhost>", NOW
        )


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(sink: Sink, real: Hands) -> None:
    queue_letter(replace(LETTER, recipient="a@example.org\nBcc: b@example.org"))
    queue_letter(Letter("b@example.org", "s", "t", "<p>t</p>", "fr"))
    send_due_mail()
    assert [recipients for _sender, recipients, _content in sink.received] == [["b@example.org"]]
    with transaction() as session:
        failed = session.execute(select(OutgoingMail.__table__).where(OutgoingMail.failed_at.is_not(None))).all()
    assert [(mail.recipient, mail.text) for mail in failed] == [(None, None)]
