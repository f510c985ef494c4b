"""Proof of work: right once, for one form in one browser; without it a pause does."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from altcha import Payload, solve_challenge
from flask import Flask
from sqlalchemy import func, select

from consult.core import clock
from consult.core.db import db, transaction
from consult.core.limits import DatabaseStorage, Limiter
from consult.core.mail import OutgoingMail
from consult.core.spent import SpentProof
from consult.core.web.proof import PAUSE
from tests.accounts.flows import Clock
from tests.core.web.marks import EMAIL, challenge_in, settings_of, sign_in_page, solved, typed_into
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


@pytest.fixture
def asked(app: Flask) -> Iterator[None]:
    """Signing in asks for a proof."""
    with settings_of(app, proof_of_work="sign-in"):
        yield


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Real time, in the hands of the test."""
    held = Clock()
    monkeypatch.setattr(clock, "real_now", held)
    return held


def mails() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def send(client: AuditedClient, page: str, **typed: str) -> int:
    return client.post("/en/sign-in", data=typed_into(page, email=EMAIL, **typed)).status_code


def test_a_proof_opens_the_form_once(client: AuditedClient, asked: None) -> None:
    page = sign_in_page(client)
    proof = solved(page)
    assert send(client, page, proof=proof) == 303
    assert send(client, page, proof=proof) == 422
    respelt = base64.b64encode(json.dumps(json.loads(base64.b64decode(proof)), indent=1).encode()).decode()
    assert send(client, page, proof=respelt) == 422
    assert mails() == 1


def test_a_proof_of_two_requests_at_once_is_believed_once(app: Flask, client: AuditedClient, asked: None) -> None:
    page = sign_in_page(client)
    data, start, statuses = typed_into(page, email=EMAIL, proof=solved(page)), threading.Barrier(2), []
    cookie = client.get_cookie("consult")
    assert cookie

    def post() -> None:
        twin = AuditedClient(app)
        twin.set_cookie("consult", str(cookie.value))
        with app.app_context():
            start.wait()
            statuses.append(twin.post("/en/sign-in", data=data).status_code)
            db.session.remove()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 422]
    assert mails() == 1


def test_a_proof_is_bound_to_its_browser(app: Flask, client: AuditedClient, asked: None) -> None:
    page = sign_in_page(client)
    other = AuditedClient(app)
    assert send(other, sign_in_page(other), proof=solved(page)) == 422
    assert mails() == 0


def test_a_proof_does_not_keep(client: AuditedClient, asked: None, real: Clock) -> None:
    page = sign_in_page(client)
    proof = solved(page)
    real.forward(timedelta(hours=2, seconds=1))
    assert send(client, page, proof=proof) == 422


def test_an_easier_puzzle_of_ones_own_is_refused(client: AuditedClient, asked: None) -> None:
    page = sign_in_page(client)
    challenge = challenge_in(page)
    challenge.parameters.key_prefix, challenge.parameters.cost = "", 1
    solution = solve_challenge(challenge)
    assert solution
    assert send(client, page, proof=Payload(challenge, solution).to_base64()) == 422
    challenge = challenge_in(page)
    assert send(client, page, proof=Payload(challenge, solution).to_base64()) == 422
    assert mails() == 0


@pytest.mark.parametrize(
    "proof",
    [
        "nonsense",
        "e30=",
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b'{"challenge":{"parameters":null},"solution":{}}').decode(),
        base64.b64encode(b"[" * 2000).decode(),
        "A" * 5000,
        "é",
    ],
)
def test_what_is_no_proof_is_answered_like_none(client: AuditedClient, asked: None, proof: str) -> None:
    assert send(client, sign_in_page(client), proof=proof) == 422


def test_without_scripts_a_pause_does(client: AuditedClient, asked: None, real: Clock) -> None:
    waiting = client.post("/en/sign-in", data=typed_into(sign_in_page(client), email=EMAIL))
    assert waiting.status_code == 422
    assert f"Wait {PAUSE} seconds" in waiting.text
    assert f'name="email" value="{EMAIL}"' in waiting.text
    real.forward(timedelta(seconds=4))
    early = client.post("/en/sign-in", data=typed_into(waiting.text))
    assert early.status_code == 422
    assert re.search(r"wait [67] more seconds", early.text)
    assert typed_into(early.text)["waited"] == typed_into(waiting.text)["waited"]  # the time is not started anew
    assert mails() == 0
    real.forward(timedelta(seconds=PAUSE))
    assert client.post("/en/sign-in", data=typed_into(early.text)).status_code == 303
    assert client.post("/en/sign-in", data=typed_into(early.text)).status_code == 422  # single use
    assert mails() == 1


def test_a_ticket_is_bound_and_ends(app: Flask, client: AuditedClient, asked: None, real: Clock) -> None:
    waiting = client.post("/en/sign-in", data=typed_into(sign_in_page(client), email=EMAIL)).text
    ticket = typed_into(waiting)["waited"]
    other = AuditedClient(app)
    others = sign_in_page(other)
    real.forward(timedelta(seconds=PAUSE + 1))
    assert send(other, others, waited=ticket) == 422
    assert send(client, waiting, waited=ticket + "x") == 422
    real.forward(timedelta(hours=3))
    assert send(client, waiting) == 422
    assert mails() == 0


def test_tickets_are_not_given_out_in_numbers(app: Flask, client: AuditedClient, asked: None) -> None:
    kept = app.extensions["consult_limiter"]
    app.extensions["consult_limiter"] = Limiter(DatabaseStorage(), key=b"for tests only", factor=0.0001)
    page = sign_in_page(client)
    try:
        assert [send(client, page) for _ in range(2)] == [422, 429]
        assert send(client, page, proof=solved(page)) == 303  # who computes goes on
    finally:
        app.extensions["consult_limiter"] = kept


def test_nothing_that_was_used_is_kept_in_the_clear(client: AuditedClient, asked: None) -> None:
    page = sign_in_page(client)
    assert send(client, page, proof=solved(page)) == 303
    with transaction() as session:
        (stored,) = session.scalars(select(SpentProof.proof_hash))
    assert len(stored) == 64
    assert stored not in page


def test_the_first_contribution_of_an_account_asks_for_a_proof_where_the_settings_say_all(
    app: Flask, client: AuditedClient, make: Factory
) -> None:
    consultation = make.consultation()
    here = f"/en/consultations/{consultation.slug}/contributions"
    client.sign_in(make.person())

    def preview() -> str:
        client.send(f"{here}/new", {"title": "A bench in the shade", "question": "1"})
        client.send(f"{here}/new/text", {"body": "There is none between the school and the market."})
        return client.get(f"{here}/new/preview").text

    with settings_of(app, proof_of_work="sign-in"):
        assert "data-challenge" not in preview()
    with settings_of(app, proof_of_work="all"):
        page = preview()
        assert client.post(f"{here}/new/preview", data=typed_into(page)).status_code == 422
        assert client.post(f"{here}/new/preview", data=typed_into(page, proof=solved(page))).status_code == 303
        page = preview()
        assert "data-challenge" not in page
        assert client.post(f"{here}/new/preview", data=typed_into(page)).status_code == 303
