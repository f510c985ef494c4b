"""How tests of the team's pages read, send and make consultations."""

from __future__ import annotations

from datetime import date
from typing import Any

from consult.consultations import queries
from consult.consultations.queries import ConsultationView
from consult.consultations.values import State
from consult.core import clock
from consult.core.access import Actor
from consult.core.db import transaction
from tests.support.clients import AuditedClient
from tests.support.factories import Factory, Made

ANYBODY = Actor(person_id=0, is_administrator=True)
STATES = {
    State.DRAFT: (date(2026, 3, 20), date(2026, 4, 10), False),
    State.ANNOUNCED: (date(2026, 3, 20), date(2026, 4, 10), True),
    State.OPEN: (date(2026, 3, 1), date(2026, 3, 31), True),
    State.CLOSED: (date(2026, 2, 1), date(2026, 2, 20), True),
}


def stored(slug: str) -> ConsultationView:
    with transaction() as session:
        return queries.get_consultation(session, slug, actor=ANYBODY, now=clock.now())


def edit(slug: str) -> str:
    return f"/en/manage/consultations/{slug}/edit"


def save(client: AuditedClient, made: Made, changes: dict[str, Any]) -> Any:
    """Send the edit form of a consultation with some fields changed."""
    view = stored(made.slug)
    with transaction() as session:
        voices = queries.list_testimonies(session, view.id)
        based_on = queries.text_fingerprint(session, view.id)
    form: dict[str, Any] = {
        **{
            name: getattr(view, name) for name in ("title", "slug", "summary", "language", "introduction", "about")
        },
        "opens_on": view.opens_on.isoformat(),
        "closes_on": view.closes_on.isoformat(),
        "based_on": based_on,
        **{f"questions-{number}-text": item.text for number, item in enumerate(view.questions)},
    }
    for number, voice in enumerate(voices):
        for name in ("name", "role", "organisation", "quote", "consent"):
            form[f"testimonies-{number}-{name}"] = getattr(voice, name)
    return client.send(edit(made.slug), {**form, **changes})


def in_state(make: Factory, state: State) -> Made:
    opens_on, closes_on, published = STATES[state]
    return make.consultation(opens_on=opens_on, closes_on=closes_on, published=published)
