"""Background work: named tasks whose state lives in our own rows.

The queue (huey) carries nothing but a task's name: it only wakes a worker up, so a lost queue loses nothing,
and a periodic run of the same task finds whatever was left behind. Tasks are idempotent and may run twice.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import FileHuey, Huey, RedisHuey, crontab
from huey.serializer import SignedSerializer
from sqlalchemy.orm import Session

from consult.core import clock
from consult.core.installation import current_settings

log = logging.getLogger(__name__)

TaskBody = Callable[[], None]
_WAKE_UPS = "consult_wake_ups"
_EXTENSION = "consult_queue"


@dataclass(frozen=True)
class Task:
    """A named piece of background work, repeated every `every_minutes` as a safety net."""

    name: str
    body: TaskBody
    every_minutes: int


class Queue:
    """The application's task queue: wakes workers up by task name."""

    def __init__(self, app: Flask, tasks: tuple[Task, ...], huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._bodies = {task.name: task.body for task in tasks}
        self._run = huey.task(name="consult_run")(self.run)
        for task in tasks:
            self._repeat(task)

    def _repeat(self, task: Task) -> None:
        schedule = crontab(minute=f"*/{task.every_minutes}")
        huey_name = f"consult_every_{task.every_minutes}_{task.name}"
        self.huey.periodic_task(schedule, name=huey_name)(lambda: self.run(task.name))

    def wake(self, name: str) -> None:
        """Ask a worker to run a task soon; a queue that cannot be reached is logged, not fatal."""
        try:
            self._run(name)
        except Exception:  # the periodic run finds the rows: reading and supporting go on
            log.warning("queue.unreachable", extra={"task": name}, exc_info=True)

    def run(self, name: str) -> None:
        """Run a task here and now, inside an application context, with the application's clock."""
        with self.app.app_context():
            clock.pin(current_settings().freeze_time)
            self._bodies[name]()


def build_huey(redis_url: str, folder: Path, secret_key: str) -> Huey:
    """The queue's storage: Redis when configured, else files in `folder` (one machine).

    Messages are pickles, which can run anything: only what is signed with this installation's key is unpickled.
    A worker that meets anything else (from before messages were signed, say) logs it, drops it and goes on.
    """
    key = hmac.digest(secret_key.encode(), b"consult queue", hashlib.sha256).hex()
    serializer = SignedSerializer(secret=key, salt="consult")
    if redis_url:
        return RedisHuey("consult", url=redis_url, results=False, serializer=serializer)
    return FileHuey("consult", path=str(folder), use_thread_lock=False, results=False, serializer=serializer)


def configure_tasks(app: Flask, tasks: tuple[Task, ...], huey: Huey) -> None:
    """Attach the queue to the application."""
    app.extensions[_EXTENSION] = Queue(app, tasks, huey)


def queue() -> Queue:
    """The queue of the current application."""
    found: Queue = current_app.extensions[_EXTENSION]
    return found


def wake(name: str) -> None:
    """Wake a worker up for a task."""
    queue().wake(name)


def wake_after_commit(session: Session, name: str) -> None:
    """Wake a worker up once the rows of this transaction are committed."""
    session.info.setdefault(_WAKE_UPS, set()).add(name)


def take_wake_ups(session: Session) -> tuple[str, ...]:
    """The tasks to wake after this commit; forgets them. Nothing is woken by a rolled back block."""
    names: set[Any] = session.info.pop(_WAKE_UPS, set())
    return tuple(sorted(names))
