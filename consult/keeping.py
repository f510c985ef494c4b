"""`consult backup`, `consult restore` and `consult user erase`: what is kept, and what no longer."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click

from consult.accounts.rules import normalise_email
from consult.app import create_app
from consult.console import require_newest_schema, with_app
from consult.core import clock, migrate
from consult.core.access import Refused
from consult.core.db import database_engine, transaction
from consult.core.errors import Invalid, OperatorError
from consult.core.installation import current_settings
from consult.privacy import backups, commands, queries, restores
from consult.privacy.traces import clear_traces, complete_list, erased_people, scrub_files
from consult.settings import Settings

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@with_app
def backup(file: Path) -> None:
    """Write the whole installation to the new FILE; people may go on meanwhile.

    The secret key is not in it: keep it apart, and the list of erasures too.
    """
    require_newest_schema()
    settings = current_settings()
    _complete_list(settings)
    made = backups.make_backup(
        settings.resolved_database_url,
        file,
        version=version("consult"),
        revision=migrate.current(database_engine()),
        made_at=clock.real_now(),
    )
    click.echo(f"{file}: {made.engine}, schema {made.revision}, {made.bytes // 1024} KB of data")
    click.echo("Keep the secret key and the list of erasures apart from it: both are needed to restore.")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace what the database holds now.")
@with_app
def restore(file: Path, force: bool) -> None:
    """Put back the installation of FILE: all of it, or nothing.

    Accounts that were erased since it was made are erased again before anybody can read it.
    """
    settings, engine = current_settings(), database_engine()
    settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if restores.holds_something(engine):
        if not force:
            raise OperatorError("the database is not empty: --force replaces what it holds")
        if not migrate.pending(engine):
            _complete_list(settings)
    engine.dispose()
    done = restores.restore(
        settings.resolved_database_url, file, prepare=lambda url: _prepare(replace(settings, database_url=url))
    )
    click.echo(f"Restored: {done.manifest.made_at}, version {done.manifest.version}.")
    click.echo(f"Accounts erased since then and now erased again: {done.erased_again}.")
    click.echo("Everybody signs in anew.")


@click.command("erase")
@click.option("--email", required=True, help="Address of the account.")
@click.option("--withdraw", is_flag=True, help="Withdraw what they wrote in consultations that are open.")
@with_app
def erase_user(email: str, withdraw: bool) -> None:
    """Erase an account for somebody who asked for it and cannot do so themselves."""
    require_newest_schema()
    try:
        address = normalise_email(email)
        with transaction(write=True) as session:
            subject = queries.subject_by_email(session, address)
            if subject is None:
                raise OperatorError("--email: no account has this address")
            erased = commands.erase_somebody(
                session, person_id=subject.person_id, keep_texts=not withdraw, now=clock.now()
            )
    except Invalid as error:
        raise OperatorError("--email: write a complete e-mail address") from error
    except Refused as error:
        raise OperatorError("this is the last administrator: make somebody else administrator first") from error
    clear_traces(current_settings(), [erased])
    scrub_files()
    click.echo(f"Erased: person {erased.person_id}.")


def _complete_list(settings: Settings) -> None:
    with transaction() as session:
        known = erased_people(session)
    complete_list(settings.resolved_erasure_list, known)


def _prepare(settings: Settings) -> int:
    """Bring an unpacked database to this version and to what was erased since; returns how many that were."""
    app = create_app(settings)
    with app.app_context():
        try:
            migrate.upgrade(database_engine())
            with transaction(write=True) as session:
                restores.end_what_was_under_way(session)
                erased = restores.erase_listed(session, settings.resolved_erasure_list)
            scrub_files()
            return erased
        finally:
            database_engine().dispose()
