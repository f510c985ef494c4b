"""An act counts by the instant its request was received, before it waits for anything."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from consult.accounts import sessions
from consult.consultations.commands import lock_consultation
from consult.consultations.queries import figures
from consult.core import clock
from consult.core.access import Actor
from consult.core.db import independent_transaction, transaction
from tests.accounts.flows import Clock
from tests.proposals.citizen_acts import ACTS, ENDING, TEXT, Scene, set_scene
from tests.support.clients import AuditedClient, csrf_token
from tests.support.factories import Factory
from tests.support.locks import PATIENCE, counted_waits, wait_for

# The consultation's last day is 31 March, in Paris.
MIDNIGHT = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
BY_AUTHOR = {"edit", "withdraw", "withdraw comment", "withdraw support"}


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Real time, in the hands of the test, a day before the end."""
    moved = Clock()
    moved.now = MIDNIGHT - timedelta(days=1)
    monkeypatch.setattr(clock, "real_now", moved)
    return moved


@pytest.fixture
def scene(make: Factory) -> Scene:
    return set_scene(make, make.consultation())


class Sender(threading.Thread):
    """One browser that sends the form of one act, prepared beforehand, in a thread of its own."""

    def __init__(self, app: Flask, scene: Scene, act: str, actor: Actor) -> None:
        super().__init__(name=act, daemon=True)
        self.act, self.status = act, 0
        self._client = AuditedClient(app)
        self._client.sign_in(actor)
        self._base = f"/consultations/{scene.made.slug}/contributions"
        self._token = csrf_token(self._client.get("/account").text)
        if act == "contribute":
            self._post("/new", {"question": "1", "title": TEXT.title})
            self._post("/new/text", {"body": TEXT.body})

    def run(self) -> None:
        """Send it; nothing but the request's own instant is known in this thread."""
        self.status = self._post(ACTS[self.act].path, dict(ACTS[self.act].form))

    def _post(self, path: str, form: dict[str, str]) -> int:
        return self._client.post(self._base + path, data={"csrf_token": self._token, **form}).status_code


def senders(app: Flask, make: Factory, scene: Scene) -> list[Sender]:
    """Each act by somebody: the author where only the author may, else somebody new."""
    return [Sender(app, scene, act, scene.author if act in BY_AUTHOR else make.person()) for act in ENDING]


def test_what_waits_behind_a_lock_past_midnight_was_in_time(
    app: Flask, make: Factory, scene: Scene, real: Clock
) -> None:
    in_time, late = senders(app, make, scene), senders(app, make, scene)
    before = counted(scene)
    real.now = MIDNIGHT - MILLISECOND
    with counted_waits() as waiting:
        with independent_transaction() as session:
            lock_consultation(session, scene.made.id)
            waiting.clear()
            for sender in in_time:
                sender.start()
            wait_for(waiting, len(in_time))
            real.now = MIDNIGHT
            for sender in late:
                sender.start()
            time.sleep(0.1)
            assert not any(sender.status for sender in in_time), "nothing may pass the lock"
        for sender in in_time + late:
            sender.join(timeout=PATIENCE)
    assert {sender.act: sender.status for sender in in_time} == dict.fromkeys(ENDING, 303)
    answers = {sender.act: sender.status for sender in late}
    assert answers.pop("withdraw") in {403, 410}, "gone, once the author's own request in time was served"
    assert set(answers.values()) == {403}, answers
    assert [new - old for new, old in zip(counted(scene), before, strict=True)] == [4, 0, 0, 1]


def test_what_waits_for_its_session_past_midnight_was_in_time(
    app: Flask, make: Factory, scene: Scene, real: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(app, scene, "support", make.person())
    late = Sender(app, scene, "support", make.person())
    found = sessions.queries.browser_session

    def slow(*arguments: object, **named: object) -> object:
        real.now = MIDNIGHT + timedelta(seconds=5)
        return found(*arguments, **named)  # type: ignore[arg-type]

    real.now = MIDNIGHT - MILLISECOND
    monkeypatch.setattr(sessions.queries, "browser_session", slow)
    for one in (sender, late):
        one.start()
        one.join(timeout=PATIENCE)
    assert (sender.status, late.status) == (303, 403)


def counted(scene: Scene) -> tuple[int, int, int, int]:
    with transaction() as session:
        live = figures(session, scene.made.id, clock.now())
    return live.participants, live.contributions, live.supports, live.comments
