"""One run: for each size a database, a server, and the figures measured on them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from bench.files import measure_export, measure_pdf
from bench.filling import database_url, fill, say
from bench.flood import measure_flood
from bench.pages import measure_pages
from bench.plan import Plan
from bench.results import Result
from bench.serving import server
from bench.sizes import SIZES, Size
from bench.supports import measure_supports
from consult.app import create_app
from consult.core.db import database_engine
from consult.settings import Settings

ENGINES = ("sqlite", "postgresql")


def run(sizes: Sequence[Size], engine: str, plan: Plan, *, filled: str = "") -> Iterator[Result]:
    """Measure what the plan wants at each size. `filled` is a database that holds the last size already.

    The PDF is measured at size S only: a synthesis of hundreds of contributions takes longer than all the rest.
    """
    with _databases(engine) as new_database, tempfile.TemporaryDirectory(prefix="consult-bench-") as folder:
        for size in sizes:
            kept = filled if size is sizes[-1] and size is not SIZES["S"] else ""
            instance = Path(folder) / size.slug
            instance.mkdir()
            settings = Settings(
                database_url=database_url(kept) if kept else new_database(),
                instance_path=instance,
                secret_key="for measuring only",  # noqa: S106 - guards generated data for minutes
                limits=1_000_000,  # counted as ever, never reached
            )
            yield from _measure(size, engine, plan, settings, writable=not kept)


def _measure(size: Size, engine: str, plan: Plan, settings: Settings, *, writable: bool) -> Iterator[Result]:
    app = create_app(settings)
    with app.app_context():
        began = perf_counter()
        fill(size, settings.instance_path)
        _analyse()
        say(f"bench: size {size.name} is ready after {perf_counter() - began:.0f} s")
        with server(settings) as port:
            yield from measure_pages(port, size, engine, plan)
            if writable:
                yield from measure_supports(app, port, size, engine, plan)
                yield from measure_flood(app, port, size, engine, plan)
            yield from measure_export(port, size, engine, plan)
        if size is SIZES["S"]:
            yield from measure_pdf(size, engine, plan)
        database_engine().dispose()


def _analyse() -> None:
    """PostgreSQL plans by statistics that its autovacuum gathers a minute after a load; SQLite needs none."""
    engine = database_engine()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def _databases(engine: str) -> Iterator[Callable[[], str]]:
    """A source of empty databases of this engine; PostgreSQL's is started or found as for the tests."""
    with ExitStack() as stack:
        if engine == "sqlite":
            yield lambda: ""
            return
        # Development's way to a server: neither the product nor a measurement on SQLite needs it.
        from tests.support.postgresql import fresh_database, postgresql_server  # noqa: PLC0415

        address = stack.enter_context(postgresql_server())
        yield lambda: fresh_database(address)
