"""Data packages: what the public one shows, and that a complete one comes back."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from consult.accounts.events import PersonErased
from consult.consultations.models import Consultation
from consult.consultations.queries import consultation_id
from consult.core.db import transaction
from consult.core.events import emit
from consult.exchange.tasks import import_packages
from consult.ledger.models import PersonKey
from consult.ledger.tasks import check_journal
from consult.ledger.verifier.verify import check_package
from consult.reports.packages.archive import package_zip
from consult.reports.packages.tables import manifest_text
from consult.reports.queries.package import manifest
from consult.reports.queries.snapshot import hold_snapshot
from consult.reports.tasks import find_drift
from tests.conftest import NOW, _empty
from tests.ledger.walk import Walk, shown
from tests.support.clients import AuditedClient
from tests.support.factories import Factory


@pytest.fixture
def walk(make: Factory) -> Walk:
    return Walk(make, make.consultation())


def exported(walk: Walk, path: Path, *, complete: bool) -> Path:
    """A package in a file."""
    with transaction() as session:
        hold_snapshot(session)
        path.write_bytes(b"".join(package_zip(session, walk.consultation.id, complete=complete, now=NOW)))
    return path


def test_the_public_package_is_at_its_address_and_agrees(
    walk: Walk, client: AuditedClient, tmp_path: Path
) -> None:
    people = walk.everything()
    hidden = walk.make.contribution(
        walk.consultation, title="Un titre qui sera masqué", body="Un texte à masquer, long."
    )
    walk.hide(hidden)
    answer = client.get(f"/consultations/{walk.consultation.slug}/data.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="{walk.consultation.slug}-2026-03-10.zip"'
    )
    content = answer.get_data()
    (tmp_path / "data.zip").write_bytes(content)
    check_package(tmp_path / "data.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert files.keys() == {
        *("README.md", "LICENCE.txt", "verify.py", "statistics.json", "ledger.jsonl", "consultation.toml"),
        *("introduction.md", "about.md", "contributions.csv", "comments.csv", "visits.csv", "text_salts.csv"),
        "supports_by_week.csv",
    }
    assert "masqu" not in "".join(files.values()).replace("masquée", "")
    assert "2,,,,," in files["contributions.csv"], "a withdrawn contribution keeps its number"
    with transaction() as session:
        keys = session.scalars(select(PersonKey.key)).all()
    assert len(keys) == len(people) + 1
    assert not any(key in "".join(files.values()) for key in keys)
    assert "sensitive" not in files["README.md"]
    page = client.get(f"/consultations/{walk.consultation.slug}/statistics.json").get_json()
    assert json.loads(files["statistics.json"]) == page


def test_a_draft_has_no_package(make: Factory, client: AuditedClient) -> None:
    made = make.consultation(published=False)
    assert client.get(f"/consultations/{made.slug}/data.zip").status_code == 404


def test_a_complete_package_comes_back_with_its_figures_and_its_people(walk: Walk, tmp_path: Path) -> None:
    walk.everything()
    walk.seal()
    walk.hide(walk.make.contribution(walk.consultation, body="Un texte que l’équipe masque, puis archive."))
    figures = shown(walk.consultation)
    package = exported(walk, tmp_path / "complete.zip", complete=True)
    lines = check_package(package)
    assert any("nobody counts twice" in line for line in lines)
    _empty()
    (imported,) = import_packages([package], organisation=None, demonstration=False, now=NOW)
    assert (imported.contributions, imported.comments, imported.supports) == (3, 3, 2)
    found = check_journal(imported.slug, now=NOW)
    assert found.agrees, found.problem
    assert {name: found.journal[name] for name in figures} == figures
    assert (found.journal["visitors"], found.unsealed) == (0, 3), (
        "the day is not over at the instant of the import"
    )
    assert find_drift(imported.slug, now=NOW).agrees
    again = exported(Walk(Factory(NOW), walk.consultation), tmp_path / "again.zip", complete=True)
    with zipfile.ZipFile(package) as first, zipfile.ZipFile(again) as second:
        for name in ("contributions.csv", "comments.csv", "supports.csv", "visits.csv", "introduction.md"):
            rows = [sorted(archive.read(name).decode().splitlines()) for archive in (first, second)]
            assert rows[0] == rows[1], name


def test_an_erased_person_stays_one_participant_and_the_journal_verifies(walk: Walk, tmp_path: Path) -> None:
    people = walk.everything()
    figures = shown(walk.consultation)
    with transaction(write=True) as session:
        emit(session, PersonErased(people["Anne"].person_id or 0, keep_texts=True, at=NOW))
    assert shown(walk.consultation) == figures
    assert walk.check().agrees
    assert "Anne" not in zip_text(exported(walk, tmp_path / "public.zip", complete=False))
    check_package(tmp_path / "public.zip")
    with transaction(write=True) as session:
        emit(session, PersonErased(people["Driss"].person_id or 0, keep_texts=False, at=NOW))
    found = walk.check()
    assert found.agrees, found.problem
    check_package(exported(walk, tmp_path / "complete.zip", complete=True))
    assert not any(name in zip_text(tmp_path / "complete.zip") for name in ("Anne", "Driss"))


def test_what_an_author_had_erased_is_left_out_with_all_that_stood_under_it(walk: Walk, tmp_path: Path) -> None:
    people = walk.everything()
    kept = walk.make.contribution(walk.consultation, people["Driss"])
    walk.make.support(walk.consultation, kept, people["Chloé"])
    with transaction(write=True) as session:
        emit(session, PersonErased(people["Anne"].person_id or 0, keep_texts=False, at=NOW))
    figures = shown(walk.consultation)
    check_package(exported(walk, tmp_path / "public.zip", complete=False))
    package = exported(walk, tmp_path / "complete.zip", complete=True)
    check_package(package)
    _empty()
    (imported,) = import_packages([package], organisation=None, demonstration=False, now=NOW)
    assert (imported.contributions, imported.comments, imported.supports) == (2, 1, 2)
    assert check_journal(imported.slug, now=NOW).agrees
    with transaction() as session:
        again = replace(walk.consultation, id=consultation_id(session, imported.slug))
    assert shown(again) == figures


def test_what_waits_for_the_team_is_in_no_package(walk: Walk, tmp_path: Path) -> None:
    number = walk.make.contribution(walk.consultation)
    with transaction(write=True) as session:
        session.execute(update(Consultation).values(hold_first_posts=True))
    walk.make.contribution(walk.consultation, title="Un premier titre", body="Un texte qui attend l’équipe.")
    walk.make.comment(walk.consultation, number)
    assert {entry.kind for entry in walk.entries()} >= {"contribution.held", "comment.held"}
    for complete in (False, True):
        check_package(exported(walk, tmp_path / "package.zip", complete=complete))
        assert "attend l’équipe" not in zip_text(tmp_path / "package.zip")


@pytest.mark.parametrize("complete", [False, True])
def test_nobody_is_quoted_on_a_consent_that_was_not_recorded(walk: Walk, complete: bool) -> None:
    with transaction() as session:
        found = manifest(session, walk.consultation.id)
    voices = (("Anne", "", "", "Je suis pour.", "by mail"), ("Bilal", "", "", "Je suis contre.", ""))
    text = "".join(manifest_text(replace(found, testimonies=voices), complete=complete))
    assert ("Je suis pour." in text, "Je suis contre." in text) == (True, False)
    assert text.count("consent") == 1


def zip_text(path: Path) -> str:
    """Everything that a package says."""
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
