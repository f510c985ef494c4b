"""The import from start to finish, for the command line: the edge that opens its transactions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from consult.consultations.queries import consultation_id
from consult.core.db import transaction
from consult.core.errors import NotFound, OperatorError
from consult.exchange import messages
from consult.exchange.commands import store_package
from consult.exchange.manifest import Manifest
from consult.exchange.reading import read_package
from consult.exchange.values import Acts, Destination, Imported, Limits, Progress, no_progress
from consult.organisations.queries import organisation_by_slug


def import_packages(
    paths: Sequence[Path],
    *,
    organisation: str | None,
    demonstration: bool,
    now: datetime,
    progress: Progress = no_progress,
    limits: Limits | None = None,
) -> list[Imported]:
    """Load packages: checked whole, rendered, then all of them stored in one transaction or none of them.

    `organisation` is the slug of an existing organisation that replaces the packages' own. Raises
    `PackageRefused` with what is wrong with the first wrong package, `OperatorError` when there is none, an
    address is taken or the organisation is unknown.
    """
    with ExitStack() as stack:
        packages = []
        for path in paths:
            notes: list[str] = []
            package = stack.enter_context(
                read_package(
                    path,
                    partial(_find_destination, organisation=organisation, notes=notes),
                    organisation_given=organisation is not None,
                    progress=progress,
                    limits=limits,
                )
            )
            packages.append((package, (*notes, *package.notes, *_to_come(package.acts, now))))
        with transaction(write=True) as session:
            stored = [
                store_package(session, package, demonstration=demonstration, now=now, progress=progress)
                for package, _ in packages
            ]
        return [replace(imported, notes=notes) for imported, (_, notes) in zip(stored, packages, strict=True)]


def _find_destination(manifest: Manifest, *, organisation: str | None, notes: list[str]) -> Destination | None:
    """Where the package goes. Asked before its tables are read, whose times depend on the organisation's clock."""
    named = manifest.organisation
    slug = organisation or (named.slug if named else "")
    with transaction() as session:
        taken = bool(manifest.slug) and _is_taken(session, manifest.slug)
        known = organisation_by_slug(session, slug) if slug else None
    if taken:
        raise OperatorError(str(manifest.problem("slug", messages.slug_taken(manifest.slug))))
    if known is not None:
        if organisation is None and named and named.time_zone not in {"", known.time_zone}:
            notes.append(messages.other_time_zone(slug, known.time_zone, named.time_zone))
        return Destination(slug, known.name, known.time_zone)
    if organisation is not None:
        raise OperatorError(messages.organisation_unknown(organisation))
    if named is None or not (named.slug and named.time_zone):
        return None
    return Destination(named.slug, named.name, named.time_zone)


def _is_taken(session: Session, slug: str) -> bool:
    try:
        consultation_id(session, slug)
    except NotFound:
        return False
    return True


def _to_come(acts: Acts, now: datetime) -> tuple[str, ...]:
    """A rehearsal may load what has yet to happen; a wrong year should not go unnoticed."""
    count = sum(item.created_at > now for item in acts.contributions)
    count += sum(item.created_at > now for item in acts.comments)
    count += sum(item.created_at > now for item in acts.supports)
    return (messages.still_to_come(count, now.isoformat(timespec="seconds")),) if count else ()
