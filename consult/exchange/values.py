"""What a package holds once it is checked: facts in memory, texts in spools on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from consult.core.clock import end_of_day, start_of_day
from consult.proposals.values import Channel, Stance, Status

FORMAT = 1
MANIFEST, INTRODUCTION, ABOUT = "consultation.toml", "introduction.md", "about.md"
CONTRIBUTIONS, COMMENTS, SUPPORTS, VISITS = "contributions.csv", "comments.csv", "supports.csv", "visits.csv"
KNOWN = (MANIFEST, INTRODUCTION, ABOUT, CONTRIBUTIONS, COMMENTS, SUPPORTS, VISITS)

# What waits for the team is in no package: nobody but its author has seen it.
PACKAGED = tuple(status for status in Status if status is not Status.HELD)

# Characters. Packages may hold shorter and longer texts than the site's forms accept (older consultations,
# letters typed in), within bounds that a page still shows and that rendering still takes in its stride.
MAX_TITLE, MAX_BODY, MAX_COMMENT, MAX_AUTHOR = 300, 50_000, 10_000, 120
# Both engines keep these as 32-bit integers; the sum of a consultation's visitors has to fit as well.
MAX_NUMBER, MAX_DAY_VISITORS, MAX_VISITORS = 1_000_000_000, 100_000_000, 2_000_000_000

# Called with what is being done, how many are done and (where it is known) how many there are.
Progress = Callable[[str, int, int | None], None]


def no_progress(_what: str, _done: int, _total: int | None) -> None:
    """A `Progress` that shows nothing."""


class Texts(Protocol):
    """The texts of records, one tuple per record, in the records' order; may be read again and again."""

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Read from the first record on."""


@dataclass(frozen=True)
class Limits:
    """What a package may hold, so that a hostile or mistaken one exhausts neither memory nor disk."""

    text_bytes: int = 1 << 20
    table_bytes: int = 2 << 30
    total_bytes: int = 4 << 30
    line_bytes: int = 1 << 20
    entries: int = 1_000
    # Deflate reaches 1032:1 on zeros; a table of people's words stays far below this.
    ratio: int = 200


@dataclass(frozen=True)
class Frame:
    """What records are checked against; a part is None where `consultation.toml` itself is wrong."""

    opens_on: date | None = None
    closes_on: date | None = None
    time_zone: str | None = None
    questions: frozenset[int] | None = None

    @property
    def opens_at(self) -> datetime | None:
        """The first instant of the opening day."""
        if self.opens_on is None or self.time_zone is None:
            return None
        return start_of_day(self.opens_on, self.time_zone)

    @property
    def closes_at(self) -> datetime | None:
        """The first instant after the closing day."""
        if self.closes_on is None or self.time_zone is None:
            return None
        return end_of_day(self.closes_on, self.time_zone)

    def local(self, moment: datetime) -> str:
        """An instant as the consultation's clocks show it."""
        zone = UTC if self.time_zone is None else ZoneInfo(self.time_zone)
        return moment.astimezone(zone).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class ContributionFacts:
    """A contribution without its texts; `author` is a place in `Acts.people`."""

    record: int
    line: int
    number: int
    question: int | None
    author: int | None
    created_at: datetime
    channel: Channel
    status: Status


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """A comment without its text; `contribution` and `parent` are numbers of the package."""

    record: int
    line: int
    contribution: int
    number: int
    parent: int | None
    stance: Stance
    author: int
    created_at: datetime
    status: Status = Status.PUBLISHED


@dataclass(frozen=True, slots=True)
class SupportFacts:
    """A support."""

    contribution: int
    author: int
    created_at: datetime


@dataclass
class Acts:
    """Every record of a package's tables.

    `contribution_texts` holds (title, body), after `reading.render` what `ContributionText` holds;
    `comment_texts` holds (body,), then (body, HTML).
    """

    contribution_texts: Texts
    comment_texts: Texts
    people: list[str] = field(default_factory=list)
    contributions: list[ContributionFacts] = field(default_factory=list)
    comments: list[CommentFacts] = field(default_factory=list)
    supports: list[SupportFacts] = field(default_factory=list)
    visits: list[tuple[date, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Destination:
    """The organisation a package goes to; it is created with the package when there is none of this slug."""

    slug: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class Imported:
    """What an import stored, in records, with what the operator should know about it."""

    slug: str
    title: str
    contributions: int
    supports: int
    comments: int
    people: int
    notes: tuple[str, ...] = ()
