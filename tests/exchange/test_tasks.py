"""A package from the file to the rows and the figures, on both engines; and nothing of it when it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Person
from consult.audience.models import AudienceDay
from consult.consultations.models import Consultation, Question
from consult.consultations.queries import figures, figures_at, get_consultation, list_testimonies
from consult.consultations.values import State
from consult.core.access import VISITOR
from consult.core.db import Base, transaction
from consult.core.errors import OperatorError
from consult.exchange import tasks
from consult.exchange.errors import PackageRefused
from consult.exchange.tasks import import_packages
from consult.exchange.values import Destination, Imported
from consult.organisations.models import Organisation
from consult.proposals.models import Comment, Contribution, Participation, Support
from consult.proposals.queries import ListFilter, list_contributions
from consult.proposals.values import Channel, Stance, Status
from consult.reports.queries.recount import recount
from tests.conftest import NOW
from tests.exchange.packages import CONTRIBUTIONS, edited, write_package, zip_package
from tests.support.factories import Factory

THEN = datetime(2019, 8, 29, 10, tzinfo=UTC)


def load(*paths: Path, **options: Any) -> list[Imported]:
    values: dict[str, Any] = {"organisation": None, "demonstration": False, "now": NOW, **options}
    return import_packages(paths, **values)


@pytest.fixture
def imported(app: Flask, tmp_path: Path) -> Imported:
    return load(write_package(tmp_path / "package"))[0]


@pytest.fixture
def read(app: Flask) -> Iterator[Session]:
    with transaction() as session:
        yield session


def stored_rows() -> dict[str, int]:
    with transaction() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def test_the_consultation_says_what_the_package_says(imported: Imported, read: Session) -> None:
    view = get_consultation(read, "halle", actor=VISITOR, now=THEN)
    assert (view.title, view.language, view.state) == ("Quelle place pour la halle ?", "fr", State.OPEN)
    assert (view.opens_on, view.closes_on) == (date(2018, 2, 23), date(2019, 8, 31))
    assert (view.organisation_slug, view.organisation_name) == ("val", "Val-des-Tilleuls")
    assert view.time_zone == "Europe/Paris"
    assert view.introduction_html == "<p>La halle a <strong>cent ans</strong>.</p>"
    assert "<h2>Extrait</h2>" in view.about_html
    assert (view.decides, view.decided_when) == ("Le conseil municipal.", "En octobre.")
    assert view.not_negotiable == "La halle reste en place."
    assert [(item.number, item.text) for item in view.questions] == [
        (1, "Que faut-il garder ?"),
        (2, "Que faut-il changer ?"),
    ]
    assert (view.outcome, view.outcome_on) == ("2 idées retenues", date(2019, 10, 1))
    assert not view.is_demonstration
    testimonies = list_testimonies(read, view.id)
    assert [(item.name, item.role, item.consent) for item in testimonies] == [
        ("Nadège Courtiaud", "Directrice", "Accord écrit du 2 mars."),
        ("Lucien Hartevel", "", ""),
    ]


def test_the_figures_are_those_of_the_definitions(imported: Imported, read: Session) -> None:
    consultation_id = read.scalars(select(Consultation.id)).one()
    now = figures(read, consultation_id, THEN)
    # Zoé, b, d, e, h, j: the paper without a key is nobody, what is withdrawn or hidden makes no participant.
    assert (now.participants, now.contributions, now.supports, now.comments) == (6, 5, 3, 3)
    assert (now.visitors, now.days, now.days_total) == (745, 553, 555)
    assert recount(read, consultation_id, now=THEN).agrees


def test_the_days_are_civil_days_of_the_organisation(imported: Imported, read: Session) -> None:
    consultation_id = read.scalars(select(Consultation.id)).one()

    def at(day: date) -> tuple[int, int, int, int]:
        known = figures_at(read, consultation_id, day)
        return known.participants, known.contributions, known.supports, known.comments

    assert at(date(2018, 2, 28)) == (0, 0, 0, 0)
    assert at(date(2018, 3, 1)) == (2, 1, 1, 0)  # Zoé's contribution, b's support a second before midnight
    assert at(date(2018, 3, 2)) == (4, 1, 2, 1)  # j supports, h comments
    assert at(date(2018, 3, 25)) == (4, 1, 2, 2)
    assert at(date(2018, 3, 26)) == (4, 2, 2, 2)  # half past midnight, the night after the clocks went forward
    assert at(date(2019, 8, 31)) == (6, 4, 3, 3)
    assert at(date(2019, 9, 4)) == (6, 5, 3, 3)  # paper typed in after the closing


def test_every_record_becomes_a_row(imported: Imported, read: Session) -> None:
    rows = read.execute(
        select(Contribution, Question.number.label("question"))
        .outerjoin(Question, Question.id == Contribution.question_id)
        .order_by(Contribution.number)
    ).all()
    found = [
        (row.Contribution.number, row.question, row.Contribution.author_name, row.Contribution.channel)
        for row in rows
    ]
    assert found == [
        (1, 1, "Zoé", Channel.WEB),
        (2, None, "b", Channel.WEB),
        (3, 2, "", Channel.PAPER),
        (4, 2, "d", Channel.PAPER),
        (5, 1, "e", Channel.MEETING),
        (7, 1, "f", Channel.WEB),
        (9, 1, "g", Channel.WEB),
    ]
    first, fourth = rows[0].Contribution, rows[3].Contribution
    assert first.body == "Le **marché** du samedi,\net celui du mercredi."
    assert "<strong>marché</strong>" in first.body_html
    assert first.created_at == datetime(2018, 3, 1, 17, 30, tzinfo=UTC)
    assert first.received_on is None
    assert rows[2].Contribution.received_on == date(2018, 4, 1)
    assert fourth.received_on == date(2019, 8, 31), "what is typed in later was received by the last day"
    assert [row.Contribution.status for row in rows[-2:]] == [Status.WITHDRAWN, Status.HIDDEN]
    assert [(row.Contribution.supports, row.Contribution.comments) for row in rows] == [
        (2, 2), (0, 1), (1, 0), (0, 0), (0, 0), (0, 0), (2, 1),
    ]  # fmt: skip
    assert read.scalar(select(func.count()).select_from(Support)) == 5


def test_replies_find_what_they_answer_wherever_it_stands(imported: Imported, read: Session) -> None:
    comments = {row.number: row for row in read.scalars(select(Comment))}
    assert sorted(comments) == [3, 4, 5, 12]
    assert comments[12].parent_id == comments[3].id
    assert (comments[3].stance, comments[4].stance) == (Stance.FOR, Stance.AGAINST)
    assert comments[4].author_name == "Zoé"


def test_the_same_key_is_the_same_person_without_an_address(imported: Imported, read: Session) -> None:
    people = {row.id: row for row in read.scalars(select(Person))}
    assert sorted(row.display_name for row in people.values()) == [
        "Zoé",
        "b",
        "d",
        "e",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
    ]
    assert all(row.email is None and row.consented_at is None for row in people.values())
    taking_part = {
        row.author_key: (row.counted_acts, people[row.person_id].display_name == row.author_key)
        for row in read.scalars(select(Participation))
    }
    acts = {"Zoé": 2, "b": 3, "d": 2, "e": 1, "f": 0, "g": 0, "h": 1, "i": 0, "j": 1, "k": 0}
    assert taking_part == {key: (count, True) for key, count in acts.items()}


def test_numbers_go_on_behind_the_last_one(imported: Imported, read: Session) -> None:
    consultation = read.scalars(select(Consultation)).one()
    assert (consultation.next_contribution_number, consultation.next_comment_number) == (10, 13)
    assert consultation.published_at == NOW


def test_visits_are_sealed_days(imported: Imported, read: Session) -> None:
    days = {row.day: (row.visitors, row.sealed_at) for row in read.scalars(select(AudienceDay))}
    assert days == {
        date(2018, 2, 23): (12, NOW),
        date(2019, 8, 31): (0, NOW),
        date(2018, 3, 1): (733, NOW),
    }


def test_what_was_imported_is_found_by_its_words(imported: Imported, read: Session) -> None:
    consultation_id = read.scalars(select(Consultation.id)).one()
    page = list_contributions(
        read,
        consultation_id=consultation_id,
        slug="halle",
        wanted=ListFilter(search="marches"),
        today=date(2019, 8, 29),
    )
    assert [card.number for card in page.cards] == [1]


def test_the_import_tells_what_it_stored(imported: Imported) -> None:
    assert (imported.slug, imported.contributions, imported.comments) == ("halle", 7, 4)
    assert (imported.supports, imported.people, imported.notes) == (5, 10, ())


@pytest.mark.parametrize("folder", ["", "package/"])
def test_a_zip_is_as_good_as_a_folder(app: Flask, tmp_path: Path, folder: str) -> None:
    load(zip_package(tmp_path / "package.zip", folder))
    assert stored_rows()["proposals_contribution"] == 7


def test_the_tables_are_optional(app: Flask, tmp_path: Path) -> None:
    names = ("contributions.csv", "comments.csv", "supports.csv", "visits.csv")
    load(write_package(tmp_path / "package", dict.fromkeys(names)))
    assert set(stored_rows()) == {
        "organisations_organisation",
        "consultations_consultation",
        "consultations_question",
        "consultations_testimony",
        "consultations_tally",
        "ledger_entry",
        "ledger_head",
        "reports_edition",
    }


def test_a_header_without_records_is_an_empty_table(app: Flask, tmp_path: Path) -> None:
    changes = edited("visits.csv", "2018-02-23,12\n2019-08-31,0\n2018-03-01,733\n", "")
    load(write_package(tmp_path / "package", changes))
    assert "audience_day" not in stored_rows()


def test_columns_come_in_any_order_and_a_byte_order_mark_is_no_column(app: Flask, tmp_path: Path) -> None:
    changes: dict[str, str | bytes | None] = {
        "visits.csv": b"\xef\xbb\xbfvisitors,date\r\n12,2018-02-23\r\n\r\n733,2018-03-01\r\n"
    }
    load(write_package(tmp_path / "package", changes))
    with transaction() as session:
        assert session.scalar(select(func.sum(AudienceDay.visitors))) == 745


def test_an_existing_organisation_is_reused_with_its_clock(make: Factory, tmp_path: Path) -> None:
    load(write_package(tmp_path / "one"))
    changes = edited("consultation.toml", '"halle"', '"autre"')
    changes["consultation.toml"] = str(changes["consultation.toml"]).replace("Europe/Paris", "Indian/Reunion")
    second = load(write_package(tmp_path / "two", changes))[0]
    assert "time zone Europe/Paris: it is used instead of Indian/Reunion" in second.notes[0]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
        assert set(session.scalars(select(Consultation.time_zone))) == {"Europe/Paris"}


def test_the_operator_may_name_another_organisation(make: Factory, tmp_path: Path) -> None:
    organisation_id = make.organisation(time_zone="Europe/Brussels")
    with transaction() as session:
        slug = session.get_one(Organisation, organisation_id).slug
    load(write_package(tmp_path / "package"), organisation=slug)
    with transaction() as session:
        consultation = session.scalars(select(Consultation)).one()
        assert (consultation.organisation_id, consultation.time_zone) == (organisation_id, "Europe/Brussels")


def test_with_an_organisation_named_the_package_need_not_name_one(make: Factory, tmp_path: Path) -> None:
    organisation_id = make.organisation()
    with transaction() as session:
        slug = session.get_one(Organisation, organisation_id).slug
    table = '[organisation]\nslug = "val"\nname = "Val-des-Tilleuls"\ntime_zone = "Europe/Paris"\n'
    load(write_package(tmp_path / "package", edited("consultation.toml", table, "")), organisation=slug)
    assert stored_rows()["organisations_organisation"] == 1


def test_an_unknown_organisation_is_said_in_one_line(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r'^there is no organisation "nulle-part" here: .*$'):
        load(write_package(tmp_path / "package"), organisation="nulle-part")
    assert stored_rows() == {}


def test_a_taken_address_is_said_in_one_line(imported: Imported, tmp_path: Path) -> None:
    before = stored_rows()
    sentence = "consultation.toml, line 2, column slug: a consultation has the address halle here already"
    with pytest.raises(OperatorError) as refusal:
        load(write_package(tmp_path / "again", edited("consultation.toml", 'slug = "val"', 'slug = "autre"')))
    assert str(refusal.value) == sentence
    assert stored_rows() == before


def test_two_packages_are_loaded_together_or_not_at_all(app: Flask, tmp_path: Path) -> None:
    one = write_package(tmp_path / "one")
    two = write_package(tmp_path / "two")
    with pytest.raises(OperatorError, match="a consultation has the address halle here already"):
        load(one, two)
    assert stored_rows() == {}
    other = write_package(tmp_path / "three", edited("consultation.toml", '"halle"', '"autre"'))
    assert [item.slug for item in load(one, other, demonstration=True)] == ["halle", "autre"]
    with transaction() as session:
        assert session.scalars(select(Consultation.is_demonstration)).all() == [True, True]
        assert session.scalar(select(func.count()).select_from(Person)) == 20, "keys belong to one package"


def test_a_refused_package_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    late = CONTRIBUTIONS + "10,1,Trop tard,Une idée.,z,2019-09-01T00:00:00+02:00,web,published\n"
    path = write_package(tmp_path / "package", {"contributions.csv": late})
    with pytest.raises(PackageRefused) as refusal:
        load(path)
    assert refusal.value.path == str(path)
    assert stored_rows() == {}


def test_a_failure_while_storing_leaves_nothing_behind(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("consult.exchange.commands.load_days", fail)
    with pytest.raises(OSError, match="the disk is full"):
        load(write_package(tmp_path / "package"))
    assert stored_rows() == {}


def test_an_organisation_that_changed_meanwhile_is_noticed(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(write_package(tmp_path / "one"))
    before = stored_rows()
    known = tasks._find_destination

    def another_clock(*arguments: Any, **options: Any) -> Any:
        found = known(*arguments, **options)
        assert found is not None
        return Destination(found.slug, found.name, "Europe/Madrid")

    monkeypatch.setattr(tasks, "_find_destination", another_clock)
    with pytest.raises(OperatorError, match="changed meanwhile"):
        load(write_package(tmp_path / "two", edited("consultation.toml", '"halle"', '"autre"')))
    assert stored_rows() == before


def test_what_is_odd_but_allowed_is_noted(app: Flask, tmp_path: Path) -> None:
    changes = edited("comments.csv", "3,neutral,D’accord", "3,against,D’accord")
    changes |= edited("consultation.toml", 'role = "Directrice"', 'role = "Directrice"\nportrait = "nadege.jpg"')
    path = write_package(tmp_path / "package", changes)
    (path / "nadege.jpg").write_bytes(b"\xff\xd8")
    notes = load(path, now=datetime(2019, 8, 1, tzinfo=UTC))[0].notes
    assert notes == (
        "consultation.toml: portraits are not shown yet; the package's are left out",
        "comments.csv: replies are neutral here, whatever their stance; that is so for 1 of them",
        "2 contributions, comments and supports are dated after now (2019-08-01T00:00:00+00:00)",
    )
    with transaction() as session:
        assert session.scalars(select(Comment.stance).where(Comment.number == 12)).one() is Stance.NEUTRAL


@pytest.mark.parametrize(
    ("now", "state", "days"),
    [
        (datetime(2018, 2, 22, 22, 59, tzinfo=UTC), State.ANNOUNCED, 0),
        (datetime(2018, 2, 22, 23, 0, tzinfo=UTC), State.OPEN, 1),
        (THEN, State.OPEN, 553),
        (datetime(2019, 8, 31, 22, 0, tzinfo=UTC), State.CLOSED, 555),
    ],
)
def test_it_stands_where_the_clock_says_whenever_it_was_imported(
    app: Flask, tmp_path: Path, now: datetime, state: State, days: int
) -> None:
    load(write_package(tmp_path / "package"), now=now)
    for at in (now, THEN):
        with transaction() as session:
            view = get_consultation(session, "halle", actor=VISITOR, now=at)
        if at is now:
            assert (view.state, view.figures.days) == (state, days)
        assert (view.figures.participants, view.figures.visitors) == (6, 745)
