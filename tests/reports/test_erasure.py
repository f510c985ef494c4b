"""Editions that name somebody whose account was erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from consult.accounts.erasure import erase_person
from consult.core.access import Actor
from consult.core.clock import real_now
from consult.core.db import transaction
from consult.reports.commands import Rendered, claim_edition, request_edition, store_edition
from consult.reports.models import Edition, EditionFile
from consult.reports.values import EditionState
from tests.conftest import NOW
from tests.support.factories import Factory, Made


def erase(actor: Actor) -> None:
    assert actor.person_id
    with transaction(write=True) as session:
        erase_person(session, person_id=actor.person_id, keep_texts=True, now=NOW)


def render(content: bytes, *, language: str = "fr", made: Made | None = None) -> None:
    with transaction(write=True) as session:
        if made is not None:
            request_edition(session, made.id, language, NOW)
        claim = claim_edition(session, real_now=real_now())
        assert claim is not None
        version = session.scalar(select(Edition.data_version).where(Edition.id == claim.edition_id)) or 0
        rendered = Rendered(content=content, pages=1, data_version=version, as_of=NOW, is_final=False)
        assert store_edition(session, claim, rendered)


def kept() -> list[bytes]:
    with transaction() as session:
        return list(session.scalars(select(EditionFile.content).order_by(EditionFile.edition_id)))


def publish(at: datetime = NOW) -> None:
    with transaction(write=True) as session:
        session.execute(update(Edition).values(published_at=at))


def test_an_edition_is_rendered_again_and_those_that_name_them_go(make: Factory) -> None:
    made, claire = make.consultation(), make.person("Claire")
    make.contribution(made, claire)
    render(b"Claire 1", made=made)
    make.contribution(made)
    render(b"Claire 2", made=made)
    erase(claire)
    assert kept() == [b"Claire 1", b"Claire 2"], "one is served until the next is there"
    render(b"deleted account")
    assert kept() == [b"deleted account"]


def test_one_that_was_being_rendered_goes_with_the_next(make: Factory) -> None:
    made, claire = make.consultation(), make.person("Claire")
    make.contribution(made, claire)
    render(b"Claire 1", made=made)
    make.contribution(made)
    with transaction(write=True) as session:
        request_edition(session, made.id, "fr", NOW)
        claim = claim_edition(session, real_now=real_now())
    assert claim
    erase(claire)
    with transaction(write=True) as session:
        rendered = Rendered(content=b"Claire 2", pages=1, data_version=2, as_of=NOW, is_final=False)
        assert store_edition(session, claim, rendered)
    render(b"deleted account")
    assert kept() == [b"deleted account"]


def test_a_published_edition_stays_as_it_was_handed_over(make: Factory) -> None:
    made, claire = make.consultation(), make.person("Claire")
    make.contribution(made, claire)
    render(b"published", made=made)
    publish()
    make.contribution(made)
    render(b"interim", made=made)
    erase(claire)
    assert kept() == [b"published"]
    with transaction() as session:
        assert session.scalars(select(Edition).where(Edition.state == EditionState.REQUESTED)).all() == []


def test_editions_of_other_consultations_stay(make: Factory) -> None:
    made, claire = make.consultation(), make.person("Claire")
    make.contribution(made)
    render(b"nobody of that name", made=made)
    make.contribution(make.consultation(), claire)
    erase(claire)
    with transaction() as session:
        assert not any(session.scalars(select(Edition.is_obsolete)))
