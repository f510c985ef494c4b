"""Publishing, and what may still change afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from consult.consultations.models import Consultation
from consult.consultations.values import State
from consult.core import clock
from consult.core.db import transaction
from tests.consultations.team import edit, in_state, save, stored
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

# Publication


def test_the_confirmation_says_what_is_missing(manager: AuditedClient, make: Factory, made: Made) -> None:
    bare = make.consultation(
        organisation_id=made.organisation_id,
        published=False,
        introduction="",
        questions=(),
        opens_on=date(2026, 3, 1),
    )
    page = manager.get(f"/en/manage/consultations/{bare.slug}/publish").get_data(as_text=True)
    for words in (
        "There is no introduction",
        "There is no guiding question",
        "commitment is empty",
        "already past",
    ):
        assert words in page
    assert manager.send(f"/en/manage/consultations/{bare.slug}/publish").status_code == 303, "only warnings"
    assert stored(bare.slug).state is State.OPEN


def test_a_testimony_without_consent_is_warned_about(manager: AuditedClient, made: Made) -> None:
    assert save(manager, made, {"testimonies-0-name": "Jeanne", "testimonies-0-quote": "Oui."}).status_code == 303
    page = manager.get(f"/en/manage/consultations/{made.slug}/publish").get_data(as_text=True)
    assert "no recorded consent" in page


def test_a_consultation_whose_last_day_is_over_cannot_be_published(
    manager: AuditedClient, make: Factory, made: Made
) -> None:
    late = make.consultation(
        organisation_id=made.organisation_id,
        published=False,
        opens_on=date(2026, 2, 1),
        closes_on=date(2026, 3, 9),
    )
    url = f"/en/manage/consultations/{late.slug}/publish"
    page = manager.get(url).get_data(as_text=True)
    assert "The last day is already over." in page
    assert manager.send(url).status_code == 422
    assert stored(late.slug).state is State.DRAFT


def test_publishing_copies_the_time_zone_and_happens_once(manager: AuditedClient, make: Factory) -> None:
    organisation = make.organisation("Saint-Paul", "Indian/Reunion")
    made = make.consultation(organisation_id=organisation, published=False)
    manager.sign_in(make.member(organisation))
    with transaction(write=True) as session:
        session.get_one(Consultation, made.id).time_zone = "Europe/Paris"
    url = f"/en/manage/consultations/{made.slug}/publish"
    assert manager.send(url).status_code == 303
    assert stored(made.slug).time_zone == "Indian/Reunion"
    again = manager.get(url)
    assert again.status_code == 303
    assert again.location == edit(made.slug)


def test_an_announced_consultation_opens_by_its_date_alone(manager: AuditedClient, made: Made) -> None:
    assert manager.send(f"/en/manage/consultations/{made.slug}/publish").status_code == 303
    assert stored(made.slug).state is State.ANNOUNCED
    opening = clock.start_of_day(date(2026, 3, 20), "Europe/Paris")
    with clock.frozen_at(opening - timedelta(milliseconds=1)):
        assert stored(made.slug).state is State.ANNOUNCED
    with clock.frozen_at(opening):
        assert stored(made.slug).state is State.OPEN


# Dates and questions once published


@pytest.mark.parametrize(
    ("state", "changes", "sentence"),
    [
        (State.ANNOUNCED, {"opens_on": "2026-03-12", "closes_on": "2026-05-01"}, ""),
        (State.ANNOUNCED, {"opens_on": "2026-03-09"}, "must not be moved before today"),
        (State.ANNOUNCED, {"slug": "autre-adresse"}, "no longer changes"),
        (State.OPEN, {"opens_on": "2026-03-02"}, "its first day no longer changes"),
        (State.OPEN, {"closes_on": "2026-03-10"}, ""),
        (State.OPEN, {"closes_on": "2026-03-09"}, "The last day is already over."),
        (State.OPEN, {"closes_on": "2026-12-31"}, ""),
        (State.OPEN, {"questions-1-text": ""}, "none removed"),
        (State.OPEN, {"questions-1-text": "Reformulée ?", "questions-2-text": "Nouvelle ?"}, ""),
        (State.CLOSED, {"closes_on": "2026-03-31"}, "It does not reopen"),
        (State.CLOSED, {"opens_on": "2026-02-02"}, "its first day no longer changes"),
        (State.CLOSED, {"questions-0-text": "Que faut-il jeter ?"}, "its questions stay as people answered them"),
        (State.CLOSED, {"questions-1-text": "Et quoi encore ?"}, "its questions stay as people answered them"),
        (State.CLOSED, {"introduction": "Corrigée."}, ""),
    ],
)
def test_what_may_still_change(
    client: AuditedClient, make: Factory, state: State, changes: dict[str, str], sentence: str
) -> None:
    made = in_state(make, state)
    client.sign_in(make.member(made.organisation_id))
    before = stored(made.slug)
    answer = save(client, made, changes)
    if sentence:
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert stored(made.slug) == before
    else:
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert stored(made.slug) != before


def test_questions_of_an_open_consultation_have_no_buttons_to_move_them(
    client: AuditedClient, make: Factory
) -> None:
    made = in_state(make, State.OPEN)
    client.sign_in(make.member(made.organisation_id))
    page = client.get(edit(made.slug)).get_data(as_text=True)
    assert 'value="questions.add"' in page
    assert 'value="questions.remove' not in page
    forged = save(client, made, {"row": "questions.remove.0"}).get_data(as_text=True)
    assert "Que faut-il garder ?" in forged


def test_the_outcome_is_asked_once_closed_and_dated(client: AuditedClient, make: Factory) -> None:
    opened = in_state(make, State.OPEN)
    client.sign_in(make.member(opened.organisation_id))
    assert 'name="outcome"' not in client.get(edit(opened.slug)).get_data(as_text=True)
    assert save(client, opened, {"outcome": "Trop tôt"}).status_code == 303
    assert stored(opened.slug).outcome == ""

    closed = in_state(make, State.CLOSED)
    client.sign_in(make.member(closed.organisation_id))
    assert 'name="outcome"' in client.get(edit(closed.slug)).get_data(as_text=True)
    assert save(client, closed, {"outcome": "4 idées retenues.", "outcome_on": ""}).status_code == 303
    assert (stored(closed.slug).outcome, stored(closed.slug).outcome_on) == (
        "4 idées retenues.",
        date(2026, 3, 10),
    )
    assert save(client, closed, {"outcome": "5 idées retenues.", "outcome_on": "2026-03-05"}).status_code == 303
    assert stored(closed.slug).outcome_on == date(2026, 3, 5)
    assert save(client, closed, {"outcome": "", "outcome_on": "2026-03-05"}).status_code == 303
    assert stored(closed.slug).outcome_on is None


def test_an_edit_moves_no_figure(client: AuditedClient, make: Factory) -> None:
    made = in_state(make, State.OPEN)
    number = make.contribution(made)
    make.support(made, number)
    before = stored(made.slug).figures
    client.sign_in(make.member(made.organisation_id))
    assert save(client, made, {"title": "Un autre titre"}).status_code == 303
    after = stored(made.slug).figures
    assert (after.participants, after.contributions, after.supports) == (2, 1, 1)
    assert after.version == before.version + 1
