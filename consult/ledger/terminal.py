"""`consult journal` and `consult verify`: the journal's part of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from consult.core import clock
from consult.core.errors import NotFound, OperatorError
from consult.ledger.tasks import JournalCheck, check_journal, check_journals
from consult.ledger.values import FIGURES
from consult.ledger.verifier import verify

Wrapper = Callable[[Callable[..., None]], Callable[..., None]]


def journal_commands(with_app: Wrapper) -> click.Group:
    """The group `consult journal`; `with_app` runs a command inside the application."""
    group = click.Group("journal", help="The journals of the consultations.")
    check = click.command("check", help=str(_check.__doc__))(click.pass_context(with_app(_check)))
    check = click.option("--all", "everywhere", is_flag=True, help="Every consultation's journal.")(check)
    check = click.argument("slug", required=False)(check)
    group.add_command(check)
    return group


def verify_command() -> click.Command:
    """`consult verify`, which needs no database and no settings."""
    command = click.command("verify", help=str(_verify.__doc__))(click.pass_context(_verify))
    command = click.option("--anchor", type=click.Path(path_type=Path), help="A file of heads kept elsewhere.")(
        command
    )
    return click.argument("package", metavar="FILE.zip", type=click.Path(path_type=Path))(command)


def _check(context: click.Context, slug: str | None, everywhere: bool) -> None:
    """Check the journal of SLUG (or of --all): chain, commitments, sums beside the figures; exit 1 on drift."""
    if (slug is None) is not everywhere:
        raise OperatorError("name a consultation, or say --all")
    now = clock.now()
    try:
        found = check_journals(now=now) if slug is None else [check_journal(slug, now=now)]
    except NotFound as error:
        raise OperatorError(f"there is no consultation “{slug}” here") from error
    for item in found:
        for line in check_lines(item):
            click.echo(line)
    context.exit(0 if all(item.agrees for item in found) else 1)


def check_lines(found: JournalCheck) -> Iterator[str]:
    """A check of a journal for a terminal."""
    yield f"{found.slug}: {found.entries} entries, head {found.head}"
    yield f"{'':<14}{'shown':>12}{'journal':>12}"
    for name in FIGURES:
        beside = (
            f"  (and {found.unsealed} of days not sealed yet)" if name == "visitors" and found.unsealed else ""
        )
        yield f"{name:<14}{found.shown[name]:>12}{found.journal[name]:>12}{beside}"
    yield "The journal agrees." if found.problem is None else f"The journal does not agree: {found.problem}."


def _verify(context: click.Context, package: Path, anchor: Path | None) -> None:
    """Check the data package FILE.zip offline: chain, head, figures, texts; exit 1 with the first bad line."""
    options = [str(package), *(["--anchor", str(anchor)] if anchor else [])]
    context.exit(verify.main(options))
