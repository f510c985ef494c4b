"""The queue carries nothing that is not ours."""

from __future__ import annotations

import logging
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from huey import Huey
from huey.serializer import SignedSerializer

from consult.core.tasks import Queue, Task, build_huey

KEY = "for tests only"


class Harm:
    """What makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


class Work:
    """A queue with one task, and a worker that is driven by hand."""

    def __init__(self, folder: Path, app: Flask) -> None:
        self.done: list[str] = []
        self.huey = build_huey("", folder, KEY)
        task = Task("count", lambda: self.done.append("count"), every_minutes=5)
        self.queue = Queue(app, (task,), self.huey)
        self.worker = self.huey.create_consumer(workers=1, initial_delay=0.1)._create_worker()


@pytest.fixture
def work(tmp_path: Path, app: Flask) -> Work:
    return Work(tmp_path / "queue", app)


def test_what_is_signed_is_done(work: Work) -> None:
    work.queue.wake("count")
    work.worker.loop()
    assert work.done == ["count"]


@pytest.mark.parametrize("signed", ["not at all", "with another key"])
def test_what_is_not_ours_is_never_unpickled_and_stops_nobody(
    work: Work, tmp_path: Path, caplog: pytest.LogCaptureFixture, signed: str
) -> None:
    harm = Harm(tmp_path / "harm")
    message = pickle.dumps(harm)
    if signed == "with another key":
        message = _others(tmp_path).serializer.serialize(harm)
    work.huey.storage.enqueue(message)
    work.queue.wake("count")
    with caplog.at_level(logging.ERROR, "huey"):
        work.worker.loop()
    assert not harm.folder.exists()
    assert "Error reading from queue" in caplog.text
    work.worker.loop()
    assert work.done == ["count"]


def test_messages_of_an_earlier_version_do_not_stop_a_worker(work: Work) -> None:
    unsigned = Huey("consult", storage_class=type(work.huey.storage), path=work.huey.storage.path, results=False)
    unsigned.task(name="consult_run")(print)("count")
    work.queue.wake("count")
    assert work.huey.storage.queue_size() == 2
    for _time in range(2):
        work.worker.loop()
    assert work.done == ["count"]
    assert work.huey.storage.queue_size() == 0


def test_messages_in_redis_are_signed_too(tmp_path: Path) -> None:
    huey = build_huey("redis://127.0.0.1:1/0", tmp_path, KEY)
    assert isinstance(huey.serializer, SignedSerializer)
    with pytest.raises(ValueError, match=r"not found|mismatch"):
        huey.serializer.deserialize(pickle.dumps("count"))


def test_the_key_is_the_installation_s(tmp_path: Path, app: Flask) -> None:
    ours = app.extensions["consult_queue"].huey.serializer
    key = app.config["SECRET_KEY"]
    assert build_huey("", tmp_path, key).serializer.deserialize(ours.serialize("count")) == "count"
    with pytest.raises(ValueError, match="mismatch"):
        _others(tmp_path).serializer.deserialize(ours.serialize("count"))


def _others(folder: Path) -> Huey:
    return build_huey("", folder, "of somebody else")
