"""Work outside of requests: editions of the synthesis requested and rendered, recounts and repairs."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from consult.consultations import queries as consultations
from consult.core import clock
from consult.core.db import transaction
from consult.reports import commands
from consult.reports.commands import Claim
from consult.reports.errors import RenderingFailed
from consult.reports.pdf.synthesis import render_synthesis
from consult.reports.queries.editions import stale_editions
from consult.reports.queries.recount import recount
from consult.reports.queries.snapshot import hold_snapshot
from consult.reports.rules import Recount

log = logging.getLogger(__name__)
REQUEST_EDITIONS = "request_editions"
RENDER_EDITIONS = commands.RENDER_EDITIONS
_BATCH = 50
_rendering = threading.Lock()


def request_stale_editions() -> None:
    """Task: request what is out of date; each consultation in a transaction of its own."""
    now = clock.now()
    with transaction() as session:
        stale = stale_editions(session, now=now, real_now=clock.real_now())
    for consultation_id, language in stale:
        with transaction(write=True) as session:
            commands.request_edition(session, consultation_id, language, now)


def render_due_editions() -> None:
    """Task: render what was requested, one edition after the other; the state is in their rows.

    One thread of a worker renders at a time: mails must not wait behind editions on all of them.
    """
    if not _rendering.acquire(blocking=False):
        return
    try:
        _render_waiting()
    finally:
        _rendering.release()


def _render_waiting() -> None:
    for _ in range(_BATCH):
        with transaction(write=True) as session:
            claim = commands.claim_edition(session, real_now=clock.real_now())
            slug = consultations.consultation_slug(session, claim.consultation_id) if claim else ""
        if claim is None:
            return
        _render(claim, slug)


def find_drift(slug: str, *, now: datetime) -> Recount:
    """Recount a consultation, all of it as of one instant. Raises `NotFound`."""
    with transaction() as session:
        hold_snapshot(session)
        return recount(session, consultations.consultation_id(session, slug), now=now)


def repair_drift(slug: str, *, now: datetime) -> Recount:
    """Recount and repair in one transaction; returns what was found. Raises `NotFound`."""
    with transaction(write=True) as session:
        return commands.repair(session, consultations.consultation_id(session, slug), now=now)


def _render(claim: Claim, slug: str) -> None:
    try:
        rendered = render_synthesis(slug, claim.language, clock.now())
    except RenderingFailed as error:
        log.error("synthesis.failed", extra={"edition": claim.edition_id, "reason": str(error)})
        with transaction(write=True) as session:
            commands.fail_edition(session, claim, str(error))
        return
    with transaction(write=True) as session:
        stored = commands.store_edition(session, claim, rendered)
    log.info("synthesis.rendered", extra={"edition": claim.edition_id, "pages": rendered.pages, "stored": stored})
