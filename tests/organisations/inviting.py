"""Invitations, as the tests make them."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from consult.accounts.rules import new_secrets
from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from consult.core.mail import Letter, OutgoingMail
from consult.organisations import invitations
from consult.organisations.models import Invitation
from consult.organisations.values import Role


def letter_to(email: str) -> Letter:
    return Letter(email, "Invitation", "text", "<p>html</p>", "en")


def invite(
    actor: Actor, organisation: int, email: str, role: Role = Role.MANAGER, *, at: datetime | None = None
) -> str:
    """Invite an address and return the token of its link."""
    token = new_secrets().token
    with transaction(write=True) as session:
        invitations.invite(
            session,
            actor=actor,
            organisation_id=organisation,
            email=email,
            role=role,
            words="",
            token=token,
            letter=letter_to(email),
            now=at or clock.real_now(),
        )
    return token


def invitation_ids(email: str) -> list[int]:
    """The invitations of an address."""
    with transaction() as session:
        return list(session.scalars(select(Invitation.id).where(Invitation.email == email)))


def invitation_mails(email: str) -> list[OutgoingMail]:
    """Every mail to an address with the link of an invitation, the oldest first."""
    with transaction() as session:
        rows = session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id)
        ).all()
        session.expunge_all()
        return [row for row in rows if "/invitations/" in (row.text or "")]


def path_in(mail: OutgoingMail) -> str:
    """The path of the link of a mail."""
    (link,) = re.findall(r"^http\S+/invitations/\S+$", mail.text or "", re.MULTILINE)
    return urlsplit(link).path
