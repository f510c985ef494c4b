"""The steps of signing in, as the tests of the pages take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from consult.core import clock
from consult.core.db import transaction
from tests.accounts.mails import SignInMail, sign_in_mails
from tests.support.clients import AuditedClient

EMAIL = "claire@example.org"


def ask(client: AuditedClient, email: str = EMAIL, page: str = "/sign-in", **fields: str) -> None:
    answer = client.send(page, {"email": email, **fields})
    assert answer.status_code == 303
    assert str(answer.location).endswith("/sign-in/code")


def mail_to(email: str = EMAIL) -> SignInMail:
    return sign_in_mails(email)[-1]


def open_account(client: AuditedClient, email: str = EMAIL, name: str = "Claire") -> None:
    """Sign in for the first time."""
    ask(client, email)
    client.send("/sign-in/code", {"code": mail_to(email).code})
    answer = client.send("/sign-in/welcome", {"display_name": name, "consent": "y"})
    assert answer.status_code == 303


def cookie(client: AuditedClient) -> str:
    found = client.get_cookie("consult")
    assert found is not None
    return str(found.value)


def count(model: type) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


class Clock:
    """Real time, held still and moved by the test."""

    def __init__(self) -> None:
        self.now = clock.real_now()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step
