"""What an erased person wrote: without their name, counted as before, or withdrawn where they asked for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.erasure import erase_person
from consult.consultations.queries import get_consultation
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.proposals.commands import edit_contribution, publish_contribution, withdraw_contribution
from consult.proposals.models import Comment, Contribution, Draft, Revision
from consult.proposals.rules import prepare_contribution
from consult.proposals.values import NO_TITLE, Status
from consult.reports.queries.recount import recount
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

AFTER = NOW + timedelta(days=60)
FIGURES = ("participants", "contributions", "supports", "comments")


def erase(actor: Actor, *, keep_texts: bool = True, now: object = NOW) -> None:
    assert actor.person_id
    with transaction(write=True) as session:
        erase_person(session, person_id=actor.person_id, keep_texts=keep_texts, now=now)  # type: ignore[arg-type]


def figures(made: Made) -> dict[str, int]:
    with transaction() as session:
        found = get_consultation(session, made.slug, actor=VISITOR, now=NOW).figures
        assert recount(session, made.id, now=NOW).agrees
    return {name: getattr(found, name) for name in FIGURES}


def contribution(session: Session, made: Made, number: int) -> Contribution:
    return session.scalars(
        select(Contribution).where(Contribution.consultation_id == made.id, Contribution.number == number)
    ).one()


@pytest.fixture
def claire(make: Factory) -> Actor:
    return make.person("Claire Unmistakable")


def test_what_they_wrote_stays_without_their_name_and_figures_do_not_move(
    make: Factory, claire: Actor, client: AuditedClient
) -> None:
    made = make.consultation()
    number = make.contribution(made, claire)
    make.comment(made, make.contribution(made), claire)
    make.support(made, 2, claire)
    before = figures(made)
    erase(claire)
    assert figures(made) == before
    for path in ("", "/1", "/2", ".csv", "?q=ateliers"):
        page = client.get(f"/en/consultations/{made.slug}/contributions{path}").text
        assert "Unmistakable" not in page
        assert "Deleted account" in page or "Compte supprimé" in page, path
    assert number == 1


def test_in_french_too(make: Factory, claire: Actor, client: AuditedClient) -> None:
    made = make.consultation()
    make.contribution(made, claire)
    erase(claire)
    assert "Compte supprimé" in client.get(f"/consultations/{made.slug}/contributions/1").text


def test_on_request_what_is_open_is_withdrawn_and_its_words_go(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    number = make.contribution(made, claire, title="Une halle unmistakable")
    with transaction(write=True) as session:
        text = prepare_contribution("Une halle changée", "Un texte différent pour la halle, plus long.")
        edit_contribution(
            session, actor=claire, consultation_id=made.id, number=number, question_number=1, text=text, now=NOW
        )
    make.support(made, number)
    other = make.contribution(made)
    make.comment(made, other, claire)
    make.comment(made, other, make.person(), parent=1)
    erase(claire, keep_texts=False)
    assert figures(made) == {"participants": 1, "contributions": 1, "supports": 0, "comments": 0}
    with transaction() as session:
        gone = contribution(session, made, number)
        assert gone.status is Status.WITHDRAWN
        assert (gone.title, gone.body, gone.body_html, gone.excerpt, gone.search_text) == (
            NO_TITLE,
            "",
            "",
            "",
            "",
        )
        assert session.scalars(select(Revision)).all() == []
        comment = session.scalars(select(Comment).where(Comment.author_id == claire.person_id)).one()
        assert (comment.status, comment.body, comment.body_html) == (Status.WITHDRAWN, "", "")


def test_a_closed_consultation_stays_as_it_is_whatever_they_ask(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    number = make.contribution(made, claire)
    before = figures(made)
    erase(claire, keep_texts=False, now=AFTER)
    assert figures(made) == before
    with transaction() as session:
        kept = contribution(session, made, number)
        assert (kept.status, kept.author_name) == (Status.PUBLISHED, "")
        assert kept.body


def test_what_was_withdrawn_before_loses_its_words(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    number = make.contribution(made, claire)
    with transaction(write=True) as session:
        withdraw_contribution(session, actor=claire, consultation_id=made.id, number=number, now=NOW)
    erase(claire)
    with transaction() as session:
        assert contribution(session, made, number).body == ""


def test_drafts_go(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    with transaction(write=True) as session:
        session.add(Draft(consultation_id=made.id, person_id=claire.person_id, title="Halle", updated_at=NOW))
    erase(claire)
    with transaction() as session:
        assert session.scalars(select(Draft)).all() == []


def test_nothing_is_published_under_a_name_that_was_just_erased(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    erase(claire)
    with pytest.raises(Refused, match="sign_in_first"), transaction(write=True) as session:
        publish_contribution(
            session,
            actor=claire,
            consultation_id=made.id,
            question_number=1,
            text=prepare_contribution("Trop tard", "Envoyé au moment même de l’effacement."),
            now=NOW,
        )
    assert figures(made)["contributions"] == 0


def test_they_stay_one_participant_and_come_back_as_another(make: Factory, claire: Actor) -> None:
    made = make.consultation()
    make.contribution(made, claire)
    erase(claire)
    make.support(made, 1, make.person("Claire Unmistakable"))
    assert figures(made)["participants"] == 2
