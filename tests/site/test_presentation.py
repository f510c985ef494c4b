"""A failure below a consultation's address names it and leads back to it, never to what is not public."""

from __future__ import annotations

from datetime import date

from consult.core.db import transaction
from consult.organisations.values import Role
from consult.proposals.commands import withdraw_contribution
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


def test_what_does_not_exist_leads_back_to_its_consultation(make: Factory, client: AuditedClient) -> None:
    made = make.consultation()
    for path in ("/contributions/99", "/nothing-here", "/contributions/1/history"):
        response = client.get(f"/en/consultations/{made.slug}{path}")
        assert response.status_code == 404
        assert '<span lang="fr">Quelle place pour la halle\u202f?</span>' in response.text
        assert f'href="/en/consultations/{made.slug}">Go to the consultation</a>' in response.text
        assert f'href="/en/consultations/{made.slug}/contributions">Read the contributions</a>' in response.text


def test_what_was_withdrawn_leads_back_to_its_consultation(make: Factory, client: AuditedClient) -> None:
    made, author = make.consultation(), make.person()
    number = make.contribution(made, author)
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=author, consultation_id=made.id, number=number, now=make.now)
    response = client.get(f"/en/consultations/{made.slug}/contributions/{number}")
    assert response.status_code == 410
    assert "Quelle place pour la halle" in response.text


def test_a_draft_is_betrayed_to_nobody(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(published=False)
    for actor in (None, make.member(made.organisation_id, Role.MANAGER)):
        if actor is not None:
            client.sign_in(actor)
        html = client.get(f"/en/consultations/{made.slug}/contributions/99").text
        assert "halle" not in html
        assert "Go to the consultation" not in html
    unknown = client.get("/en/consultations/never-heard-of/contributions/99")
    assert unknown.status_code == 404


def test_a_synthesis_that_is_not_ready_says_so(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(opens_on=date(2026, 3, 20))
    response = client.get(f"/en/consultations/{made.slug}/synthesis.pdf")
    assert response.status_code == 404
    assert "<h1>The synthesis is not ready yet</h1>" in response.text
    assert "Go to the consultation" in response.text
