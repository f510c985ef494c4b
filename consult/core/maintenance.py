"""Closed for maintenance: a file in the instance folder, or a setting; never the database, which may be away.

Every process of the machine sees the file at its next request, whatever it was started with. Several machines
each have an instance folder: each is closed by itself, or all by the setting.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from consult.core.errors import OperatorError
from consult.settings import Settings

_NAME = "maintenance"
# What whoever asks too early is told when nobody said how long it takes, and at the very least.
_USUAL, _SOON = timedelta(minutes=10), timedelta(minutes=1)


@dataclass(frozen=True)
class Maintenance:
    """The site is closed: since when and until about when, where that is known."""

    since: datetime | None = None
    until: datetime | None = None

    def retry_after(self, now: datetime) -> int:
        """In how many seconds it is worth asking again."""
        left = _USUAL if self.until is None else max(self.until - now, _SOON)
        return int(left.total_seconds())


def current(settings: Settings) -> Maintenance | None:
    """The maintenance that is going on, or None. A file that cannot be understood closes the site all the same."""
    try:
        text = _path(settings).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Maintenance() if settings.maintenance else None
    except (OSError, ValueError):
        return Maintenance()
    try:
        told: dict[str, Any] = json.loads(text)
        return Maintenance(_instant(told.get("since")), _instant(told.get("until")))
    except (ValueError, TypeError, AttributeError):
        return Maintenance()


def begin(settings: Settings, *, now: datetime, minutes: int | None = None) -> Maintenance:
    """Close the site from its next request on; `minutes` is how long it will take, about.

    Once more while it is closed changes the expected end only. Raises `OperatorError`.
    """
    earlier = current(settings)
    since = earlier.since if earlier is not None and earlier.since is not None else now
    until = now + timedelta(minutes=minutes) if minutes is not None else None
    told = {"since": since.isoformat(), "until": until.isoformat() if until else None}
    path = _path(settings)
    draft = path.with_name(f"{_NAME}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(path)  # in one step: no process reads half of it
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}") from error
    return Maintenance(since, until)


def end(settings: Settings) -> None:
    """Open the site again. Raises `OperatorError`, also while the setting keeps it closed."""
    path = _path(settings)
    try:
        with suppress(FileNotFoundError):
            path.unlink()
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}") from error
    if settings.maintenance:
        raise OperatorError("CONSULT_MAINTENANCE keeps the site closed: unset it and restart the server")


def _path(settings: Settings) -> Path:
    return settings.instance_path / _NAME


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else None
