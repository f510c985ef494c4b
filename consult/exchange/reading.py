"""A whole package: opened, checked to the last row, then rendered; nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from consult.consultations.rules import ConsultationText
from consult.core.html import render_markdown
from consult.exchange import messages
from consult.exchange.acts import ActsReader
from consult.exchange.errors import PackageRefused, Problem, Problems
from consult.exchange.manifest import Manifest, read_manifest, render_manifest
from consult.exchange.sources import open_source
from consult.exchange.spool import Spool
from consult.exchange.values import (
    COMMENTS,
    CONTRIBUTIONS,
    Acts,
    CommentFacts,
    ContributionFacts,
    Destination,
    Frame,
    Limits,
    Progress,
    no_progress,
)
from consult.proposals.rules import load_contribution
from consult.proposals.values import Stance

# Asked once the package has said where it wants to go; None when what it says cannot be used.
FindDestination = Callable[[Manifest], Destination | None]


@dataclass(frozen=True)
class Package:
    """A package without errors, rendered and ready to be stored."""

    text: ConsultationText
    destination: Destination
    acts: Acts
    notes: tuple[str, ...]


@contextmanager
def read_package(
    path: Path,
    find_destination: FindDestination,
    *,
    organisation_given: bool = False,
    progress: Progress = no_progress,
    limits: Limits | None = None,
) -> Iterator[Package]:
    """Read, check and render the package at `path`; its texts are on disk until the block ends.

    Raises `PackageRefused` with the first problems, `OperatorError` when there is no package at all.
    """
    with ExitStack() as stack:
        stack.enter_context(_of(path))
        problems = Problems()
        source = stack.enter_context(open_source(path, problems, limits))
        manifest = read_manifest(source, problems, organisation_given=organisation_given)
        destination = None if manifest is None else find_destination(manifest)
        contribution_texts, comment_texts = (stack.enter_context(Spool()) for _ in range(2))
        reader = ActsReader(source, _frame(manifest, destination), problems, progress)
        acts = reader.read(contribution_texts, comment_texts)
        problems.refuse_if_any()
        if manifest is None or destination is None:
            raise ValueError("a package without problems names where it goes")
        text = render_manifest(manifest)
        rendered = (stack.enter_context(Spool()), stack.enter_context(Spool()))
        acts = _render(acts, *rendered, progress)
        yield Package(text, destination, acts, (*manifest.notes, *_notes(acts)))


@contextmanager
def _of(path: Path) -> Iterator[None]:
    """Tell which package was refused."""
    try:
        yield
    except PackageRefused as error:
        error.path = str(path)
        raise


def _frame(manifest: Manifest | None, destination: Destination | None) -> Frame:
    if manifest is None:
        return Frame()
    return Frame(
        opens_on=manifest.opens_on,
        closes_on=manifest.closes_on,
        time_zone=destination.time_zone if destination else None,
        questions=frozenset(range(1, len(manifest.questions) + 1)),
    )


def _render(acts: Acts, contribution_texts: Spool, comment_texts: Spool, progress: Progress) -> Acts:
    """The same acts with rendered texts. Sanitising is slow: it happens here, before any lock is taken."""
    total = len(acts.contributions) + len(acts.comments)
    done = 0
    for contribution, (title, body) in zip(acts.contributions, acts.contribution_texts, strict=True):
        with _located(CONTRIBUTIONS, contribution):
            ready = load_contribution(title, body)
        contribution_texts.append(ready.title, ready.body, ready.body_html, ready.excerpt, ready.search_text)
        done += 1
        progress("rendering texts", done, total)
    for comment, (body,) in zip(acts.comments, acts.comment_texts, strict=True):
        with _located(COMMENTS, comment):
            html = render_markdown(body)
        comment_texts.append(body, html)
        done += 1
        progress("rendering texts", done, total)
    return replace(acts, contribution_texts=contribution_texts, comment_texts=comment_texts)


@contextmanager
def _located(file: str, facts: ContributionFacts | CommentFacts) -> Iterator[None]:
    """Markdown nested beyond what a parser can follow is the only thing that rendering refuses."""
    try:
        yield
    except RecursionError as error:
        problem = Problem(file, messages.RENDERABLE, facts.record, facts.line, "body")
        raise PackageRefused((problem,)) from error


def _notes(acts: Acts) -> tuple[str, ...]:
    partial = sum(comment.parent is not None and comment.stance is not Stance.NEUTRAL for comment in acts.comments)
    return (messages.neutral_replies(partial),) if partial else ()
