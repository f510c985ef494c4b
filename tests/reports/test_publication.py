"""Publishing the synthesis: who, when, what everybody then gets, and what still replaces it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from consult.consultations.events import SynthesisPublished
from consult.consultations.models import Consultation
from consult.core import clock
from consult.core.access import Actor, Refused
from consult.core.db import transaction
from consult.core.events import install_handlers
from consult.moderation.commands import hide_contribution, restore_contribution
from consult.moderation.values import Reason
from consult.organisations.values import Role
from consult.reports.commands import Claim, publish_synthesis, request_final_editions
from consult.reports.models import Edition
from consult.reports.queries.editions import served_edition, stale_editions
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.reports.test_editions import act, claim, store
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

AFTER = datetime.fromisoformat("2026-04-02T09:00:00+02:00")
HOUR = timedelta(hours=1)


def render(made: Made, now: datetime) -> list[str]:
    """A worker's round: what waits is stored; the languages of it."""
    languages = []
    while (found := claim(now)) is not None:
        assert isinstance(found, Claim)
        store(made, found, now, is_final=now >= AFTER)
        languages.append(found.language)
    return languages


def publish(made: Made, actor: Actor, now: datetime = AFTER) -> None:
    with transaction(write=True) as session:
        publish_synthesis(session, actor=actor, consultation_id=made.id, now=now)


def stale(now: datetime) -> list[str]:
    with transaction() as session:
        return [language for _id, language in stale_editions(session, now=now, real_now=now + HOUR)]


def served(made: Made, *languages: str) -> tuple[int, bool]:
    with transaction() as session:
        found = served_edition(session, made.id, languages)
        assert found is not None
        return found.id, found.published_at is not None


@pytest.fixture
def made(make: Factory) -> Made:
    """A closed consultation with one contribution, its final editions ready in both languages."""
    made = make.consultation()
    make.contribution(made)
    render(made, NOW)
    with transaction(write=True) as session:
        request_final_editions(session, made.id, AFTER)
    assert sorted(render(made, AFTER)) == ["en", "fr"]
    return made


def test_who_publishes_it_and_when(make: Factory, made: Made) -> None:
    open_one = make.consultation(organisation_id=made.organisation_id)
    manager = make.member(made.organisation_id)
    cases: list[tuple[Actor, Made, datetime, str]] = [
        (make.person(), made, AFTER, "team_only"),
        (make.member(made.organisation_id, Role.MODERATOR), made, AFTER, "team_only"),
        (make.member(make.organisation(), Role.ADMINISTRATOR), made, AFTER, "team_only"),
        (manager, open_one, NOW, "synthesis_before_close"),
        (manager, open_one, AFTER, "synthesis_not_ready"),
        (manager, made, AFTER, ""),
        (manager, made, AFTER + HOUR, "synthesis_is_published"),
    ]
    for actor, consultation, now, code in cases:
        if not code:
            publish(consultation, actor, now)
            continue
        with pytest.raises(Refused) as refused:
            publish(consultation, actor, now)
        assert refused.value.reason == code
    with transaction() as session:
        assert session.get_one(Consultation, made.id).synthesis_published_at == AFTER
        assert session.get_one(Consultation, open_one.id).synthesis_published_at is None


def test_it_is_told_upwards_once(make: Factory, made: Made) -> None:
    heard: list[Any] = []
    listener: Callable[[Any, Any], None] = lambda _session, event: heard.append(event)  # noqa: E731
    install_handlers({**HANDLERS, SynthesisPublished: (*HANDLERS.get(SynthesisPublished, ()), listener)})
    try:
        publish(made, make.member(made.organisation_id))
    finally:
        install_handlers(HANDLERS)
    assert heard == [SynthesisPublished(made.id, AFTER)]


def test_it_waits_for_an_edition_of_the_latest_data(make: Factory, made: Made) -> None:
    manager = make.member(made.organisation_id)
    make.paper(made, manager, now=AFTER)
    with pytest.raises(Refused, match="synthesis_not_ready"):
        publish(made, manager)
    with transaction(write=True) as session:
        request_final_editions(session, made.id, AFTER)
    render(made, AFTER)
    publish(made, manager)
    assert served(made, "en", "fr")[1]


def test_the_published_edition_is_served_whatever_comes_after_but_moderation(make: Factory, made: Made) -> None:
    manager = make.member(made.organisation_id)
    publish(made, manager)
    first = served(made, "fr")
    assert first[1]
    act(made)  # the team writes its outcome: a new version of the data
    assert stale(AFTER + HOUR) == []
    assert served(made, "fr") == first

    for step, now in ((hide_contribution, AFTER + 2 * HOUR), (restore_contribution, AFTER + 4 * HOUR)):
        reason = Reason.UNLAWFUL if step is hide_contribution else Reason.REVIEWED
        with transaction(write=True) as session:
            step(session, actor=manager, consultation_id=made.id, number=1, reason=reason, words="", now=now)
        assert sorted(stale(now)) == ["en", "fr"]
        with transaction(write=True) as session:
            request_final_editions(session, made.id, now)
        render(made, now)
        assert stale(now + HOUR) == []
        corrected = served(made, "fr")
        assert corrected[0] > first[0]
        assert corrected[1], "a corrected edition takes the place of the published one"
    with transaction() as session:
        kept = session.scalars(select(Edition.id).where(Edition.is_final, Edition.language == "fr")).all()
    assert list(kept) == [corrected[0]], "what was hidden does not stay in an earlier file"


def test_a_published_edition_is_preferred_to_one_in_the_readers_language(make: Factory, made: Made) -> None:
    with transaction(write=True) as session:
        for edition in session.scalars(select(Edition).where(Edition.language == "en")):
            edition.data_version = 0  # older than the data: it is not published with the French one
    publish(made, make.member(made.organisation_id))
    assert served(made, "en", "fr") == served(made, "fr")
    assert stale(AFTER) == ["en"]
    with transaction(write=True) as session:
        request_final_editions(session, made.id, AFTER)
    assert render(made, AFTER) == ["en"]
    assert served(made, "en", "fr") == served(made, "en")
    assert stale(AFTER) == []


# The page


def page(made: Made) -> str:
    return f"/en/manage/consultations/{made.slug}/synthesis"


def test_the_page_prepares_then_publishes(client: AuditedClient, make: Factory, made: Made) -> None:
    manager = make.member(made.organisation_id)
    client.sign_in(manager)
    with clock.frozen_at(NOW):
        assert "can be published once the consultation has closed" in client.get(page(made)).text
    with clock.frozen_at(AFTER):
        make.paper(made, manager, now=AFTER)
        text = client.get(page(made)).text
        assert "1 contribution was typed in since the close." in text
        assert "Prepare the final edition" in text
        answer = client.send(page(made))
        assert answer.status_code == 303
        assert "Come back in a few minutes" in client.get(page(made)).text
        assert sorted(render(made, AFTER)) == ["en", "fr"]
        assert "is ready" in client.get(page(made)).text
        assert client.send(page(made)).status_code == 303
        text = client.get(page(made)).text
        assert "The synthesis was published on 2 Apr 2026, 09:00" in text
        assert 'method="post" class="form"' not in text
        visitor = AuditedClient(client.application)
        assert "published edition, 2 Apr 2026" in visitor.get(f"/en/consultations/{made.slug}/statistics").text
        assert "published on 2 Apr 2026" in visitor.get(f"/en/consultations/{made.slug}/follow-up").text
        pdf = visitor.get(f"/en/consultations/{made.slug}/synthesis.pdf")
        assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")


def test_who_reaches_the_page(client: AuditedClient, make: Factory, made: Made) -> None:
    people: dict[str, tuple[Actor | None, int]] = {
        "visitor": (None, 302),
        "citizen": (make.person(), 403),
        "moderator": (make.member(made.organisation_id, Role.MODERATOR), 403),
        "manager": (make.member(made.organisation_id), 200),
    }
    for name, (actor, expected) in people.items():
        browser = AuditedClient(client.application)
        if actor is not None:
            browser.sign_in(actor)
        assert browser.get(page(made)).status_code == expected, name
