"""A small world in which every address of the site leads somewhere, for the tests of who may do what.

It is built once and put back after each act, by SQLite's own copy of a database: so hundreds of acts can be tried.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pysqlite3
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from consult.accounts.models import BrowserSession, Person
from consult.accounts.values import CONSENT_VERSION
from consult.app import create_app
from consult.core import clock, migrate
from consult.core.access import Actor
from consult.core.db import Base, database_engine, db, transaction
from consult.moderation.commands import hide_comment, hide_contribution
from consult.moderation.models import ModerationDecision
from consult.moderation.values import Reason
from consult.organisations.models import Invitation, Organisation
from consult.organisations.values import Role
from consult.proposals.commands import edit_contribution
from consult.proposals.rules import prepare_contribution
from consult.settings import Settings
from tests.organisations.inviting import invite
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
VISITOR, CITIZEN = "visitor", "citizen"
MODERATOR, MANAGER, ADMINISTRATOR = "moderator", "manager", "administrator"
PLATFORM, STRANGER = "platform", "another team"
WHO = (VISITOR, CITIZEN, MODERATOR, MANAGER, ADMINISTRATOR, PLATFORM, STRANGER)
OPEN, OWN, HIDDEN, DRAFT, CLOSED, NONE = "open", "own", "hidden", "draft", "closed", "-"
# What only those who may see it find in an answer.
DRAFT_WORD, HIDDEN_WORD = "Brouillonsecret", "Contributioncachee"


_RANDOM = re.compile(r"[0-9a-f]{32,}")


class QuickClient(AuditedClient):
    """The suite's client without the audit of pages, which other tests do."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Fetch, in a context of its own."""
        with self.application.app_context():
            return FlaskClient.open(self, *arguments, **options)


@dataclass
class World:
    """The application, who is in it, and what stands in the place of each variable of an address."""

    app: Flask
    file: Path
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    other_organisation: int = 0
    copy: Any = None

    def address(self, rule: Rule, kind: str) -> str:
        """The address of a rule for one kind of object."""
        scope = (
            "organisations"
            if rule.rule.startswith(("/organisations/<slug>", "/manage/organisations/<slug>"))
            else kind
        )
        known = {**self.values[NONE], **self.values[scope]}
        missing = rule.arguments - known.keys()
        assert not missing, f"{rule.rule}: give {sorted(missing)} a value in tests/contract/world.py"
        built = self.app.url_map.bind("localhost").build(
            rule.endpoint, {name: known[name] for name in rule.arguments}
        )
        return str(built)

    def ask(self, who: str, method: str, path: str, form: Mapping[str, Any] | None = None) -> TestResponse:
        """Fetch, or send a form with the token that it needs; `restore` puts back what that changed."""
        client = QuickClient(self.app)
        if who in self.cookies:
            client.set_cookie("consult", self.cookies[who])
        if method == "GET":
            return client.get(path, buffered=True)
        sent = {"csrf_token": self.tokens[who], **(form or {})}
        fields = {
            name: (io.BytesIO(value), "file.bin") if isinstance(value, bytes) else value
            for name, value in sent.items()
        }
        return client.post(path, data=fields, buffered=True)

    def restore(self) -> None:
        """Put every row back to where it was when the world was built."""
        with closing(pysqlite3.connect(str(self.file))) as connection:
            self.copy.backup(connection)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, secrets and times of the clock left out: they are never twice the same."""
        with transaction() as session:
            found = {}
            for table in Base.metadata.sorted_tables:
                columns = [column for column in table.columns if not _fleeting(table.name, column.name)]
                if not columns:  # counts of what was tried: all of it fleeting
                    continue
                found[table.name] = sorted((_lasting(row) for row in session.execute(select(*columns))), key=repr)
            return found


def _lasting(row: Iterable[Any]) -> tuple[Any, ...]:
    """The values of a row without what is drawn by lot inside them, such as commitments of the journal."""
    return tuple(_RANDOM.sub("…", value) if isinstance(value, str) else value for value in row)


def _fleeting(table: str, column: str) -> bool:
    if table == "core_outgoing_mail" and column in {"text", "html"}:
        return True
    return column in {"data", "at"} or column.endswith(("_at", "hash", "token", "not_before", "salt", "secret"))


@contextmanager
def built_world(folder: Path, database_url: str = "") -> Iterator[World]:
    """Build it in a folder of its own, or in the database of an address, where nothing can be put back."""
    app = create_app(
        Settings(
            database_url=database_url,
            instance_path=folder,
            secret_key="for tests only",
            base_url="http://localhost",
            limits=0,  # every address is tried by everybody at once
            form_seconds=0,
            proof_of_work="off",
        )
    )
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with app.app_context(), clock.frozen_at(NOW):
        migrate.upgrade(db.engine)
        world = World(app, Path(str(database_engine().url.database)))
        _people_it(world)
        try:
            if not database_url:
                world.copy = pysqlite3.connect(":memory:")
                with closing(pysqlite3.connect(str(world.file))) as connection:
                    connection.backup(world.copy)
            yield world
        finally:
            if world.copy is not None:
                world.copy.close()
            db.session.remove()
            db.engine.dispose()


def _people_it(world: World) -> None:
    make = Factory(NOW)
    ours, theirs = make.organisation("Val-des-Tilleuls"), make.organisation("Les Ormes")
    citizen, author = make.person("Claire"), make.person("Noé")
    team = {role.value: make.member(ours, role) for role in Role}
    world.people = {CITIZEN: citizen, **team, PLATFORM: make.administrator(), STRANGER: make.member(theirs)}
    world.other_organisation = theirs
    here = make.consultation(slug="open", organisation_id=ours)
    draft = make.consultation(slug="draft", organisation_id=ours, published=False, title=f"Un {DRAFT_WORD} à lire")
    closed = make.consultation(
        slug="over", organisation_id=ours, opens_on=date(2026, 1, 1), closes_on=date(2026, 1, 31)
    )
    earlier = Factory(datetime(2026, 1, 10, 11, 0, tzinfo=UTC))
    earlier.contribution(closed, author)
    earlier.comment(closed, 1, citizen)
    others, own = make.contribution(here, author), make.contribution(here, citizen, title="Des bancs à l’ombre")
    hidden = make.contribution(here, author, title=f"Une {HIDDEN_WORD} à la halle")
    make.support(here, own, author)
    with transaction(write=True) as session:  # after a support: the earlier text stays readable
        edit_contribution(
            session,
            actor=citizen,
            consultation_id=here.id,
            number=own,
            question_number=1,
            text=prepare_contribution("Des bancs à l’ombre", "Des bancs, à l’ombre des tilleuls."),
            now=NOW,
        )
    theirs_said, own_said = make.comment(here, others, author), make.comment(here, others, citizen)
    hidden_said = make.comment(here, others, author, body=f"Un mot de plus, {HIDDEN_WORD}.")
    moderate = {"consultation_id": here.id, "reason": Reason.PERSONAL_DATA, "words": "", "now": NOW}
    with transaction(write=True) as session:
        hide_contribution(session, actor=team[MODERATOR], number=hidden, **moderate)
        hide_comment(session, actor=team[MODERATOR], number=hidden_said, **moderate)
    told = make.comment(here, others, citizen, body="Un mot que l’équipe n’a pas laissé.")
    with transaction(write=True) as session:
        hide_comment(session, actor=team[MODERATOR], number=told, **moderate)
        decision_id = session.scalars(select(func.max(ModerationDecision.id))).one()
    token = invite(team[ADMINISTRATOR], ours, "claire@elsewhere.example")
    with transaction() as session:
        address = session.scalars(select(Person.email).where(Person.id == citizen.person_id)).one()
    invite(team[ADMINISTRATOR], ours, str(address))
    with transaction() as session:
        slug = session.scalars(select(Organisation.slug).where(Organisation.id == ours)).one()
        invitations = session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
    number = {"slug": "open", "number": others, "comment_number": theirs_said}
    world.values = {
        NONE: {
            "token": token,
            "decision_id": decision_id,
            "invitation_id": invitations[1],
            "key": "nothing",
            "version": CONSENT_VERSION,
            "part": 1,
            "person_id": team[MANAGER].person_id,
        },
        "organisations": {"slug": slug},
        OPEN: number,
        OWN: {**number, "number": own, "comment_number": own_said},
        HIDDEN: {**number, "number": hidden, "comment_number": hidden_said},
        DRAFT: {**number, "slug": draft.slug},
        CLOSED: {**number, "slug": closed.slug, "number": 1, "comment_number": 1},
    }
    QuickClient(world.app).sign_in(citizen)  # on a telephone
    with transaction() as session:
        world.values[NONE]["browser"] = session.scalars(
            select(BrowserSession.id).where(BrowserSession.person_id == citizen.person_id)
        ).one()
    for who in WHO:
        client = QuickClient(world.app)
        if who != VISITOR:
            client.sign_in(world.people[who])
        world.tokens[who] = csrf_token(client.get("/sign-in" if who == VISITOR else "/account").text)
        cookie = client.get_cookie("consult")
        assert cookie is not None
        world.cookies[who] = cookie.value
    _begin_a_contribution(world)


def _begin_a_contribution(world: World) -> None:
    """The citizen has written a draft that only waits to be sent."""
    steps = (
        ("/consultations/open/contributions/new", {"question": "1", "title": "Un marché le soir"}),
        (
            "/consultations/open/contributions/new/text",
            {"body": "Le marché ouvrirait le jeudi soir, de 17 h à 20 h."},
        ),
    )
    for path, form in steps:
        assert world.ask(CITIZEN, "POST", path, form).status_code == 303, path
