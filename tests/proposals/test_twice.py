"""A button pressed twice, a tab left open: what was published once stays published once."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import func, select

from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from consult.proposals.models import Contribution, Draft
from tests.conftest import NOW
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory, Made

IDEA = {"question": "2", "title": "Une fontaine sur la place"}
TEXT = {"body": "De l’eau potable pour tous, été comme hiver."}
TIMES = 6


def base(consultation: Made) -> str:
    return f"/en/consultations/{consultation.slug}/contributions"


def signed_in(app: Flask, actor: Actor) -> AuditedClient:
    client = AuditedClient(app)
    client.sign_in(actor)
    return client


def at_once(app: Flask, actor: Actor, address: str, data: dict[str, str]) -> list[int]:
    """The statuses of a form that one person sends several times in the same breath."""
    clients = [signed_in(app, actor) for _ in range(TIMES)]
    tokens = [csrf_token(client.get(address).text) for client in clients]
    start, statuses = threading.Barrier(TIMES), []

    def press(client: AuditedClient, token: str) -> None:
        with clock.frozen_at(NOW):
            start.wait()
            statuses.append(client.post(address, data={"csrf_token": token, **data}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def count(model: type[Contribution | Draft]) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_publishing_twice_publishes_once(app: Flask, make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    new = f"{base(consultation)}/new"
    citizen = signed_in(app, person)
    citizen.send(new, IDEA)
    citizen.send(f"{new}/text", TEXT)
    assert at_once(app, person, f"{new}/preview", {}) == [303] * TIMES
    assert count(Contribution) == 1
    assert count(Draft) == 0


def test_a_first_draft_kept_twice_is_one_draft(app: Flask, make: Factory) -> None:
    consultation, person = make.consultation(), make.person()
    assert at_once(app, person, f"{base(consultation)}/new", IDEA) == [303] * TIMES
    assert count(Draft) == 1


def test_a_text_whose_draft_is_gone_meanwhile_is_not_lost(app: Flask, make: Factory) -> None:
    consultation = make.consultation()
    new = f"{base(consultation)}/new"
    citizen = signed_in(app, make.person())
    citizen.send(new, IDEA)
    token = csrf_token(citizen.get(f"{new}/text").text)
    citizen.send(f"{new}/discard")
    sent = citizen.post(f"{new}/text", data={"csrf_token": token, **TEXT})
    assert sent.headers["Location"] == new
    citizen.send(new, IDEA)
    assert TEXT["body"] in citizen.get(f"{new}/text").text
