"""The demonstration's team and its syntheses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from consult.accounts.models import Person, SignInChallenge
from consult.accounts.rules import hash_token
from consult.consultations.models import Consultation
from consult.core.clock import real_now
from consult.core.db import transaction
from consult.exchange.demonstration import TEAM_EMAIL, open_team, render_syntheses
from consult.exchange.tasks import import_packages
from consult.organisations.models import Membership
from consult.organisations.values import Role
from consult.reports.models import Edition, EditionFile
from consult.reports.values import EditionState
from tests.conftest import NOW
from tests.exchange.packages import edited, write_package
from tests.support.factories import Factory


def load(tmp_path: Path, *, demonstration: bool = True) -> None:
    one = write_package(tmp_path / "one")
    two = edited("consultation.toml", '"halle"', '"autre"') | {"contributions.csv": None, "comments.csv": None}
    two |= {"supports.csv": None}
    import_packages(
        [one, write_package(tmp_path / "two", two)], organisation=None, demonstration=demonstration, now=NOW
    )


def sign_in() -> str | None:
    return open_team(team_path="/manage", demonstration=True, now=NOW, real_now=real_now())


def test_the_team_manages_the_demonstration_and_nothing_else(make: Factory, tmp_path: Path) -> None:
    make.consultation()
    load(tmp_path)
    first, second = sign_in(), sign_in()
    assert first
    assert second
    assert first != second
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.email == TEAM_EMAIL)).one()
        assert not person.is_administrator
        organisations = set(
            session.scalars(select(Consultation.organisation_id).where(Consultation.is_demonstration))
        )
        places = {(row.organisation_id, row.role) for row in session.scalars(select(Membership))}
        assert places == {(organisation_id, Role.ADMINISTRATOR) for organisation_id in organisations}
        challenge = session.scalars(
            select(SignInChallenge).where(SignInChallenge.link_hash == hash_token(second))
        ).one()
        assert (challenge.email, challenge.next_path) == (TEAM_EMAIL, "/manage")
        assert challenge.expires_at > real_now() + timedelta(hours=23)


def test_without_a_demonstration_nobody_gets_an_account(app: Flask, tmp_path: Path) -> None:
    load(tmp_path, demonstration=False)
    assert sign_in() is None
    with transaction() as session:
        assert session.scalars(select(Person).where(Person.email.is_not(None))).all() == []


@pytest.mark.slow
def test_every_synthesis_is_there_beforehand(app: Flask, tmp_path: Path) -> None:
    load(tmp_path)
    for _ in range(2):
        render_syntheses(now=NOW)
        with transaction() as session:
            editions = session.execute(
                select(Consultation.slug, Edition.language, Edition.state, EditionFile.content)
                .join(Consultation, Consultation.id == Edition.consultation_id)
                .join(EditionFile, EditionFile.edition_id == Edition.id)
                .order_by(Consultation.slug)
            ).all()
        assert [(row.slug, row.language, row.state) for row in editions] == [
            ("autre", "fr", EditionState.READY),
            ("halle", "fr", EditionState.READY),
        ]
        assert all(row.content.startswith(b"%PDF-") for row in editions)
