"""Reads the sign-in mails that wait in the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from consult.core.db import transaction
from consult.core.mail import OutgoingMail


@dataclass(frozen=True)
class SignInMail:
    """What somebody finds in their mail."""

    subject: str
    text: str
    html: str
    language: str
    link: str
    path: str
    code: str


def sign_in_mails(recipient: str) -> list[SignInMail]:
    """Every sign-in mail to an address, the oldest first."""
    with transaction() as session:
        rows = session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == recipient).order_by(OutgoingMail.id)
        ).all()
        return [_read(row) for row in rows]


def _read(row: OutgoingMail) -> SignInMail:
    text = row.text or ""
    (link,) = re.findall(r"^http\S+/sign-in/link/\S+$", text, re.MULTILINE)
    (code,) = re.findall(r"^ {4}(\d{6})$", text, re.MULTILINE)
    return SignInMail(
        subject=row.subject or "",
        text=text,
        html=row.html or "",
        language=row.language,
        link=link,
        path=urlsplit(link).path,
        code=code,
    )


def wrong(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
