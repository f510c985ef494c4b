"""An installation full of hostile texts, served, with a canary beside it that must hear nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from consult.app import create_app
from consult.core import clock
from consult.core.db import db, transaction
from consult.core.mail import send_due_mail
from consult.moderation.tasks import tell_authors
from consult.settings import Settings
from tests.journeys.hostile.moderation_texts import write_moderation_texts
from tests.journeys.hostile.payloads import payloads
from tests.journeys.hostile.seeding import Seeded, Seeder
from tests.journeys.hostile.team_texts import write_team_texts
from tests.journeys.hostile.trap import Canary, Trap, listening_canary
from tests.support.installation import Installation, new_installation


@dataclass(frozen=True)
class HostilePlace:
    """The served installation, what is in it, and the ear beside it."""

    url: str
    installation: Installation
    seeded: Seeded
    canary: Canary
    texts: tuple[str, ...]
    app: Flask


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostilePlace]:
    """Seeded once; nothing of it is ever shown anywhere else."""
    folder: Path = tmp_path_factory.mktemp("hostile") / "instance"
    installation = new_installation(folder, DEMONSTRATION="1")
    app = create_app(Settings(instance_path=folder, demonstration=True, limits=1_000))
    with listening_canary() as canary:
        texts = payloads(canary.address)
        with app.app_context():
            with transaction(write=True) as session:
                seeder = Seeder(session, texts, clock.real_now())
                seeded = seeder.everything()
                write_moderation_texts(seeder)
                write_team_texts(seeder)
            tell_authors()
            for _batch in range(2 * len(texts) // 10):
                send_due_mail()
            db.engine.dispose()
        # No worker: it would render the synthesis of each of these consultations while they are looked at.
        with installation.serve(worker=False) as served:
            yield HostilePlace(served.url, installation, seeded, canary, texts, app)
        with app.app_context():
            db.engine.dispose()
        assert canary.heard == []


@pytest.fixture
def open_trap(browser: Browser, place: HostilePlace) -> Iterator[Callable[..., Trap]]:
    """Opens a browser that obeys no policy: `open_trap(token)` for somebody who is signed in."""
    traps: list[Trap] = []

    def open_one(token: str = "", *, javascript: bool = True) -> Trap:
        context = browser.new_context(bypass_csp=True, java_script_enabled=javascript, locale="fr-FR")
        if token:
            context.add_cookies([{"name": "consult", "value": token, "url": place.url}])
        trap = Trap(context, place.url)
        trap.follow(trap.page)
        traps.append(trap)
        return trap

    yield open_one
    for trap in traps:
        trap.page.context.close()
