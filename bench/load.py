"""`make load SIZE=S|M|L|XL [DATABASE=…]`: a generated consultation in a database, under the product's rules.

    python -m bench.load SIZE

DATABASE, a variable of the environment, is an address (postgresql+psycopg://…) or the path of a SQLite file;
without it the settings say which, as for `consult`. Progress goes to standard error; standard output gets one
line of JSON with what the consultation shows and what loading it took.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from sqlalchemy.exc import OperationalError

from bench.filling import database_url, fill, say
from bench.sizes import SIZES, Size
from consult.app import create_app
from consult.core.errors import OperatorError
from consult.core.logs import configure_logs
from consult.reports.rules import FIGURES
from consult.settings import SettingError, Settings, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Load; 0, or 2 with one sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog="make load", description="Fill a database with a generated consultation."
    )
    parser.add_argument("size", choices=SIZES, metavar="SIZE", help=", ".join(SIZES))
    parser.add_argument("--database", default=os.environ.get("DATABASE", ""), help="address or SQLite file")
    options = parser.parse_args(arguments)
    try:
        settings = read_settings()
        if options.database:
            settings = replace(settings, database_url=database_url(options.database))
        configure_logs("WARNING")
        print(json.dumps(load(SIZES[options.size], settings)))
    except (OperatorError, SettingError) as error:
        say(f"load: {error}")
        return 2
    except OperationalError as error:
        say(f"load: the database cannot be reached or used: {str(error.orig).strip().splitlines()[0]}")
        return 2
    return 0


def load(size: Size, settings: Settings) -> dict[str, object]:
    """Load the size into the database of these settings; returns what it then shows and what it took."""
    began = perf_counter()
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    say(f"load: size {size.name} into {app.config['SQLALCHEMY_DATABASE_URI'].rpartition('@')[2]}")
    with app.app_context():
        shown = fill(size, settings.instance_path)
    seconds = perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"load: {size.slug} in {seconds:.0f} s, at most {megabytes:,.0f} MB of memory")
    return {
        "size": size.name,
        "slug": size.slug,
        "seconds": round(seconds, 1),
        "megabytes": round(megabytes),
        **{name: getattr(shown, name) for name in FIGURES},
    }


if __name__ == "__main__":
    sys.exit(main())
