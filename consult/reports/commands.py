"""Editions of the synthesis requested, claimed and stored; counters repaired from a recount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.commands import (
    LockedConsultation,
    adjust_tally,
    lock_consultation,
    mark_synthesis_published,
)
from consult.consultations.models import Consultation, Tally
from consult.consultations.values import State
from consult.core.access import Actor, Refused, require
from consult.core.db import upsert
from consult.core.tasks import wake_after_commit
from consult.ledger import commands as journal
from consult.proposals.models import Contribution, Participation
from consult.reports import policies
from consult.reports.models import Edition, EditionFile
from consult.reports.queries import editions
from consult.reports.queries.recount import drifted_contributions, drifted_participations, recount
from consult.reports.rules import Recount
from consult.reports.values import EditionState
from consult.settings import LANGUAGES

RENDER_EDITIONS = "render_editions"
# A worker that dies while rendering leaves its claim behind: after this long another one takes it over.
CLAIM = timedelta(minutes=15)
KEPT = 3


@dataclass(frozen=True)
class Claim:
    """An edition that this worker renders."""

    edition_id: int
    consultation_id: int
    language: str


@dataclass(frozen=True)
class Rendered:
    """A rendered synthesis and what it is a picture of."""

    content: bytes
    pages: int
    data_version: int
    as_of: datetime
    is_final: bool


def request_edition(session: Session, consultation_id: int, language: str, now: datetime) -> int | None:
    """Ask for an edition as of `now`; a worker renders it after the commit. Raises `NotFound`.

    Returns its id, or None when there is nothing to render: a draft or announced consultation, one that is
    requested already and not begun, or a newest edition that shows the same data on the same day.
    """
    consultation = lock_consultation(session, consultation_id)
    state = consultation.state(now)
    if state in {State.DRAFT, State.ANNOUNCED}:
        return None
    version = session.execute(select(Tally.version).where(Tally.consultation_id == consultation_id)).scalar_one()
    newest = editions.newest_edition(session, consultation_id, (language,))
    current = newest is not None and editions.up_to_date(
        newest, version, state is State.CLOSED, consultation.time_zone, now
    )
    if current or editions.has_waiting_edition(session, consultation_id, language):
        return None
    edition = Edition(
        consultation_id=consultation_id,
        language=language,
        data_version=version,
        state=EditionState.REQUESTED,
        requested_at=now,
    )
    session.add(edition)
    session.flush()
    wake_after_commit(session, RENDER_EDITIONS)
    return edition.id


def publish_synthesis(session: Session, *, actor: Actor, consultation_id: int, now: datetime) -> None:
    """Make the final editions the published ones; from then on nothing received on paper is typed in any more.

    Raises `Refused`: `synthesis_not_ready` while no final edition in the consultation's language shows its data.
    """
    consultation = lock_consultation(session, consultation_id)
    require(
        policies.can_publish_synthesis(
            actor,
            organisation_id=consultation.organisation_id,
            state=consultation.state(now),
            published=consultation.synthesis_published,
        )
    )
    view = consultations.get_consultation(session, consultation.slug, actor=actor, now=now)
    ready = editions.publishable_editions(session, view, now)
    if view.language not in ready:
        raise Refused("synthesis_not_ready")
    chosen = [edition.id for edition in ready.values()]
    session.execute(update(Edition).where(Edition.id.in_(chosen)).values(published_at=now))
    mark_synthesis_published(session, consultation, now=now)


def request_final_editions(session: Session, consultation_id: int, now: datetime) -> None:
    """Ask for the final edition in every language where it is not up to date. Raises `NotFound`."""
    for language in LANGUAGES:
        request_edition(session, consultation_id, language, now)


def claim_edition(session: Session, *, real_now: datetime) -> Claim | None:
    """Take the oldest edition that waits, or whose worker has not been heard of for `CLAIM`."""
    edition = session.scalars(
        select(Edition)
        .where(
            Edition.state == EditionState.REQUESTED,
            or_(Edition.claimed_at.is_(None), Edition.claimed_at <= real_now - CLAIM),
        )
        .order_by(Edition.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if edition is None:
        return None
    edition.claimed_at = real_now
    return Claim(edition.id, edition.consultation_id, edition.language)


def store_edition(session: Session, claim: Claim, rendered: Rendered) -> bool:
    """Keep a rendered edition and forget those it replaces; False when another worker was quicker."""
    stored = session.execute(
        update(Edition)
        .where(Edition.id == claim.edition_id, Edition.state == EditionState.REQUESTED)
        .values(
            state=EditionState.READY,
            data_version=rendered.data_version,
            as_of=rendered.as_of,
            is_final=rendered.is_final,
            pages=rendered.pages,
            published_at=_published_at(session, claim, rendered),
            error=None,
        )
        .returning(Edition.id)
    ).first()
    if stored is None:
        return False
    session.add(EditionFile(edition_id=claim.edition_id, content=rendered.content))
    session.flush()
    _forget_earlier(session, claim)
    return True


def fail_edition(session: Session, claim: Claim, error: str) -> None:
    """Note why an edition could not be rendered; the ones before it stay."""
    session.execute(
        update(Edition)
        .where(Edition.id == claim.edition_id, Edition.state == EditionState.REQUESTED)
        .values(state=EditionState.FAILED, error=error)
    )


def repair(session: Session, consultation_id: int, *, now: datetime) -> Recount:
    """Bring every counter to what the rows say; returns the recount as it was before. Raises `NotFound`.

    The days' changes get the difference on the current day, the journal an entry when its sums were others.
    """
    consultation = lock_consultation(session, consultation_id)
    found = recount(session, consultation_id, now=now)
    if not found.agrees:
        _repair_contributions(session, consultation_id)
        _repair_participations(session, consultation_id)
        _repair_figures(session, consultation, found, now)
    recounted = {item.name: item.recounted for item in found.figures if item.name != "days"}
    journal.correct(session, consultation_id, recounted, at=now)
    return found


def _published_at(session: Session, claim: Claim, rendered: Rendered) -> datetime | None:
    """What is made after the publication corrects the published edition and takes its place."""
    published = select(Consultation.synthesis_published_at).where(Consultation.id == claim.consultation_id)
    return rendered.as_of if rendered.is_final and session.scalar(published) is not None else None


def _forget_earlier(session: Session, claim: Claim) -> None:
    """Keep the last `KEPT` interim editions and the last final one; failed attempts before it are history."""
    mine = (Edition.consultation_id == claim.consultation_id, Edition.language == claim.language)
    ready = select(Edition.id).where(*mine, Edition.state == EditionState.READY).order_by(Edition.id.desc())
    current = Edition.is_obsolete.is_(False)
    kept = {
        *session.scalars(ready.where(current, Edition.is_final.is_(False)).limit(KEPT)),
        *session.scalars(ready.where(current, Edition.is_final.is_(True)).limit(1)),
    }
    session.execute(
        delete(Edition).where(
            *mine,
            Edition.id < claim.edition_id,
            Edition.state != EditionState.REQUESTED,
            Edition.id.not_in(kept),
        )
    )


def _repair_contributions(session: Session, consultation_id: int) -> None:
    off = drifted_contributions(consultation_id).subquery()
    session.execute(
        update(Contribution)
        .where(Contribution.id == off.c.id)
        .values(supports=off.c.supports, comments=off.c.comments)
        .execution_options(synchronize_session=False)
    )


def _repair_participations(session: Session, consultation_id: int) -> None:
    off = drifted_participations(consultation_id).subquery()
    # SQLite needs the condition to tell the upsert's ON from a join's.
    rows = select(literal(consultation_id), off.c.person_id, off.c.counted_acts).where(
        off.c.person_id.is_not(None)
    )
    insert = upsert(session, Participation).from_select(["consultation_id", "person_id", "counted_acts"], rows)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["consultation_id", "person_id"],
            set_={"counted_acts": insert.excluded.counted_acts},
        )
    )


def _repair_figures(session: Session, consultation: LockedConsultation, found: Recount, now: datetime) -> None:
    counted = {item.name: item for item in found.figures if item.name != "days"}
    adjust_tally(
        session,
        consultation.id,
        day=consultation.day(now),
        **{name: item.recounted - item.days for name, item in counted.items()},
    )
    # The line above brought the days to the recount; where they had parted from the live row, it is set too.
    session.execute(
        update(Tally)
        .where(Tally.consultation_id == consultation.id)
        .values({name: item.recounted for name, item in counted.items()})
    )
