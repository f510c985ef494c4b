"""An authenticator and somebody who has one, as the tests of second factors need them."""

from __future__ import annotations

import re
from datetime import timedelta

from pyotp import TOTP
from sqlalchemy import select

from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from consult.core.mail import OutgoingMail
from tests.support.clients import AuditedClient

LONG = "lampe violon grenier cactus"
_SECRET = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
_RECOVERY = re.compile(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){5})</code>")


def code_of(secret: str, steps: int = 0) -> str:
    """What the authenticator shows now, or some half minutes away."""
    return TOTP(secret).at(int((clock.real_now() + timedelta(seconds=30 * steps)).timestamp()))


def secret_on(html: str) -> str:
    """The secret that a page shows in text."""
    found = _SECRET.search(html)
    assert found is not None
    return found[1].replace(" ", "")


def enrol(client: AuditedClient, path: str = "/account/second-factor") -> tuple[str, list[str]]:
    """Set an authenticator up; its secret and the recovery codes."""
    secret = secret_on(client.get(path).text)
    answer = client.send(path, {"code": code_of(secret)})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    codes = _RECOVERY.findall(answer.text)
    assert len(set(codes)) == 10
    return secret, codes


def half_signed_in(browser: AuditedClient, actor: Actor) -> AuditedClient:
    """The browser after the first factor."""
    browser.sign_in(actor, second_factor=False)
    return browser


def mails_to(recipient: str) -> list[str]:
    """The text of every mail to an address, the oldest first."""
    with transaction() as session:
        found = session.scalars(
            select(OutgoingMail.text).where(OutgoingMail.recipient == recipient).order_by(OutgoingMail.id)
        )
        return [text or "" for text in found]
