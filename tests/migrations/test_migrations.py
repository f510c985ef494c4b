"""Migrations on both engines: up from nothing, in step with the models, down and up again with data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from consult.core import migrate, paths
from consult.core.db import Base
from consult.core.errors import OperatorError
from tests.migrations.rows import contents, fill, tables_of

# A revision that rebuilds what much else refers to, as SQLite must to change a column.
_REBUILD = """
from alembic import op

revision = "rebuild"
down_revision = {head!r}
branch_labels = None
depends_on = None
TABLES = ("accounts_person", "organisations_organisation", "consultations_consultation")


def rebuild() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, recreate="auto" if op.get_bind().dialect.name != "sqlite" else "always"):
            pass


upgrade = downgrade = rebuild
"""


def revisions() -> list[str]:
    """Every revision, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def keys(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """The primary keys of every row: what no revision may lose, whatever it does to the columns."""
    tables = tables_of(engine)
    return {
        name: [tuple(row[column.name] for column in tables[name].primary_key.columns) for row in rows]
        for name, rows in contents(engine).items()
    }


def assert_kept(before: dict[str, list[tuple[object, ...]]], after: dict[str, list[tuple[object, ...]]]) -> None:
    for name in before.keys() & after.keys():
        assert after[name] == before[name], name


def test_an_empty_database_comes_up_in_step_with_the_models(engine: Engine) -> None:
    assert migrate.pending(engine)
    migrate.upgrade(engine)
    assert not migrate.pending(engine)
    migrate.check(engine)
    assert set(tables_of(engine)) == set(Base.metadata.tables)


def test_going_up_twice_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    fill(engine)
    before = contents(engine)
    migrate.upgrade(engine)
    assert contents(engine) == before


def test_every_revision_keeps_the_rows_on_the_way_up_and_on_the_way_down(engine: Engine) -> None:
    way = ["base", *revisions()]
    for revision in way[1:]:
        before = keys(engine)
        migrate.upgrade(engine, revision)
        assert_kept(before, keys(engine))
        fill(engine)
        assert all(contents(engine).values())
    for earlier in reversed(way[:-1]):
        before = keys(engine)
        migrate.downgrade(engine, earlier)
        assert_kept(before, keys(engine))
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate.upgrade(engine)
    migrate.check(engine)


def test_a_revision_that_rebuilds_a_table_loses_nothing_that_refers_to_it(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(engine)
    fill(engine)
    before = contents(engine)
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    (folder / "versions" / "rebuild.py").write_text(_REBUILD.format(head=revisions()[-1]))
    monkeypatch.setattr(paths, "MIGRATIONS", folder)
    migrate.upgrade(engine)
    assert contents(engine) == before
    migrate.downgrade(engine, "-1")
    assert contents(engine) == before


def test_a_revision_that_fails_leaves_the_database_as_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(engine)
    fill(engine)
    before = contents(engine)
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    failing = _REBUILD.format(head=revisions()[-1]).replace(
        "def rebuild() -> None:",
        "def rebuild() -> None:\n    op.drop_table('audience_day')\n    raise ArithmeticError",
    )
    (folder / "versions" / "rebuild.py").write_text(failing)
    monkeypatch.setattr(paths, "MIGRATIONS", folder)
    with pytest.raises(ArithmeticError):
        migrate.upgrade(engine)
    assert contents(engine) == before
    assert migrate.pending(engine)


def test_a_difference_between_models_and_database_is_said(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect().execution_options(consult_write=True) as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE audience_day ADD COLUMN mood TEXT")
    with pytest.raises(OperatorError, match="mood"):
        migrate.check(engine)


@pytest.mark.parametrize("move", [migrate.upgrade, migrate.downgrade])
def test_a_revision_that_does_not_exist_is_refused_in_a_sentence(engine: Engine, move: object) -> None:
    with pytest.raises(OperatorError, match="nonsense"):
        move(engine, "nonsense")  # type: ignore[operator]
