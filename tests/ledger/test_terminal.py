"""`consult journal`, `export`, `verify` and `anchor`, as an operator types them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from consult.consultations.models import Tally
from consult.core.db import transaction
from consult.core.errors import OperatorError
from consult.core.mail import OutgoingMail
from tests.ledger.walk import Walk
from tests.support.factories import Factory
from tests.test_cli_reports import consult


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """The command line sends logs to its own standard error; give them back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def walk(make: Factory) -> Walk:
    walk = Walk(make, make.consultation())
    walk.everything()
    return walk


def test_a_journal_is_checked_and_drift_is_told_by_the_status(app: Flask, walk: Walk) -> None:
    slug = walk.consultation.slug
    agreed = consult(app, "journal", "check", slug)
    assert agreed.exit_code == 0, agreed.output
    assert agreed.stdout.splitlines()[0].startswith(f"{slug}: 19 entries, head ")
    assert agreed.stdout.splitlines()[-1] == "The journal agrees."
    with transaction(write=True) as session:
        session.execute(update(Tally).values(participants=9))
    told = consult(app, "journal", "check", "--all")
    assert told.exit_code == 1
    assert "The journal does not agree: the sums differ from the figures: participants." in told.stdout
    assert isinstance(consult(app, "journal", "check", "nowhere").exception, OperatorError)
    assert isinstance(consult(app, "journal", "check").exception, OperatorError)


@pytest.mark.parametrize("kind", ["--public", "--complete"])
def test_a_package_is_written_and_verified_against_an_anchor(
    app: Flask, walk: Walk, tmp_path: Path, kind: str
) -> None:
    package, anchor = tmp_path / "package.zip", tmp_path / "anchor.txt"
    slug = walk.consultation.slug
    kept = consult(app, "anchor", slug, "--file", str(anchor), "--git")
    assert kept.exit_code == 0, kept.output
    assert kept.stdout.splitlines()[:2] == ["Anchor 1 consultation journal", ""]
    assert anchor.read_text().startswith(f"consult-ledger {slug} 19 ")
    walk.make.contribution(walk.consultation)
    leftover = tmp_path / ".package.zip.part"  # of an export that was cut off; anybody may read it
    leftover.touch()
    leftover.chmod(0o666)
    written = consult(app, "export", slug, "-o", str(package), kind)
    assert written.exit_code == 0, written.output
    assert ("sensitive" in written.stdout) is (kind == "--complete")
    assert package.stat().st_mode & 0o077 == (0 if kind == "--complete" else 0o044)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    verified = consult(app, "verify", str(package), "--anchor", str(anchor))
    assert verified.exit_code == 0, verified.output
    anchor.write_text(anchor.read_text().replace(" 19 ", " 20 "))
    assert consult(app, "verify", str(package), "--anchor", str(anchor)).exit_code == 1


def test_a_head_is_mailed_to_whoever_keeps_it(app: Flask, walk: Walk) -> None:
    sent = consult(app, "anchor", "--all", "--mail", "greffe@example.org")
    assert sent.exit_code == 0, sent.output
    with transaction() as session:
        mail = session.execute(select(OutgoingMail.recipient, OutgoingMail.text, OutgoingMail.html)).one()
    assert mail.recipient == "greffe@example.org"
    line = sent.stdout.splitlines()[-1]
    assert line in (mail.text or "")
    assert line in (mail.html or "")


def test_a_draft_has_nothing_to_export_or_to_anchor(app: Flask, make: Factory, tmp_path: Path) -> None:
    made = make.consultation(published=False)
    refused = consult(app, "export", made.slug, "-o", str(tmp_path / "draft.zip"))
    assert isinstance(refused.exception, OperatorError)
    assert isinstance(consult(app, "anchor", made.slug).exception, OperatorError)
    assert list(tmp_path.iterdir()) == []
