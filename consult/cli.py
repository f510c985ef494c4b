"""The `consult` command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from consult import keeping
from consult.accounts.terminal import user_commands
from consult.console import require_newest_schema, with_app, with_newest_schema
from consult.consultations import queries as consultations
from consult.core import clock, migrate
from consult.core.db import database_engine, transaction
from consult.core.errors import NotFound, OperatorError
from consult.core.installation import current_settings
from consult.core.tasks import queue
from consult.core.web.addresses import external_url
from consult.exchange import messages
from consult.exchange.demonstration import TEAM_EMAIL, open_team, render_syntheses
from consult.exchange.errors import PackageRefused
from consult.exchange.tasks import import_packages
from consult.exchange.terminal import show_progress
from consult.ledger.terminal import anchor_command, journal_commands, verify_command
from consult.organisations.values import Role
from consult.reports.errors import RenderingFailed
from consult.reports.exports import figure_lines, recount_lines, repair_lines
from consult.reports.pdf.synthesis import render_synthesis
from consult.reports.queries.statistics import figures_of
from consult.reports.rules import figures_text
from consult.reports.tasks import find_drift, repair_drift
from consult.reports.terminal import export_command
from consult.settings import LANGUAGES, OWNER_ONLY, SettingError, Settings, describe_settings, read_settings
from consult.site.commands import open_account
from consult.site.terminal import account_lines, maintenance_commands

# What an account is told to be in a team.
# How long the server's and the worker's processes may take to finish what they do, in seconds.
_STOPPING = 10


@click.group()
def cli() -> None:
    """Public consultations whose figures anyone can recompute."""


@cli.command()
def settings() -> None:
    """List every setting with its type, value and meaning."""
    for name, kind, value, doc in describe_settings(read_settings()):
        click.echo(f"{name} ({kind}){' = ' + value if value else ''}\n    {doc}")


@cli.group()
def db() -> None:
    """Migrations."""


@db.command()
@click.argument("revision", default="head")
@with_app
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (default: the newest)."""
    current_settings().instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate.upgrade(database_engine(), revision)
    click.echo("The database is up to date.")


@db.command()
@click.argument("revision")
@with_app
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION (`base` empties it)."""
    migrate.downgrade(database_engine(), revision)
    click.echo(f"The database is at revision {revision}.")


@db.command()
@with_app
def check() -> None:
    """Fail when the migrations and the models differ."""
    require_newest_schema()
    migrate.check(database_engine())
    click.echo("Migrations and models agree.")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--worker/--no-worker", "embedded", default=True, help="Run the task worker beside the server.")
@with_app
def serve(host: str, port: int, workers: int, embedded: bool) -> None:
    """Run the production server (and, unless told otherwise, the task worker)."""
    from granian import Granian  # noqa: PLC0415 - only this command needs the server
    from granian.constants import Interfaces  # noqa: PLC0415

    require_newest_schema()
    with transaction() as session:
        consultations.count_consultations(session)
    # The server's and the worker's processes read the environment: links lead to the address that is served.
    os.environ.setdefault("CONSULT_BASE_URL", f"http://{host}:{port}")
    server = Granian(
        "consult.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backlog=1024,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOPPING,
    )
    _announce(current_settings(), host, port)
    _obey_sigterm()
    with _worker_beside() if embedded else nullcontext():
        server.serve()


def _obey_sigterm() -> None:
    """Let SIGTERM end this process and what it starts at any moment, also before the server listens to it.

    The server's processes are forked: until they have handlers of their own they would inherit ours, which only
    note the signal, and never end.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))


@contextmanager
def _worker_beside() -> Iterator[None]:
    """Run the task worker in a process of its own until the block ends."""
    companion = subprocess.Popen([sys.executable, "-m", "consult", "worker"])
    try:
        yield
    finally:
        companion.terminate()
        try:
            companion.wait(timeout=_STOPPING)
        except subprocess.TimeoutExpired:
            companion.kill()
            companion.wait()


@cli.command()
@with_app
def worker() -> None:
    """Run background tasks: mails, syntheses, sealing of days."""
    consumer = queue().huey.create_consumer(workers=2, periodic=True, initial_delay=0.2, max_delay=2)
    consumer.run()


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("create")
@click.option("--email", required=True, help="Address the account signs in with.")
@click.option("--name", required=True, help="Name shown beside what it publishes.")
@click.option("--administrator", is_flag=True, help="Let it administer the whole platform.")
@click.option("--organisation", metavar="SLUG", help="Make it a member of this organisation's team.")
@click.option(
    "--role", type=click.Choice([item.value for item in Role]), help="Its role there (default: manager)."
)
@with_app
def create_user(email: str, name: str, administrator: bool, organisation: str | None, role: str | None) -> None:
    """Create an account (or use an existing one) and print a one-time link to sign in with."""
    require_newest_schema()
    with transaction(write=True) as session:
        account = open_account(
            session,
            email=email,
            display_name=name,
            administrator=administrator,
            organisation=organisation,
            role=Role(role) if role else None,
            team_path=urlsplit(external_url("manage.dashboard")).path,
            demonstration=current_settings().demonstration,
            now=clock.now(),
            real_now=clock.real_now(),
        )
    for line in account_lines(account):
        click.echo(line)
    click.echo("This link signs in once, within 24 hours:")
    click.echo(external_url("accounts.confirm", token=account.token))


cli.add_command(maintenance_commands)
cli.add_command(journal_commands(with_app))
cli.add_command(verify_command())
cli.add_command(anchor_command(with_app))
cli.add_command(export_command(with_app))
for command in user_commands:
    command.callback = with_app(with_newest_schema(command.callback))
    user.add_command(command)
cli.add_command(keeping.backup)
cli.add_command(keeping.restore)
user.add_command(keeping.erase_user)


@cli.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--organisation", metavar="SLUG", help="Give it to this organisation instead of the package's own.")
@click.option("--demonstration", is_flag=True, help="Mark it as a demonstration on every page.")
@with_app
def import_(paths: tuple[Path, ...], organisation: str | None, demonstration: bool) -> None:
    """Load the consultation package at PATH (a folder or a zip), or several: all of it, or nothing."""
    require_newest_schema()
    try:
        imported = import_packages(
            paths,
            organisation=organisation,
            demonstration=demonstration,
            now=clock.now(),
            progress=show_progress(),
        )
    except PackageRefused as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise OperatorError(
            messages.nothing_imported(error.path, len(error.problems), complete=error.complete)
        ) from error
    for item in imported:
        for note in item.notes:
            click.echo(f"note: {note}", err=True)
        click.echo(messages.imported(item))
        click.echo(external_url("consultations.introduction", slug=item.slug))


@cli.command()
@click.argument("slug")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="As known at the end of this day.")
@click.option("--json", "as_json", is_flag=True, help="As /consultations/SLUG/statistics.json says them.")
@with_app
def statistics(slug: str, at: datetime | None, as_json: bool) -> None:
    """Print the figures of the consultation SLUG."""
    require_newest_schema()
    with _naming(slug), transaction() as session:
        found = figures_of(session, slug, day=at.date() if at else None, now=clock.now())
    if as_json:
        click.echo(figures_text(found.figures, found.time_zone, found.head), nl=False)
        return
    for line in figure_lines(found.figures):
        click.echo(line)


@cli.command()
@click.argument("slug")
@click.option("--repair", "repairs", is_flag=True, help="Set what differs to what the rows say.")
@click.pass_context
@with_app
def recount(context: click.Context, slug: str, repairs: bool) -> None:
    """Compare the figures of the consultation SLUG with a recount from its rows; exit 1 on drift."""
    require_newest_schema()
    with _naming(slug):
        found = repair_drift(slug, now=clock.now()) if repairs else find_drift(slug, now=clock.now())
    for line in recount_lines(found):
        click.echo(line)
    if repairs:
        for line in repair_lines(found):
            click.echo(f"repaired: {line}")
    context.exit(0 if found.agrees or repairs else 1)


@cli.command()
@click.argument("slug")
@click.option("-o", "--output", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: the consultation's own.")
@with_app
def synthesis(slug: str, output: Path, language: str | None) -> None:
    """Render the synthesis of the consultation SLUG now and write it to FILE."""
    require_newest_schema()
    with _naming(slug):
        try:
            rendered = render_synthesis(slug, language, clock.now())
            output.write_bytes(rendered.content)
        except RenderingFailed as error:
            raise OperatorError(f"the synthesis could not be rendered: {error}") from error
        except OSError as error:
            raise OperatorError(f"{output}: {error.strerror}") from error
    click.echo(f"{output}: {rendered.pages} pages, {len(rendered.content) // 1024} KB")


@contextmanager
def _naming(slug: str) -> Iterator[None]:
    """Say which consultation there is not."""
    try:
        yield
    except NotFound as error:
        raise OperatorError(f"there is no consultation “{slug}” here") from error


@cli.group()
def demo() -> None:
    """The demonstration of `make demo`."""


@demo.command()
@click.pass_context
@with_app
def status(context: click.Context) -> None:
    """Succeed while the database holds no consultation; exit 1 once it does."""
    require_newest_schema()
    with transaction() as session:
        count = consultations.count_consultations(session)
    click.echo("The database holds no consultation yet." if count == 0 else f"Consultations here: {count}.")
    context.exit(0 if count == 0 else 1)


@demo.command()
@with_app
def finish() -> None:
    """Render the demonstration's syntheses, then do as `consult demo sign-in`; may be run again."""
    require_newest_schema()
    click.echo("Rendering the syntheses…", err=True)
    render_syntheses(now=clock.now())
    _show_sign_in(current_settings())


@demo.command("sign-in")
@with_app
def sign_in() -> None:
    """Give the demonstration its team unless it has one, and print how to sign in."""
    require_newest_schema()
    _show_sign_in(current_settings())


def _show_sign_in(settings: Settings) -> None:
    path = urlsplit(external_url("manage.dashboard")).path
    token = open_team(
        team_path=path, demonstration=settings.demonstration, now=clock.now(), real_now=clock.real_now()
    )
    if token is None:
        click.echo("No consultation here is a demonstration: there is nobody to sign in as.")
        return
    click.echo(f"The demonstration: {settings.base_url}/")
    click.echo(f"Its team signs in as {TEAM_EMAIL} with this link (once, within 24 hours):")
    click.echo(external_url("accounts.confirm", token=token))
    click.echo("Citizens sign in with any address; the mails are shown, not sent, at")
    click.echo(external_url("site.mailbox"))


def _announce(settings: Settings, host: str, port: int) -> None:
    click.echo(f"Consult is served at http://{host}:{port} (Ctrl-C stops it).")
    if not settings.mail_url:
        click.echo(f"No CONSULT_MAIL_URL: mails are kept in {settings.instance_path / 'mailbox'}.")


def main() -> None:
    """Run the command; an operator's mistake is one line on standard error and exit code 2."""
    os.umask(OWNER_ONLY)
    try:
        cli()
    except (OperatorError, SettingError) as error:
        click.echo(f"consult: {error}", err=True)
        sys.exit(2)
    except DatabaseError as error:
        # A server or file that cannot be used; its subclasses are mistakes of ours and keep their traceback.
        if type(error) not in {OperationalError, DatabaseError}:
            raise
        first_line = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        click.echo(f"consult: the database cannot be reached or used: {first_line}", err=True)
        sys.exit(2)
