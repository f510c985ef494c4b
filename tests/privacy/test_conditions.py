"""The conditions: every version stays readable, and who agreed to an earlier one is asked again."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, update

from consult.accounts.messages import CONDITIONS
from consult.accounts.models import Consent, Person
from consult.accounts.values import CONSENT_VERSION
from consult.core.db import transaction
from tests.accounts.flows import EMAIL, ask, mail_to, open_account
from tests.conftest import NOW
from tests.support.clients import AuditedClient

# Of the English sentences: a text that changes without a new version would put words into people's mouths.
DIGESTS = {"2026-11-22": "a8cb1675be27b6e2"}


def agreed() -> tuple[str | None, set[str]]:
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        versions = set(session.scalars(select(Consent.version).where(Consent.person_id == person.id)))
        return person.consent_version, versions


def agree_to_an_earlier_version() -> None:
    with transaction(write=True) as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        session.execute(update(Consent).where(Consent.person_id == person.id).values(version="2025-01-01"))
        person.consent_version, person.consented_at = "2025-01-01", NOW


def sign_in(client: AuditedClient) -> str:
    ask(client)
    answer = client.send("/sign-in/code", {"code": mail_to().code})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_version_never_changes_its_words() -> None:
    found = {
        version: hashlib.sha256("\n".join(str(item._args[0]) for item in sentences).encode()).hexdigest()[:16]
        for version, sentences in CONDITIONS.items()
    }
    assert found == DIGESTS
    assert list(CONDITIONS) == sorted(CONDITIONS)
    assert list(CONDITIONS)[-1] == CONSENT_VERSION


def test_a_first_sign_in_is_recorded_with_its_version(client: AuditedClient) -> None:
    open_account(client)
    assert agreed() == (CONSENT_VERSION, {CONSENT_VERSION})


def test_who_agreed_to_an_earlier_version_is_asked_and_the_earlier_consent_stays(
    client: AuditedClient,
) -> None:
    open_account(client)
    agree_to_an_earlier_version()
    client.send("/sign-out", page="/account")
    where = sign_in(client)
    assert "/account/conditions" in where
    assert client.send("/account/conditions", {}).status_code == 422
    assert agreed()[0] == "2025-01-01"
    answer = client.send("/account/conditions", {"consent": "y", "next": "/account"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert agreed() == (CONSENT_VERSION, {"2025-01-01", CONSENT_VERSION})
    client.send("/sign-out", page="/account")
    assert "/account/conditions" not in sign_in(client)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_version_can_be_read_by_everybody(client: AuditedClient, prefix: str) -> None:
    for version in CONDITIONS:
        page = client.get(f"{prefix}/consent/{version}")
        assert page.status_code == 200
        assert page.text.count("<li>") >= len(CONDITIONS[version])
    assert client.get(f"{prefix}/consent/2001-01-01").status_code == 404
    assert f"/consent/{CONSENT_VERSION}" in client.get(f"{prefix}/privacy").text
