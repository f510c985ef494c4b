"""PostgreSQL's own tools: a dump taken while others write, and a database replaced in one transaction."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from consult.core.errors import OperatorError

_BINARIES = Path("/usr/lib/postgresql")
_ALL_OR_NOTHING = ("--set=ON_ERROR_STOP=1", "--single-transaction")
# Tables and functions of the old state go in the transaction that brings the new one.
_EMPTY = """DO $$
DECLARE item record;
BEGIN
  FOR item IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', item.tablename);
  END LOOP;
  FOR item IN SELECT p.oid::regprocedure AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', item.name);
  END LOOP;
END $$;
"""


def dump(url: str, target: Path) -> None:
    """Write the database as `pg_dump` does, in its custom format. Raises `OperatorError`."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


@contextmanager
def scratch_database(url: str, source: Path) -> Iterator[str]:
    """The address of a database of its own that a dump was restored into; it is dropped in the end.

    Raises `OperatorError`; the role of the address must be allowed to create databases.
    """
    name = f"consult_restore_{secrets.token_hex(6)}"
    _administer(url, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        address = make_url(url).set(database=name).render_as_string(hide_password=False)
        _run("pg_restore", address, "--exit-on-error", "--no-owner", "--no-privileges", str(source))
        yield address
    finally:
        _administer(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def replace_database(origin: str, target: str, folder: Path) -> None:
    """Make `target` what `origin` is, in one transaction: readers see the old or the new.

    Raises `OperatorError`.
    """
    script, dumped = folder / "replace.sql", folder / "new.sql"
    _run("pg_dump", origin, "--format=plain", "--no-owner", "--no-privileges", f"--file={dumped}")
    with script.open("wb") as whole, dumped.open("rb") as new:
        script.chmod(0o600)
        whole.write(_EMPTY.encode())
        shutil.copyfileobj(new, whole, 1024 * 1024)
    _run("psql", target, "--no-psqlrc", "--quiet", *_ALL_OR_NOTHING, f"--file={script}")


def _administer(url: str, statement: str) -> None:
    import psycopg  # noqa: PLC0415 - an optional dependency

    try:
        with psycopg.connect(_conninfo(make_url(url), with_password=True), autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.Error as error:
        raise OperatorError(f"PostgreSQL: {str(error).splitlines()[0]}") from error


def _run(tool: str, url: str, *arguments: str) -> None:
    """Run a tool on a database; the password goes by the environment, where no list of processes shows it."""
    parsed = make_url(url)
    environment = dict(os.environ)
    if parsed.password:
        environment["PGPASSWORD"] = str(parsed.password)
    command = [_tool(tool), f"--dbname={_conninfo(parsed, with_password=False)}", *arguments]
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL's, on addresses of the operator's
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it failed without a word"]
        raise OperatorError(f"{tool}: {said[0]}")


def _tool(name: str) -> str:
    """Where a tool is: on the path, or where Debian keeps the newest."""
    found = shutil.which(name)
    if found is None:
        installed = sorted(_BINARIES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0]))
        found = str(installed[-1]) if installed else None
    if found is None:
        raise OperatorError(f"{name} is not installed: it comes with the package postgresql-client")
    return found


def _conninfo(url: URL, *, with_password: bool) -> str:
    plain = url.set(drivername="postgresql")
    if not with_password:
        plain = URL.create(
            "postgresql", plain.username, None, plain.host, plain.port, plain.database, query=plain.query
        )
    return plain.render_as_string(hide_password=False)
