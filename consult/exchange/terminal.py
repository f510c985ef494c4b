"""How far an import has come, for the person who waits for it."""

from __future__ import annotations

import sys

import click

from consult.exchange.values import Progress

_ON_A_TERMINAL, _IN_A_LOG = 500, 10_000


def show_progress() -> Progress:
    """Says on standard error what is being done: one line that moves on a terminal, few lines in a log.

    Nothing is said of packages that are loaded in a moment.
    """
    moving = sys.stderr.isatty()
    step = _ON_A_TERMINAL if moving else _IN_A_LOG

    def show(what: str, done: int, total: int | None) -> None:
        if done % step == 0 or (moving and done == total):
            of = "" if total is None else f" of {total:,}"
            line = f"{what}: {done:,}{of}"
            click.echo(f"\r{line:<60}" if moving else line, err=True, nl=not moving or done == total)

    return show
