"""A draft is seen by whoever wrote it and by nobody else."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from consult.core.db import transaction
from consult.proposals.models import Draft
from tests.support.clients import AuditedClient
from tests.support.factories import Factory

TITLE = "Un atelier de réparation le samedi"


def test_a_visitor_without_a_session_sees_nobody_s_draft(app: Flask, client: AuditedClient, make: Factory) -> None:
    consultation = make.consultation()
    new = f"/consultations/{consultation.slug}/contributions/new"
    for _ in range(2):
        citizen = AuditedClient(app)
        citizen.sign_in(make.person())
        assert citizen.send(new, {"question": "1", "title": TITLE}).status_code == 303
    page = client.get(new)
    assert page.status_code == 200
    assert TITLE not in page.text
    assert client.get(f"{new}/text").status_code == 303
    assert client.get(f"{new}/preview").status_code == 303


def test_a_visitor_forgets_no_draft_but_their_own(app: Flask, client: AuditedClient, make: Factory) -> None:
    consultation = make.consultation()
    new = f"/consultations/{consultation.slug}/contributions/new"
    citizen = AuditedClient(app)
    citizen.sign_in(make.person())
    citizen.send(new, {"question": "1", "title": TITLE})
    client.send(new, {"question": "2", "title": "Autre chose, plus tard"})
    assert client.send(f"{new}/discard", page=new).status_code == 303
    with transaction() as session:
        assert session.scalars(select(Draft.title)).all() == [TITLE]


def test_a_draft_is_deleted_after_a_question_only(app: Flask, make: Factory) -> None:
    consultation = make.consultation()
    contributions = f"/consultations/{consultation.slug}/contributions"
    citizen = AuditedClient(app)
    citizen.sign_in(make.person())
    citizen.send(f"{contributions}/new", {"question": "1", "title": TITLE})
    question = citizen.get(f"{contributions}/new/discard")
    assert question.status_code == 200
    assert TITLE in question.text
    with transaction() as session:
        assert session.scalars(select(Draft.title)).all() == [TITLE]
    assert citizen.send(f"{contributions}/new/discard").location == contributions
    with transaction() as session:
        assert session.scalars(select(Draft.title)).all() == []
    # With nothing to delete there is nothing to ask.
    assert citizen.get(f"{contributions}/new/discard").location == contributions
