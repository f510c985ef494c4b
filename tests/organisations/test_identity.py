"""Saving what an organisation says of itself, and reading it back without its picture."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from consult.consultations import queries as consultations
from consult.core.access import VISITOR, Actor, Refused
from consult.core.db import transaction
from consult.core.errors import NotFound
from consult.core.events import install_handlers
from consult.organisations import queries, rules
from consult.organisations.commands import change_identity
from consult.organisations.events import IdentityChanged
from consult.organisations.logos import prepare_logo
from consult.organisations.models import Logo
from consult.organisations.queries import IdentityView, LogoView
from consult.organisations.values import LegalDetails, PreparedLogo, Role
from consult.wiring import HANDLERS
from tests.conftest import NOW
from tests.organisations.pictures import picture
from tests.support.factories import Factory
from tests.support.statements import recorded_statements

LEGAL = LegalDetails(
    legal_name="Commune de Val-des-Tilleuls",
    postal_address="1 place de la Halle\n30000 Val-des-Tilleuls",
    contact_email="mairie@example.org",
    publication_director="La maire",
    host="L’hébergeur, 2 rue du Câble",
    data_protection_contact="dpo@example.org",
)


def save(
    actor: Actor,
    organisation_id: int,
    *,
    name: str = "Val-des-Tilleuls",
    accent: str = "",
    legal: LegalDetails = LEGAL,
    logo: PreparedLogo | None = None,
    without_logo: bool = False,
    now: datetime = NOW,
) -> None:
    text = rules.prepare_identity(name=name, accent=accent, legal=legal)
    with transaction(write=True) as session:
        change_identity(
            session,
            actor=actor,
            organisation_id=organisation_id,
            text=text,
            logo=logo,
            without_logo=without_logo,
            now=now,
        )


def stored(organisation_id: int) -> IdentityView:
    with transaction() as session:
        return next(item for item in queries.list_identities(session) if item.id == organisation_id)


def test_what_a_manager_saves_is_what_is_read(make: Factory) -> None:
    organisation = make.organisation()
    logo = prepare_logo(picture())
    save(make.member(organisation), organisation, name="Les Tilleuls", accent="#7B1F5C", logo=logo)
    found = stored(organisation)
    assert (found.name, found.look.accent, found.legal) == ("Les Tilleuls", "#7b1f5c", LEGAL)
    assert found.look.logo == LogoView(logo.sha256[:16], 480, 160)
    with transaction() as session:
        assert queries.get_identity(session, found.slug) == found
        assert queries.get_logo(session, found.slug).content == logo.content


@pytest.mark.parametrize("role", ["visitor", "citizen", "moderator", "other_team"])
def test_nobody_else_changes_anything(make: Factory, role: str) -> None:
    organisation, other = make.organisation(), make.organisation("Elsewhere")
    actor = {
        "visitor": lambda: VISITOR,
        "citizen": make.person,
        "moderator": lambda: make.member(organisation, Role.MODERATOR),
        "other_team": lambda: make.member(other, Role.ADMINISTRATOR),
    }[role]()
    before = stored(organisation)
    with pytest.raises(Refused) as refusal:
        save(actor, organisation, name="Taken", accent="#000000", logo=prepare_logo(picture()))
    assert refusal.value.reason == "managers_only"
    assert stored(organisation) == before


def test_a_logo_stays_until_it_is_replaced_or_removed(make: Factory) -> None:
    organisation = make.organisation()
    manager = make.member(organisation)
    first, second = prepare_logo(picture()), prepare_logo(picture((300, 300), mode="RGB"))
    save(manager, organisation, logo=first)
    save(manager, organisation)
    assert stored(organisation).look.logo == LogoView(first.sha256[:16], first.width, first.height)
    save(manager, organisation, logo=second, without_logo=True)
    assert stored(organisation).look.logo == LogoView(second.sha256[:16], second.width, second.height)
    save(manager, organisation, without_logo=True)
    assert stored(organisation).look.logo is None
    with transaction() as session, pytest.raises(NotFound):
        queries.get_logo(session, stored(organisation).slug)


def test_an_organisation_that_does_not_exist_has_no_identity(make: Factory) -> None:
    administrator = make.administrator()
    with pytest.raises(NotFound):
        save(administrator, 99)
    with transaction() as session, pytest.raises(NotFound):
        queries.get_identity(session, "nowhere")


def test_a_change_is_announced(make: Factory) -> None:
    organisation, heard = make.organisation(), []
    manager = make.member(organisation)
    install_handlers({IdentityChanged: (lambda _session, event: heard.append(event),)})
    try:
        save(manager, organisation)
    finally:
        install_handlers(HANDLERS)
    assert heard == [IdentityChanged(organisation, manager.person_id, NOW)]


def test_the_picture_is_read_by_nobody_who_does_not_ask_for_it(make: Factory) -> None:
    made = make.consultation()
    save(make.member(made.organisation_id), made.organisation_id, logo=prepare_logo(picture()))
    with recorded_statements() as statements, transaction() as session:
        consultations.get_consultation(session, made.slug, actor=VISITOR, now=NOW)
        queries.list_identities(session)
        queries.list_organisations(session)
        logo = session.scalars(select(Logo)).one()
        with pytest.raises(InvalidRequestError):
            _ = logo.content
    assert [statement for statement in statements if "organisations_logo.content" in statement] == []


def test_a_page_with_a_logo_costs_no_statement_more(make: Factory) -> None:
    made = make.consultation()

    def read() -> int:
        with recorded_statements() as statements, transaction() as session:
            consultations.get_consultation(session, made.slug, actor=VISITOR, now=NOW)
        return len(statements)

    plain = read()
    save(make.member(made.organisation_id), made.organisation_id, accent="#036", logo=prepare_logo(picture()))
    assert read() == plain == 2


def test_the_notice_takes_from_the_organisation_only_where_there_is_one(make: Factory) -> None:
    organisation = make.organisation()
    save(make.member(organisation), organisation)
    operator = LegalDetails(host="Le service informatique")
    with transaction() as session:
        notice = queries.legal_notice(session, operator)
    assert notice.publisher.legal_name == "Commune de Val-des-Tilleuls"
    assert notice.publisher.host == "Le service informatique"
    assert notice.missing == ()
    make.organisation("Another")
    with transaction() as session:
        notice = queries.legal_notice(session, operator)
    assert notice.publisher == operator
    assert len(notice.missing) == 5


def test_now_is_passed_down(make: Factory) -> None:
    organisation = make.organisation()
    save(make.member(organisation), organisation, now=datetime(2026, 1, 1, tzinfo=UTC))
