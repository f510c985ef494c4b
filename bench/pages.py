"""Pages, as a visitor who has been here today gets them: requests per second beside an empty view's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.clients import UnexpectedAnswer, fetch, prepare, rate
from bench.plan import Plan
from bench.results import Result, Rounds, Unit
from bench.serving import EMPTY
from bench.sizes import Size
from bench.words import RARE_WORD
from consult.core.db import transaction
from consult.proposals.models import Contribution

# The same number of comments whatever the size: a page with more of them is another page.
_COMMENTS = 3
# An empty view is over so soon that a round of it needs more of them.
_EMPTY_TIMES = 10


@dataclass(frozen=True)
class Page:
    """A measured page, and words that tell that it is the one we mean."""

    name: str
    path: str
    holds: str


def pages_of(size: Size) -> tuple[Page, ...]:
    """The measured pages of the loaded consultation of this size. Needs the application's context."""
    base = f"/consultations/{size.slug}"
    middle = size.contributions // 2
    number = _ordinary_contribution()
    return (
        Page("page.consultation", base, "<h1"),
        Page("page.list.first", f"{base}/contributions", f"{base}/contributions/"),
        # A keyset page in the middle of the list: what OFFSET would have to skip.
        Page(
            "page.list.deep",
            f"{base}/contributions?sort=recent&after={middle}-{middle}",
            f'{base}/contributions/{middle - 1}"',
        ),
        Page("page.contribution", f"{base}/contributions/{number}", f"{base}/contributions"),
        Page("statistics", f"{base}/statistics", "<svg"),
        Page("search", f"{base}/contributions?q={RARE_WORD.replace('è', '%C3%A8')}", 'name="q"'),
    )


def measure_pages(port: int, size: Size, engine: str, plan: Plan) -> Iterator[Result]:
    """Each round measures the empty view and then every page, so that all see the same machine."""
    pages = [page for page in pages_of(size) if plan.wants(page.name)]
    if not pages:
        return
    for page in pages:
        if page.holds not in fetch(port, page.path):
            raise UnexpectedAnswer(f"{page.path} does not hold {page.holds}")
    requests = {page.name: [prepare(page.path)] * plan.requests for page in pages}
    empty = [prepare(EMPTY)] * (plan.requests * _EMPTY_TIMES)
    floor, rounds = Rounds(), {page.name: Rounds() for page in pages}
    for name in requests:  # warm: statements and templates are compiled, the reader is counted
        rate(port, requests[name][: plan.warm_up], connections=plan.connections)
    rate(port, empty[: plan.warm_up], connections=plan.connections)
    for _ in range(plan.rounds):
        floor.add(rate(port, empty, connections=plan.connections))
        for name, prepared in requests.items():
            rounds[name].add(rate(port, prepared, connections=plan.connections))
    for page in pages:
        yield Result(page.name, rounds[page.name].median, Unit.REQUESTS, floor.median, size.name, engine)


def _ordinary_contribution() -> int:
    """The first contribution with `_COMMENTS` comments, or as nearly so as there is."""
    with transaction() as session:
        distance = func.abs(Contribution.comments - _COMMENTS)
        return session.scalars(select(Contribution.number).order_by(distance, Contribution.number).limit(1)).one()
