"""Somebody acts everywhere, then erases their account: nothing of them is left in any byte that is kept."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from consult.accounts.models import BrowserSession, Person
from consult.app import create_app
from consult.core import clock, migrate
from consult.core.access import Actor
from consult.core.db import database_engine, transaction
from consult.core.installation import current_settings
from consult.core.logs import JsonFormatter
from consult.core.mail import Letter, queue_mail, send_due_mail
from consult.privacy import backups, restores, tasks
from consult.privacy.traces import scrub_files
from consult.proposals.commands import edit_contribution, withdraw_contribution
from consult.proposals.drafts import DraftOwner, DraftPart, save_draft
from consult.proposals.models import Contribution
from consult.proposals.rules import prepare_contribution
from consult.reports.models import Edition, EditionFile
from consult.reports.values import EditionState
from consult.settings import Settings
from tests.conftest import NOW
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made
from tests.support.postgresql import fresh_database

NAME, ADDRESS = "Zéphyrine Inoubliable", "zephyrine.inoubliable@example.org"
DRAFT, WITHDRAWN, KEPT = "brouillonunique", "retraitunique", "gardéunique"
GONE = ("Inoubliable", "inoubliable@example", DRAFT, WITHDRAWN)


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Everything that is logged meanwhile, at the most talkative level."""
    written, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_byte_of_an_erased_person_is_left(
    make: Factory,
    client: AuditedClient,
    lines: StringIO,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    made = make.consultation()
    claire, tokens = _sign_up(client)
    _act(make, made, claire)
    _ask_for_another_link(client.application)
    settings = current_settings()
    before = tmp_path / "before.zip"
    _backup(before)
    found = {needle for needle in (*GONE, KEPT) if _holds(_database_bytes(), needle)}
    assert found == {*GONE, KEPT}, "the search finds what is there"

    assert client.send("/account/erase", {"address": ADDRESS}).status_code == 303
    tasks.finish_erasures()
    _nothing_left(_database_bytes(), tokens, "the database")
    _nothing_left(_folder_bytes(settings.instance_path), tokens, "the instance folder")
    _nothing_left(lines.getvalue().encode(), tokens, "the logs")
    assert _holds(_database_bytes(), KEPT), "what they published stays"
    assert client.get(f"/consultations/{made.slug}/contributions/1").status_code == 200

    after = tmp_path / "after.zip"
    _backup(after)
    with ZipFile(after) as file:
        _nothing_left(b"".join(file.read(name) for name in file.namelist()), tokens, "a backup made afterwards")
    restored = _restore(before, tmp_path / "restored", request)
    _nothing_left(restored, tokens, "an older backup, restored")
    assert _holds(restored, KEPT)


def _sign_up(client: AuditedClient) -> tuple[Actor, list[str]]:
    """A first sign-in by the link of the mail, through the pages; and the secrets that went with it."""
    client.send("/sign-in", {"email": ADDRESS})
    send_due_mail()
    mailbox = current_settings().instance_path / "mailbox" / "new"
    (mail,) = [path.read_text() for path in mailbox.glob("*") if ADDRESS in path.read_text()]
    token = _link_of(mail)
    client.send(f"/sign-in/link/{token}", {})
    client.send("/sign-in/welcome", {"display_name": NAME, "consent": "y"})
    cookie = client.get_cookie("consult")
    assert cookie is not None
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.email == ADDRESS)).one()
        return Actor(person_id=person.id, display_name=person.display_name), [token, cookie.value]


def _link_of(mail: str) -> str:
    from email import message_from_string, policy  # noqa: PLC0415

    text = message_from_string(mail, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return text.split("/sign-in/link/", 1)[1].split()[0]


def _act(make: Factory, made: Made, claire: Actor) -> None:
    """Contributions kept, edited and withdrawn; a comment, a support, a draft, a mail that waits, an edition."""
    kept = make.contribution(made, claire, title=f"Une halle {KEPT}")
    gone = make.contribution(
        made, claire, title=f"Un {WITHDRAWN} premier", body=f"Le {WITHDRAWN} de départ, long."
    )
    other = make.contribution(made)
    make.comment(made, other, claire)
    make.support(made, other, claire)
    with transaction(write=True) as session:
        text = prepare_contribution(f"Un {WITHDRAWN} changé", f"Le {WITHDRAWN} d’après, encore plus long.")
        edit_contribution(
            session, actor=claire, consultation_id=made.id, number=gone, question_number=1, text=text, now=NOW
        )
        withdraw_contribution(session, actor=claire, consultation_id=made.id, number=gone, now=NOW)
        save_draft(
            session,
            consultation_id=made.id,
            owner=DraftOwner(claire.person_id, None),
            part=DraftPart(title=DRAFT, body=f"Un {DRAFT} de {NAME}"),
            now=NOW,
        )
        queue_mail(session, Letter(ADDRESS, f"Bonjour {NAME}", NAME, NAME, "fr"), now=clock.real_now())
        edition = Edition(
            consultation_id=made.id, language="fr", data_version=1, state=EditionState.READY, requested_at=NOW
        )
        session.add(edition)
        session.flush()
        session.add(EditionFile(edition_id=edition.id, content=b"%PDF without a name, as they are compressed"))
        assert session.scalars(select(Contribution).where(Contribution.number == kept)).one().author_name == NAME


def _ask_for_another_link(app: Flask) -> None:
    """From a browser that never signs in: it remembers where it asked to be written to."""
    AuditedClient(app).send("/sign-in", {"email": ADDRESS})
    with transaction() as session:
        held = session.scalars(select(BrowserSession.data).where(BrowserSession.person_id.is_(None))).all()
    assert any(ADDRESS in json.dumps(data) for data in held)


def _backup(file: Path) -> None:
    backups.make_backup(
        database_engine().url.render_as_string(hide_password=False),
        file,
        version="0",
        revision=migrate.current(database_engine()),
        made_at=clock.real_now(),
    )


def _restore(file: Path, folder: Path, request: pytest.FixtureRequest) -> bytes:
    """What the database of another installation holds that was restored from a file, with the same list."""
    settings = current_settings()
    folder.mkdir()
    url = f"sqlite:///{folder / 'consult.sqlite'}"
    if database_engine().dialect.name == "postgresql":
        url = fresh_database(request.getfixturevalue("postgresql"))

    def prepare(address: str) -> int:
        other = create_app(Settings(database_url=address, instance_path=folder, secret_key="for tests only"))
        with other.app_context():
            with transaction(write=True) as session:
                restores.end_what_was_under_way(session)
                done = restores.erase_listed(session, settings.resolved_erasure_list)
            assert scrub_files()
            database_engine().dispose()
        return done

    assert restores.restore(url, file, prepare=prepare).erased_again == 1
    return _bytes_of(url)


def _database_bytes() -> bytes:
    return _bytes_of(database_engine().url.render_as_string(hide_password=False))


def _bytes_of(url: str) -> bytes:
    """The files of a SQLite database with its journals; of PostgreSQL everything that can be read, as a dump."""
    if url.startswith("sqlite"):
        path = backups.sqlite_path(url)
        return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    address = url.replace("postgresql+psycopg", "postgresql", 1)
    return subprocess.run(["pg_dump", address], capture_output=True, check=True, env=dict(os.environ)).stdout


def _folder_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _holds(content: bytes, needle: str) -> bool:
    escaped = json.dumps(needle)[1:-1].encode()
    folded = content.lower()
    return any(spelling.lower() in folded for spelling in (needle.encode(), escaped, needle.encode("utf-16-le")))


def _nothing_left(content: bytes, tokens: list[str], where: str) -> None:
    left = [needle for needle in (*GONE, *tokens) if _holds(content, needle)]
    assert left == [], f"{where} still holds {left}"
