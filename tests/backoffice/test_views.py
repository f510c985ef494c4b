"""The team's dashboard, and the way from a fresh installation to a public consultation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from consult.consultations import queries
from consult.consultations.values import State
from consult.core.access import VISITOR
from consult.core.db import transaction
from consult.organisations.models import Membership, Organisation
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.organisations.test_identity import save
from tests.support.clients import AuditedClient
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

FORM = {
    "organisation_name": "Ville d’Œuilly-sur-Mer",
    "time_zone": "Europe/Paris",
    "title": "Une place pour l’été ?",
    "slug": "",
    "summary": "Dites-nous ce que la place doit devenir.",
    "language": "fr",
    "opens_on": "2026-03-10",
    "closes_on": "2026-04-10",
    "introduction": "La place est **trop chaude** : pourquoi ?",
    "about": "> Un extrait du rapport.",
    "decides": "Le conseil municipal",
    "decided_when": "En juin 2026",
    "not_negotiable": "Le budget",
    "questions-0-text": "Que faut-il planter ?",
    "questions-1-text": "",
    "testimonies-0-name": "Jeanne Martin",
    "testimonies-0-role": "Fleuriste",
    "testimonies-0-organisation": "",
    "testimonies-0-quote": "L’été, *personne* ne s’arrête.",
    "testimonies-0-consent": "Par courriel, le 2 mars 2026",
}


def test_a_fresh_administrator_opens_a_consultation_in_the_browser(client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.administrator())
    assert "Create a consultation" in client.get("/en/manage").get_data(as_text=True)

    created = client.send("/en/manage/consultations/new", {**FORM, "then": "preview"})
    assert created.status_code == 303
    assert created.location == "/en/manage/consultations/une-place-pour-l-ete/preview"

    preview = client.get(created.location).get_data(as_text=True)
    assert "Preview" in preview
    assert "Que faut-il planter\u202f?" in preview, "with the space of French typography"
    assert "<strong>trop chaude</strong>\u00a0: pourquoi\u202f?" in preview
    assert AuditedClient(client.application).get("/en/consultations/une-place-pour-l-ete").status_code == 404

    confirmation = client.get("/en/manage/consultations/une-place-pour-l-ete/publish").get_data(as_text=True)
    assert "Europe/Paris" in confirmation
    assert 'role="alert"' not in confirmation, "nothing is missing, nothing is warned about"
    published = client.send("/en/manage/consultations/une-place-pour-l-ete/publish")
    assert published.status_code == 303

    public = AuditedClient(client.application).get(published.location)
    assert public.status_code == 200
    page = public.get_data(as_text=True)
    assert "<strong>trop chaude</strong>" in page
    assert "Que faut-il planter\u202f?" in page
    voices = AuditedClient(client.application).get(f"{published.location}/testimonies").get_data(as_text=True)
    assert "Jeanne Martin" in voices
    assert "Par courriel" not in voices, "the record of consent is not published"
    with transaction() as session:
        view = queries.get_consultation(session, "une-place-pour-l-ete", actor=VISITOR, now=NOW)
        assert view.state is State.OPEN
        assert view.organisation_slug == "ville-d-oeuilly-sur-mer"
        membership = session.scalars(select(Membership)).one()
        assert membership.role is Role.ADMINISTRATOR


def test_the_dashboard_groups_by_state_and_shows_figures(client: AuditedClient, make: Factory) -> None:
    opened = make.consultation()
    organisation = opened.organisation_id
    number = make.contribution(opened)
    make.support(opened, number)
    make.consultation(organisation_id=organisation, published=False)
    foreign = make.consultation()
    client.sign_in(make.member(organisation))
    page = client.get("/en/manage").get_data(as_text=True)
    assert page.index("Open now") < page.index("In preparation")
    assert "2 participants" in page
    assert "1 contribution" in page
    assert "1 support" in page
    assert foreign.slug not in page


def test_a_moderator_is_led_to_moderation_only(client: AuditedClient, make: Factory) -> None:
    opened = make.consultation()
    client.sign_in(make.member(opened.organisation_id, Role.MODERATOR))
    page = client.get("/en/manage").get_data(as_text=True)
    assert f"/manage/consultations/{opened.slug}/moderation" in page
    assert f"/manage/consultations/{opened.slug}/edit" not in page
    assert "Create a consultation" not in page


def test_an_empty_dashboard_says_what_to_do(client: AuditedClient, make: Factory) -> None:
    organisation = make.organisation()
    client.sign_in(make.member(organisation, Role.MODERATOR))
    assert "have not created any" in client.get("/en/manage").get_data(as_text=True)
    client.sign_in(make.member(organisation, Role.MANAGER))
    assert "Write the first one" in client.get("/en/manage").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/manage", "/manage/consultations/new"])
def test_the_team_side_is_closed_to_others(client: AuditedClient, make: Factory, path: str) -> None:
    assert client.get(path).status_code == 302, "a visitor is asked to sign in"
    client.sign_in(make.person())
    assert client.get(path).status_code == 403


def test_the_dashboard_costs_the_same_for_one_consultation_and_for_many(
    client: AuditedClient, make: Factory
) -> None:
    organisation = make.organisation()
    make.consultation(organisation_id=organisation)
    client.sign_in(make.member(organisation))
    client.get("/manage")  # the first page of a session also stores it
    with recorded_statements() as few:
        client.get("/manage")
    for _number in range(12):
        make.consultation(organisation_id=organisation)
    with recorded_statements() as many:
        client.get("/manage")
    assert len(many) == len(few)


def test_the_organisation_is_not_created_when_the_consultation_is_refused(
    client: AuditedClient, make: Factory
) -> None:
    taken = make.consultation()
    client.sign_in(make.administrator())
    refused = client.send("/en/manage/consultations/new", {**FORM, "organisation": "new", "slug": taken.slug})
    assert refused.status_code == 422
    with transaction() as session:
        assert len(session.scalars(select(Organisation)).all()) == 1


def test_managers_are_told_what_the_legal_notice_lacks_and_where_to_fill_it_in(
    client: AuditedClient, make: Factory
) -> None:
    organisation = make.organisation()
    client.sign_in(make.member(organisation, Role.MODERATOR))
    page = client.get("/en/manage").get_data(as_text=True)
    assert "To do" not in page, "a moderator cannot do it"
    manager = make.member(organisation)
    client.sign_in(manager)
    page = client.get("/en/manage").get_data(as_text=True)
    assert "Publication director" in page
    assert "/en/manage/organisations/organisation-1/identity#legal-title" in page
    save(manager, organisation)
    page = client.get("/en/manage").get_data(as_text=True)
    assert "To do" not in page
    assert "/en/manage/organisations/organisation-1/identity" in page


def test_with_several_organisations_the_operator_is_told_and_nobody_else(
    client: AuditedClient, make: Factory
) -> None:
    first, second = make.organisation(), make.organisation("Les Ormes")
    for organisation in (first, second):
        save(make.member(organisation), organisation)
    client.sign_in(make.member(first))
    page = client.get("/en/manage").get_data(as_text=True)
    assert "To do" not in page
    assert "organisation-1/identity" in page
    assert "organisation-2/identity" not in page
    client.sign_in(make.administrator())
    assert "CONSULT_LEGAL_" in client.get("/en/manage").get_data(as_text=True)
