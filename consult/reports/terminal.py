"""`consult export`: data packages written by the operator."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.db import transaction
from consult.core.errors import NotFound, OperatorError
from consult.ledger.queries import head_of
from consult.reports.packages.archive import package_zip
from consult.reports.queries.snapshot import hold_snapshot

Wrapper = Callable[[Callable[..., None]], Callable[..., None]]


def export_command(with_app: Wrapper) -> click.Command:
    """`consult export`; `with_app` runs a command inside the application."""
    command = click.command("export", help=str(_export.__doc__))(with_app(_export))
    command = click.option(
        "--public/--complete",
        "public",
        default=True,
        help="For everybody (the default), or sensitive: who supports what.",
    )(command)
    command = click.option(
        "-o", "--output", required=True, metavar="FILE.zip", type=click.Path(path_type=Path, dir_okay=False)
    )(command)
    return click.argument("slug")(command)


def _export(slug: str, output: Path, public: bool) -> None:
    """Write a data package of the consultation SLUG to FILE.zip."""
    draft = output.with_name(f".{output.name}.part")
    try:
        with transaction() as session:
            hold_snapshot(session)
            consultation_id = consultations.consultation_id(session, slug)
            if head_of(session, consultation_id) is None:
                raise OperatorError(f"“{slug}” is a draft: there is nothing to export yet")
            # A file of that name may have been left, readable by anybody.
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                if public:  # a complete package is for the operator's eyes only
                    os.fchmod(file.fileno(), 0o644)
                file.writelines(package_zip(session, consultation_id, complete=not public, now=clock.now()))
        draft.replace(output)
    except NotFound as error:
        raise OperatorError(f"there is no consultation “{slug}” here") from error
    except OSError as error:
        raise OperatorError(f"{output}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    size = output.stat().st_size // 1024
    click.echo(f"{output}: {size} KB{'' if public else ', complete: sensitive, do not publish it'}")
