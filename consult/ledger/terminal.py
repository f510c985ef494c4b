"""`consult journal` and `consult verify`: the journal's part of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from consult.core import clock
from consult.core.errors import NotFound, OperatorError
from consult.ledger.tasks import JournalCheck, anchor_lines, check_journal, check_journals, mail_anchor
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


def anchor_command(with_app: Wrapper) -> click.Command:
    """`consult anchor`."""
    command = click.command("anchor", help=str(_anchor.__doc__))(with_app(_anchor))
    for option in (
        click.option("--git", "as_message", is_flag=True, help="Print it as a commit message."),
        click.option("--mail", "address", metavar="ADDRESS", help="Send it to this address."),
        click.option(
            "--file", "file", metavar="PATH", type=click.Path(path_type=Path), help="Append it to a file."
        ),
        click.option("--all", "everywhere", is_flag=True, help="Every consultation's head."),
    ):
        command = option(command)
    return click.argument("slug", required=False)(command)


def _anchor(slug: str | None, everywhere: bool, file: Path | None, address: str | None, as_message: bool) -> None:
    """Hand the head of the journal of SLUG (or of --all) to somebody else, who can then tell a rewritten one."""
    if (slug is None) is not everywhere:
        raise OperatorError("name a consultation, or say --all")
    now = clock.real_now()
    try:
        lines = anchor_lines(slug, now=now)
        if file is not None:
            with file.open("a", encoding="utf-8") as kept:
                kept.writelines(f"{line}\n" for line in lines)
        if address is not None:
            mail_anchor(address, lines, now=now)
    except NotFound as error:
        raise OperatorError(f"there is no journal of “{slug}” here") from error
    except OSError as error:
        raise OperatorError(f"{file}: {error.strerror}") from error
    if as_message:
        click.echo(f"Anchor {len(lines)} consultation journal{'s' if len(lines) > 1 else ''}\n")
    for line in lines:
        click.echo(line)


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
