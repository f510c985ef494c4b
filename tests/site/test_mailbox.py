"""The local mailbox of a demonstration: what is read, and what the page shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.core.mail import Letter, MailboxTransport, build_message, send_due_mail
from consult.site.queries.mailbox import MAX_MAILS, TextPart, recent_mails
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.variants import variant_of

BASE = "https://consult.example.org"


def deliver(folder: Path, number: int = 0, text: str = "Bonjour", subject: str = "Sujet") -> None:
    letter = Letter(f"person{number}@example.org", subject, text, "<p>html</p>", "fr")
    MailboxTransport(folder).deliver(
        build_message(letter, "Consult <consult@localhost>", NOW + timedelta(minutes=number))
    )
    newest = max((folder / "new").iterdir(), key=lambda path: path.stat().st_ctime_ns)
    os.utime(newest, ns=(number, number))


@pytest.fixture
def demonstration(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application as a demonstration, with an instance folder of its own."""
    with variant_of(app, demonstration=True, instance_path=tmp_path) as other:
        yield other


def test_no_folder_no_mail(tmp_path: Path) -> None:
    assert recent_mails(tmp_path / "none", base_url=BASE) == ()


def test_the_newest_twenty_come_first(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    for number in range(MAX_MAILS + 3):
        deliver(folder, number)
    mails = recent_mails(folder, base_url=BASE)
    assert [mail.recipient for mail in mails[:2]] == ["person22@example.org", "person21@example.org"]
    assert len(mails) == MAX_MAILS
    assert mails[0].sent_at == NOW + timedelta(minutes=22)


def test_only_addresses_of_this_site_become_links(tmp_path: Path) -> None:
    deliver(
        tmp_path / "mailbox",
        text=f"Ici {BASE}/sign-in/link/abc?x=1\nou https://evil.example/\n\n"
        f"{BASE}.evil.example/ javascript:alert(1)",
    )
    (mail,) = recent_mails(tmp_path / "mailbox", base_url=BASE)
    assert mail.paragraphs == (
        (
            TextPart("Ici "),
            TextPart(f"{BASE}/sign-in/link/abc?x=1", "/sign-in/link/abc?x=1"),
            TextPart("\nou https://evil.example/"),
        ),
        (TextPart(f"{BASE}.evil.example/ javascript:alert(1)"),),
    )


def test_what_is_no_mail_is_passed_over(tmp_path: Path) -> None:
    deliver(tmp_path / "mailbox")
    (tmp_path / "mailbox" / "new" / "junk").write_bytes(b"\xff\xfe junk")
    assert len(recent_mails(tmp_path / "mailbox", base_url=BASE)) == 1


def test_the_page_does_not_exist_outside_a_demonstration(
    app: Flask, client: AuditedClient, tmp_path: Path
) -> None:
    assert client.get("/mailbox").status_code == 404
    with variant_of(app, demonstration=True, mail_url="smtp://127.0.0.1:1", instance_path=tmp_path) as sending:
        browser = AuditedClient(sending)
        assert browser.get("/mailbox").status_code == 404
        browser.send("/sign-in", {"email": "claire@example.org"})
        assert "/mailbox" not in browser.get("/sign-in/code").text


def test_the_page_escapes_what_it_shows(demonstration: Flask, tmp_path: Path) -> None:
    deliver(tmp_path / "mailbox", text="<script>alert(1)</script>", subject="<img src=x>")
    page = AuditedClient(demonstration).get("/mailbox")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers.getlist("Set-Cookie") == []
    assert "<script>" not in page.text
    assert "<img" not in page.text


def test_a_mail_is_shown_as_it_is_drawn_and_may_do_nothing(demonstration: Flask, tmp_path: Path) -> None:
    deliver(tmp_path / "mailbox", subject="Votre lien")
    page = AuditedClient(demonstration).get("/en/mailbox").text
    assert '<h2 lang="fr">Votre lien</h2>' in page
    path = page.split('href="/en/mailbox/')[1].split('"')[0]
    answer = FlaskClient(demonstration, demonstration.response_class).get(f"/en/mailbox/{path}")
    assert answer.text.strip() == "<p>html</p>"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert AuditedClient(demonstration).get("/mailbox/unknown").status_code == 404


def test_no_single_mail_is_shown_outside_a_demonstration(client: AuditedClient) -> None:
    assert client.get("/mailbox/anything").status_code == 404


def test_signing_in_to_a_demonstration_without_any_mail_program(demonstration: Flask) -> None:
    browser = AuditedClient(demonstration)
    assert browser.get("/mailbox").status_code == 200
    browser.send("/sign-in", {"email": "claire@example.org"})
    assert 'href="/mailbox"' in browser.get("/sign-in/code").text
    with demonstration.app_context():
        send_due_mail()
    page = browser.get("/mailbox").text
    assert "claire@example.org" in page
    path = page.split('href="/sign-in/link/')[1].split('"')[0]
    answer = browser.send(f"/sign-in/link/{path}")
    assert answer.location == "/sign-in/welcome"
