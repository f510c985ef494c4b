"""The records of a package: each row checked, then the rows against one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from consult.exchange.errors import Problem, Problems, Unreadable
from consult.exchange.messages import AUTHOR, expected
from consult.exchange.sources import Source
from consult.exchange.spool import Spool
from consult.exchange.tables import NO_DAY, NO_INSTANT, Row, read_rows
from consult.exchange.values import (
    COMMENTS,
    CONTRIBUTIONS,
    MAX_BODY,
    MAX_COMMENT,
    MAX_DAY_VISITORS,
    MAX_TITLE,
    MAX_VISITORS,
    PACKAGED,
    SUPPORTS,
    VISITS,
    Acts,
    CommentFacts,
    ContributionFacts,
    Frame,
    Progress,
    SupportFacts,
)
from consult.proposals.values import Channel, Stance, Status

CONTRIBUTION_COLUMNS = ("number", "question", "title", "body", "author", "created_at", "channel", "status")
COMMENT_COLUMNS = ("contribution", "number", "parent", "stance", "body", "author", "created_at")
SUPPORT_COLUMNS = ("contribution", "author", "created_at")
VISIT_COLUMNS = ("date", "visitors")


class ActsReader:
    """Reads the four tables in the order in which they refer to one another."""

    def __init__(self, source: Source, frame: Frame, problems: Problems, progress: Progress) -> None:
        self._source, self._frame, self._problems, self._progress = source, frame, problems, progress
        self._opens_at, self._closes_at = frame.opens_at, frame.closes_at
        self._people: dict[str, int] = {}
        # Where each number stands among the facts; None when its record is wrong, so that what refers to it is
        # not called wrong as well.
        self._contributions: dict[int, int | None] = {}
        self._comments: dict[int, int | None] = {}
        self._broken: set[str] = set()

    def read(self, contribution_texts: Spool, comment_texts: Spool) -> Acts:
        """Every record; texts go to the spools. Problems are noted, and stop it once there are many."""
        acts = Acts(contribution_texts, comment_texts)
        for row in self._rows(CONTRIBUTIONS, CONTRIBUTION_COLUMNS):
            self._read_contribution(row, acts, contribution_texts)
        for row in self._rows(COMMENTS, COMMENT_COLUMNS, optional=("status",)):
            self._read_comment(row, acts, comment_texts)
        self._check_replies(acts.comments)
        given: set[tuple[int, int]] = set()
        for row in self._rows(SUPPORTS, SUPPORT_COLUMNS):
            self._read_support(row, acts, given)
        self._read_visits(acts)
        acts.people = list(self._people)
        return acts

    def _rows(self, name: str, columns: Sequence[str], *, optional: Sequence[str] = ()) -> Iterator[Row]:
        count = 0
        try:
            for row in read_rows(self._source, name, columns, self._problems, optional=optional):
                yield row
                count += 1
                if count % 1_000 == 0:
                    self._progress(f"checking {name}", count, None)
        except Unreadable as error:
            self._broken.add(name)
            self._problems.add(error.problem)

    def _read_contribution(self, row: Row, acts: Acts, texts: Spool) -> None:
        number = self._own_number(row, self._contributions)
        question = self._question(row)
        title, body = row.title("title", MAX_TITLE), row.text("body", MAX_BODY)
        channel, status = row.choice("channel", Channel), row.choice("status", PACKAGED)
        author = self._author(row, needed=channel is Channel.WEB)
        created_at = self._instant(row, late=channel is not Channel.WEB)
        if row.failed:
            return
        self._contributions[number] = len(acts.contributions)
        acts.contributions.append(
            ContributionFacts(row.record, row.line, number, question, author, created_at, channel, status)
        )
        texts.append(title, body)

    def _read_comment(self, row: Row, acts: Acts, texts: Spool) -> None:
        number = self._own_number(row, self._comments)
        contribution = row.whole("contribution")
        parent = None if row.is_empty("parent") else row.whole("parent")
        stance, body = row.choice("stance", Stance), row.text("body", MAX_COMMENT)
        status = row.choice("status", PACKAGED) if row.has("status") else Status.PUBLISHED
        author = self._author(row, needed=True)
        created_at = self._instant(row, late=False)
        self._under(row, contribution, created_at, acts)
        if row.failed or author is None:
            return
        self._comments[number] = len(acts.comments)
        acts.comments.append(
            CommentFacts(row.record, row.line, contribution, number, parent, stance, author, created_at, status)
        )
        texts.append(body)

    def _check_replies(self, comments: list[CommentFacts]) -> None:
        """A reply may stand before what it answers, so this waits for the last row."""
        for reply in comments:
            if reply.parent is None:
                continue
            place = self._comments.get(reply.parent)
            known = reply.parent in self._comments or COMMENTS in self._broken
            if place is None and known:
                continue  # the record of what it answers is wrong itself, or was not reached
            wrong = self._wrong_reply(reply, None if place is None else comments[place])
            if wrong is not None:
                column, words = wrong
                self._problems.add(Problem(COMMENTS, words, reply.record, reply.line, column))

    def _wrong_reply(self, reply: CommentFacts, parent: CommentFacts | None) -> tuple[str, str] | None:
        """The column and the words of what is wrong between a reply and what it answers."""
        if parent is None:
            return "parent", expected("the number of a comment of this package", str(reply.parent))
        if parent.contribution != reply.contribution:
            wanted = f"the number of a comment on contribution {reply.contribution}"
            return "parent", expected(wanted, f"{parent.number}, on contribution {parent.contribution}")
        if parent.parent is not None:
            return "parent", expected("the number of a comment that is no reply itself", str(parent.number))
        if reply.created_at < parent.created_at:
            wanted = f"{self._frame.local(parent.created_at)} or later, when comment {parent.number} was made"
            return "created_at", expected(wanted, self._frame.local(reply.created_at))
        return None

    def _read_support(self, row: Row, acts: Acts, given: set[tuple[int, int]]) -> None:
        contribution = row.whole("contribution")
        author = self._author(row, needed=True)
        created_at = self._instant(row, late=False)
        target = self._under(row, contribution, created_at, acts)
        if author is None:
            return
        if target is not None and target.author == author:
            row.expect("author", f"somebody else than the author of contribution {contribution}")
        if (contribution, author) in given:
            row.expect("author", f"each person once for contribution {contribution}")
        given.add((contribution, author))
        if not row.failed:
            acts.supports.append(SupportFacts(contribution, author, created_at))

    def _read_visits(self, acts: Acts) -> None:
        first, last = self._frame.opens_on, self._frame.closes_on
        seen, total = set(), 0
        for row in self._rows(VISITS, VISIT_COLUMNS):
            day, visitors = row.day("date"), row.whole("visitors", least=0, most=MAX_DAY_VISITORS)
            if day is not NO_DAY:
                if first is not None and last is not None and not first <= day <= last:
                    row.expect("date", f"a day of the consultation, from {first} to {last}")
                if day in seen:
                    row.expect("date", "each day once")
                seen.add(day)
            if row.failed:
                continue
            total += visitors
            acts.visits.append((day, visitors))
        if total > MAX_VISITORS:
            self._problems.add(Problem(VISITS, expected(f"at most {MAX_VISITORS} visitors in all", str(total))))

    def _own_number(self, row: Row, known: dict[int, int | None]) -> int:
        number = row.whole("number")
        if number in known:
            row.expect("number", "each number once in the package")
        elif number:
            known[number] = None
        return number

    def _question(self, row: Row) -> int | None:
        if row.is_empty("question"):
            return None
        number, asked = row.whole("question"), self._frame.questions
        if number and asked is not None and number not in asked:
            row.expect("question", "the number of a question in consultation.toml, or nothing")
        return number

    def _author(self, row: Row, *, needed: bool) -> int | None:
        if row.is_empty("author"):
            if needed:
                row.expect("author", AUTHOR)
            return None
        key = row.author("author")
        return self._people.setdefault(key, len(self._people)) if key else None

    def _instant(self, row: Row, *, late: bool) -> datetime:
        """An instant inside the consultation; what came on paper may have been typed in `late`."""
        moment = row.instant("created_at")
        if moment is NO_INSTANT:
            return moment
        if self._opens_at is not None and moment < self._opens_at:
            row.expect("created_at", f"{self._frame.local(self._opens_at)} (the opening) or later")
        elif self._closes_at is not None and moment >= self._closes_at and not late:
            row.expect("created_at", f"an instant before {self._frame.local(self._closes_at)} (the closing)")
        return moment

    def _under(self, row: Row, number: int, created_at: datetime, acts: Acts) -> ContributionFacts | None:
        """The contribution that a comment or support belongs to; None when there is none to compare with."""
        place = self._contributions.get(number)
        if place is None:
            if number and number not in self._contributions and CONTRIBUTIONS not in self._broken:
                row.expect("contribution", "the number of a contribution of this package")
            return None
        target = acts.contributions[place]
        if created_at is not NO_INSTANT and created_at < target.created_at:
            moment = self._frame.local(target.created_at)
            row.expect("created_at", f"{moment} or later, when contribution {number} was made")
        return target
