"""The team's pages of a consultation: who reaches them, creating, previewing."""

from __future__ import annotations

import pytest

from consult.consultations.values import State
from consult.core.access import Actor
from consult.core.db import transaction
from consult.organisations.commands import set_role
from consult.organisations.values import Role
from tests.conftest import NOW
from tests.consultations.team import STATES, edit, stored
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

NEW = "/en/manage/consultations/new"
TYPED = {
    "title": "Une place pour l’été",
    "slug": "",
    "summary": "Dites-nous ce que la place doit devenir.",
    "language": "fr",
    "opens_on": "2026-03-20",
    "closes_on": "2026-04-10",
    "introduction": "Pourquoi.",
    "about": "",
    "decides": "",
    "decided_when": "",
    "not_negotiable": "",
    "questions-0-text": "Que faut-il planter ?",
}


# Who may do what


def _people(make: Factory, organisation_id: int) -> dict[str, Actor | None]:
    other = make.organisation("Ailleurs")
    return {
        "visitor": None,
        "citizen": make.person(),
        "moderator": make.member(organisation_id, Role.MODERATOR),
        "manager": make.member(organisation_id, Role.MANAGER),
        "administrator": make.member(organisation_id, Role.ADMINISTRATOR),
        "other_team": make.member(other, Role.ADMINISTRATOR),
        "platform": make.administrator(),
    }


@pytest.mark.parametrize("state", list(State))
def test_who_reaches_the_pages_of_a_consultation(client: AuditedClient, make: Factory, state: State) -> None:
    opens_on, closes_on, published = STATES[state]
    made = make.consultation(opens_on=opens_on, closes_on=closes_on, published=published)
    # The team of another organisation does not even learn that a draft exists.
    elsewhere = 404 if state is State.DRAFT else 403
    expected = {
        "visitor": 302,
        "citizen": 403,
        "moderator": 403,
        "manager": 200,
        "administrator": 200,
        "other_team": elsewhere,
        "platform": 200,
    }
    for name, person in _people(make, made.organisation_id).items():
        browser = AuditedClient(client.application)
        if person is not None:
            browser.sign_in(person)
        for page in ("edit", "preview", "publish"):
            answer = browser.get(f"/manage/consultations/{made.slug}/{page}").status_code
            wanted = expected[name]
            if page == "publish" and wanted == 200 and published:
                wanted = 303
            assert answer == wanted, (name, page)


def test_a_forged_post_is_refused_to_those_who_may_not_manage(client: AuditedClient, make: Factory) -> None:
    made = make.consultation()
    for name in ("citizen", "moderator", "other_team"):
        browser = AuditedClient(client.application)
        person = _people(make, made.organisation_id)[name]
        assert person is not None
        browser.sign_in(person)
        answer = browser.send(edit(made.slug), {**TYPED, "title": "Volée"}, page="/account")
        assert answer.status_code == 403, name
    assert stored(made.slug).title == "Quelle place pour la halle ?"


# Creating


def test_a_manager_of_one_organisation_is_asked_no_organisation(client: AuditedClient, make: Factory) -> None:
    organisation = make.organisation()
    client.sign_in(make.member(organisation))
    page = client.get(NEW).get_data(as_text=True)
    assert 'name="organisation"' not in page
    assert 'name="organisation_name"' not in page
    assert client.send(NEW, {**TYPED, "organisation_name": "Pirate", "organisation": "new"}).status_code == 303
    view = stored("une-place-pour-l-ete")
    assert view.organisation_id == organisation
    assert view.state is State.DRAFT
    assert [question.text for question in view.questions] == ["Que faut-il planter ?"]


def test_a_manager_of_several_organisations_chooses_among_these(client: AuditedClient, make: Factory) -> None:
    first, second, foreign = (make.organisation(name) for name in ("A", "B", "C"))
    actor = make.member(first)
    assert actor.person_id is not None
    with transaction(write=True) as session:
        set_role(session, organisation_id=second, person_id=actor.person_id, role=Role.MANAGER, now=NOW)
    client.sign_in(actor)
    assert client.send(NEW, {**TYPED, "organisation": str(foreign)}).status_code == 422
    assert client.send(NEW, {**TYPED, "organisation": str(second)}).status_code == 303
    assert stored("une-place-pour-l-ete").organisation_id == second


def test_moderators_do_not_create(client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.member(make.organisation(), Role.MODERATOR))
    assert client.get(NEW).status_code == 403


def test_a_new_organisation_needs_a_name(client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.administrator())
    answer = client.send(NEW, {**TYPED, "organisation_name": "  ", "time_zone": "Europe/Paris"})
    assert answer.status_code == 422
    assert "Enter the name of the organisation." in answer.get_data(as_text=True)


def test_the_proposed_address_avoids_the_taken_ones(client: AuditedClient, make: Factory) -> None:
    client.sign_in(make.member(make.organisation()))
    for _time in range(3):
        assert client.send(NEW, TYPED).status_code == 303
    for slug in ("une-place-pour-l-ete", "une-place-pour-l-ete-2", "une-place-pour-l-ete-3"):
        assert stored(slug)
    taken = client.send(NEW, {**TYPED, "slug": "une-place-pour-l-ete"})
    assert taken.status_code == 422
    assert "already has this address" in taken.get_data(as_text=True)


def test_fields_that_are_not_in_the_form_change_nothing(client: AuditedClient, make: Factory) -> None:
    organisation, foreign = make.organisation(), make.organisation()
    client.sign_in(make.member(organisation))
    forged = {
        "organisation_id": str(foreign),
        "published_at": "2026-01-01T00:00:00Z",
        "is_demonstration": "1",
        "status": "published",
        "time_zone": "Asia/Tokyo",
        "outcome": "Tout est décidé",
        "outcome_on": "2026-01-01",
        "introduction_html": "<script>alert(1)</script>",
    }
    assert client.send(NEW, {**TYPED, **forged}).status_code == 303
    view = stored("une-place-pour-l-ete")
    assert (view.organisation_id, view.state, view.time_zone) == (organisation, State.DRAFT, "Europe/Paris")
    assert (view.outcome, view.outcome_on, view.is_demonstration) == ("", None, False)
    assert "script" not in view.introduction_html


# Preview


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-19", "Opens on 20 March 2026"),
        ("2026-03-20", "Open since 20 March 2026"),
        ("2026-04-10", "Last day"),
        ("2026-04-11", "Was open from 20 March 2026"),
        ("", "Open since 20 March 2026"),
    ],
)
def test_the_preview_shows_the_page_of_a_day(manager: AuditedClient, made: Made, day: str, words: str) -> None:
    answer = manager.get(f"/en/manage/consultations/{made.slug}/preview?on={day}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert words in page
    assert "Preview: this page as it will look" in page
    assert "Only your team" in page or "only your team" in page
    assert stored(made.slug).state is State.DRAFT


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_previewed_is_said_so(manager: AuditedClient, made: Made, day: str) -> None:
    answer = manager.get(f"/en/manage/consultations/{made.slug}/preview?on={day}")
    assert answer.status_code == 422
    assert 'id="on-error"' in answer.get_data(as_text=True)
