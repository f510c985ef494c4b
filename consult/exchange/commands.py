"""Storing a checked package: one transaction, nothing visible before its last statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from consult.accounts.loads import add_people
from consult.audience.commands import load_days
from consult.consultations.commands import LockedConsultation, add_consultation, lock_consultation, mark_published
from consult.consultations.errors import SlugTaken
from consult.core.errors import OperatorError
from consult.exchange import messages
from consult.exchange.reading import Package
from consult.exchange.values import Acts, Destination, Imported, Progress
from consult.organisations.commands import create_organisation
from consult.organisations.queries import organisation_by_slug
from consult.proposals.loads import ActsLoader, NewComment, NewContribution, NewSupport
from consult.proposals.rules import CommentText, ContributionText
from consult.proposals.values import Channel, Stance

T = TypeVar("T")


def store_package(
    session: Session, package: Package, *, demonstration: bool, now: datetime, progress: Progress
) -> Imported:
    """Store everything and make the consultation visible.

    Raises `OperatorError` when its address was taken, or its organisation changed, since the package was read.
    """
    organisation_id = _organisation_id(session, package.destination, now)
    try:
        consultation_id = add_consultation(session, organisation_id=organisation_id, text=package.text, now=now)
    except SlugTaken as error:
        raise OperatorError(messages.slug_taken(package.text.slug)) from error
    consultation = lock_consultation(session, consultation_id)
    people = _store_acts(session, consultation, package.acts, now, progress)
    load_days(session, consultation, package.acts.visits, now)
    mark_published(session, consultation_id=consultation_id, now=now, demonstration=demonstration)
    return Imported(
        slug=consultation.slug,
        title=package.text.title,
        contributions=len(package.acts.contributions),
        comments=len(package.acts.comments),
        supports=len(package.acts.supports),
        people=people,
    )


def _organisation_id(session: Session, destination: Destination, now: datetime) -> int:
    """The organisation of the package, created when there is none; its clock is the one that was checked by."""
    known = organisation_by_slug(session, destination.slug)
    if known is None:
        return create_organisation(
            session, slug=destination.slug, name=destination.name, time_zone=destination.time_zone, now=now
        )
    if known.time_zone != destination.time_zone:
        raise OperatorError(messages.organisation_changed(destination.slug))
    return known.id


def _store_acts(
    session: Session, consultation: LockedConsultation, acts: Acts, now: datetime, progress: Progress
) -> int:
    """Everything that people did; returns how many people they are."""
    person_ids = add_people(session, acts.people, now)
    stored = _Shown(len(acts.contributions) + len(acts.comments) + len(acts.supports), progress)
    loader = ActsLoader(session, consultation)
    loader.add_contributions(stored.each(_contributions(acts, person_ids, consultation)))
    loader.add_comments(stored.each(_comments(acts, person_ids, replies=False)))
    loader.add_comments(stored.each(_comments(acts, person_ids, replies=True)))
    loader.add_supports(stored.each(_supports(acts, person_ids)))
    loader.finish(dict(zip(person_ids, acts.people, strict=True)))
    return len(person_ids)


def _contributions(
    acts: Acts, person_ids: Sequence[int], consultation: LockedConsultation
) -> Iterator[NewContribution]:
    for item, texts in zip(acts.contributions, acts.contribution_texts, strict=True):
        yield NewContribution(
            number=item.number,
            question=item.question,
            author_id=None if item.author is None else person_ids[item.author],
            author_name="" if item.author is None else acts.people[item.author],
            text=ContributionText(*texts),
            created_at=item.created_at,
            channel=item.channel,
            status=item.status,
            received_on=_received_on(item.channel, item.created_at, consultation),
        )


def _received_on(channel: Channel, created_at: datetime, consultation: LockedConsultation) -> date | None:
    """The day paper came in: what was typed in after the closing counts because it was there by the last day."""
    if channel is Channel.WEB:
        return None
    return min(consultation.day(created_at), consultation.closes_on)


def _comments(acts: Acts, person_ids: Sequence[int], *, replies: bool) -> Iterator[NewComment]:
    for item, (body, html) in zip(acts.comments, acts.comment_texts, strict=True):
        if (item.parent is not None) is replies:
            yield NewComment(
                contribution=item.contribution,
                number=item.number,
                parent=item.parent,
                stance=Stance.NEUTRAL if replies else item.stance,
                author_id=person_ids[item.author],
                author_name=acts.people[item.author],
                text=CommentText(body, html),
                created_at=item.created_at,
                status=item.status,
            )


def _supports(acts: Acts, person_ids: Sequence[int]) -> Iterator[NewSupport]:
    for item in acts.supports:
        yield NewSupport(item.contribution, person_ids[item.author], item.created_at)


class _Shown:
    """Shows how far storing has come."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The items, counted as they are taken."""
        for item in items:
            yield item
            self._done += 1
            self._progress("storing", self._done, self._total)
