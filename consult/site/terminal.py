"""`consult maintenance`, with or without a database; and what `consult user create` says."""

from __future__ import annotations

from collections.abc import Iterator

import click

from consult.core import clock, maintenance
from consult.organisations.values import Role
from consult.settings import read_settings
from consult.site.commands import OpenedAccount

_PLACES = {
    Role.MODERATOR: "It moderates the consultations of",
    Role.MANAGER: "It manages the consultations of",
    Role.ADMINISTRATOR: "It administers",
}


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


def account_lines(account: OpenedAccount) -> Iterator[str]:
    """What `consult user create` says it did."""
    who = f"{account.display_name} <{account.email}>"
    yield (
        f"Account created: {who}."
        if account.created
        else f"This address has an account already, it is used: {who}."
    )
    if account.first_administrator:
        yield "Nobody administered the platform yet: this first account is its administrator."
    elif account.is_administrator:
        yield "It administers the platform."
    if account.role is not None:
        yield f"{_PLACES[account.role]} {account.organisation}."
    if not account.is_team:
        yield "It belongs to no team: there is no organisation yet."
