"""Fills a database with a consultation of a given size: generated as a package, loaded like any other one."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench.packages import TIME_ZONE, write_package
from bench.sizes import Size
from consult.consultations.queries import Figures, consultation_id, figures
from consult.core import clock, migrate
from consult.core.clock import civil_date
from consult.core.db import database_engine, transaction
from consult.core.errors import NotFound
from consult.exchange.tasks import import_packages
from consult.reports.rules import FIGURES

Say = Callable[[str], None]
_SECONDS_BETWEEN_LINES = 2.0


def say(words: str) -> None:
    """One line for people, on standard error: standard output is for results."""
    print(words, file=sys.stderr, flush=True)


def fill(size: Size, folder: Path, *, tell: Say = say) -> Figures:
    """Migrate the current application's database and load the size into it; returns the figures it shows.

    A consultation of that size which is there already is kept. `folder` has room for the package meanwhile.
    """
    migrate.upgrade(database_engine())
    found = shown_figures(size)
    if found is not None:
        tell(f"{size.slug} is there already: it is kept")
        return found
    lines = _Lines(tell)
    with tempfile.TemporaryDirectory(prefix=f"{size.slug}-", dir=folder) as package:
        today = civil_date(clock.now(), TIME_ZONE)
        write_package(Path(package), size, today=today, progress=lambda what, rows: lines.show(what, rows, None))
        import_packages(
            [Path(package)], organisation=None, demonstration=False, now=clock.now(), progress=lines.show
        )
    loaded = shown_figures(size)
    if loaded is None or any(getattr(loaded, name) != getattr(size, name) for name in FIGURES):
        raise RuntimeError(f"{size} was loaded, and shows {loaded}")
    return loaded


def shown_figures(size: Size) -> Figures | None:
    """The figures of the loaded consultation; None when there is none."""
    with transaction() as session:
        try:
            return figures(session, consultation_id(session, size.slug), clock.now())
        except NotFound:
            return None


def database_url(text: str) -> str:
    """An address as it is; anything else is the path of a SQLite file."""
    return text if "://" in text else f"sqlite:///{Path(text).resolve()}"


class _Lines:
    """Says how far it is, every other second at most."""

    def __init__(self, tell: Say) -> None:
        self._tell = tell
        self._last = perf_counter()

    def show(self, what: str, done: int, total: int | None) -> None:
        now = perf_counter()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        self._tell(f"{what}: {done:,}" + (f" of {total:,}" if total else ""))
