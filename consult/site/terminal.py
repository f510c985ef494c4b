"""`consult maintenance`: closing the site and opening it again, with or without a database."""

from __future__ import annotations

import click

from consult.core import clock, maintenance
from consult.settings import read_settings


@click.group("maintenance")
def maintenance_commands() -> None:
    """Answer every page with a notice while you work on the installation."""


@maintenance_commands.command("on")
@click.option("--minutes", type=click.IntRange(1, 7 * 24 * 60), help="How long it will take, about.")
def close(minutes: int | None) -> None:
    """Close the site: from the next request on, without a restart."""
    maintenance.begin(read_settings(), now=clock.real_now(), minutes=minutes)
    click.echo("The site is closed for maintenance. `consult maintenance off` opens it again.")


@maintenance_commands.command("off")
def reopen() -> None:
    """Open the site again."""
    maintenance.end(read_settings())
    click.echo("The site is open.")


@maintenance_commands.command("status")
@click.pass_context
def status(context: click.Context) -> None:
    """Say whether the site is closed; exit 1 while it is."""
    closed = maintenance.current(read_settings())
    if closed is None:
        click.echo("The site is open.")
        return
    since = f" since {closed.since.isoformat(timespec='seconds')}" if closed.since else ""
    click.echo(f"The site is closed for maintenance{since}.")
    context.exit(1)
