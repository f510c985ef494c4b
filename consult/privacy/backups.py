"""A backup: the whole installation in one file, made while it runs, checked before anything is restored from it.

The file is a zip: `manifest.json` and the database, as SQLite's own file or as `pg_dump` writes it.
The secret key is not in it, nor are the salts of the visitor count, mails or drawn pictures: see
docs/decisions/0029-backups.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import pysqlite3
from sqlalchemy.engine import make_url

from consult.core.errors import OperatorError
from consult.privacy import postgresql

_MANIFEST, _FORMAT = "manifest.json", 1
_FILES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
_CHUNK = 1024 * 1024
_MOST_MANIFEST = 64 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: str
    version: str
    engine: str
    revision: str
    file: str
    bytes: int
    sha256: str


def engine_of(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def sqlite_path(url: str) -> Path:
    """The file of a SQLite address."""
    return Path(make_url(url).database or "")


def make_backup(url: str, target: Path, *, version: str, revision: str, made_at: datetime) -> Manifest:
    """Write a backup of the database at `url`, one instant of it, to a new file. Raises `OperatorError`."""
    if target.exists():
        raise OperatorError(f"{target}: exists already; a backup is never overwritten")
    engine = engine_of(url)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(prefix=".consult-backup-", dir=target.parent) as folder:
            copy = Path(folder) / _FILES[engine]
            _copy_database(engine, url, copy)
            manifest = Manifest(
                format=_FORMAT,
                made_at=made_at.isoformat(timespec="seconds"),
                version=version,
                engine=engine,
                revision=revision,
                file=copy.name,
                bytes=copy.stat().st_size,
                sha256=_sha256(copy),
            )
            _pack(draft, manifest, copy)
        draft.replace(target)
    except OSError as error:
        raise OperatorError(f"{target}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the unpacked database of a backup, which is checked whole. Raises `OperatorError`."""
    try:
        with tempfile.TemporaryDirectory(prefix="consult-restore-") as folder, ZipFile(source) as file:
            manifest = _read_manifest(source, file)
            copy = Path(folder) / manifest.file
            with file.open(manifest.file) as packed, copy.open("wb") as out:
                copy.chmod(0o600)
                shutil.copyfileobj(packed, out, _CHUNK)
            if copy.stat().st_size != manifest.bytes or _sha256(copy) != manifest.sha256:
                raise OperatorError(f"{source}: damaged: its database is not the one it was made with")
            yield manifest, copy
    except (BadZipFile, KeyError, EOFError) as error:
        raise OperatorError(f"{source}: not a backup, or a damaged one") from error
    except OSError as error:
        raise OperatorError(f"{source}: {error.strerror or error}") from error


def _read_manifest(source: Path, file: ZipFile) -> Manifest:
    if file.getinfo(_MANIFEST).file_size > _MOST_MANIFEST:
        raise OperatorError(f"{source}: not a backup of ours")
    try:
        told: Mapping[str, Any] = json.loads(file.read(_MANIFEST))
        manifest = Manifest(**told)
    except (ValueError, TypeError) as error:
        raise OperatorError(f"{source}: its manifest cannot be understood") from error
    if manifest.format != _FORMAT or _FILES.get(manifest.engine) != manifest.file:
        raise OperatorError(f"{source}: made by a version of Consult that this one does not know")
    return manifest


def _copy_database(engine: str, url: str, copy: Path) -> None:
    if engine == "postgresql":
        postgresql.dump(url, copy)
        return
    copy_sqlite(sqlite_path(url), copy)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database into another, which shows either what it held or all of this. Raises `OperatorError`."""
    if not source.is_file():
        raise OperatorError(f"{source}: there is no database")
    try:
        origin, copy = pysqlite3.connect(str(source)), pysqlite3.connect(str(target))
        try:
            copy.execute("PRAGMA busy_timeout=10000")
            copy.execute("PRAGMA secure_delete=ON")
            with copy:
                origin.backup(copy)
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            copy.close()
            origin.close()
    except pysqlite3.DatabaseError as error:
        raise OperatorError(f"{source}: {error}") from error


def _pack(draft: Path, manifest: Manifest, copy: Path) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with ZipFile(raw, "w", ZIP_DEFLATED) as file:
            file.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
            file.write(copy, copy.name)
        raw.flush()
        os.fsync(raw.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
