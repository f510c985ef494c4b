"""People who act without pause and keep a list of what was acknowledged: that list is what must be found again."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from time import sleep

from bench.supports import Browser
from tests.torture.clients import Answer, Line, Unanswered
from tests.torture.ground import Ground

# What the server says when it cannot reach or use its database: not acknowledged.
_AWAY = 503
_DONE = 303
_AFTER_FAILURE = 0.05
# Of a hundred acts.
_COMMENTS, _CONTRIBUTIONS = 18, 4

Key = tuple[int, int]  # a person's place among the people, a contribution's number


@dataclass
class Journal:
    """What one writer was told (`supports`: whether each stands), and what was sent and not answered yet."""

    supports: dict[Key, bool] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    open_supports: dict[Key, bool] = field(default_factory=dict)
    open_words: set[str] = field(default_factory=set)
    acknowledged: int = 0
    statuses: Counter[int] = field(default_factory=Counter)


class Writer(threading.Thread):
    """Acts on one connection, as people of its own, until it is told to stop or its connection breaks."""

    def __init__(
        self, ground: Ground, port: int, journal: Journal, people: Sequence[tuple[int, Browser]], seed: str
    ) -> None:
        super().__init__(daemon=True)
        self._ground, self._line, self.journal, self._people = ground, Line(port), journal, people
        self._random = Random(seed)
        self.stopping = threading.Event()

    def run(self) -> None:
        """One act after the other."""
        try:
            while not self.stopping.is_set():
                self._act()
        except Unanswered:
            pass  # what was open stays open: it may have been stored or not
        finally:
            self._line.close()

    def _act(self) -> None:
        chance = self._random.randrange(100)
        if chance < _CONTRIBUTIONS:
            self._contribute()
        elif chance < _CONTRIBUTIONS + _COMMENTS:
            self._comment()
        else:
            self._support()

    def _support(self) -> None:
        place, person = self._random.choice(self._people)
        key = place, self._random.randint(1, self._ground.contributions)
        gives = not self.journal.supports.get(key, False)
        self.journal.open_supports[key] = gives
        path = f"/{key[1]}/support" if gives else f"/{key[1]}/support/withdraw"
        if self._done(self._post(path, person)):
            self.journal.supports[key] = gives
            del self.journal.open_supports[key]

    def _comment(self) -> None:
        _place, person = self._random.choice(self._people)
        word = _word()
        self.journal.open_words.add(word)
        path = f"/{self._random.randint(1, self._ground.contributions)}/comments"
        if self._done(self._post(path, person, stance="for", body=word)):
            self.journal.comments.add(word)
            self.journal.open_words.discard(word)

    def _contribute(self) -> None:
        """Three forms, of which the last is the act."""
        _place, person = self._random.choice(self._people)
        word = _word()
        for path, form in (
            ("/new", {"question": "1", "title": word}),
            ("/new/text", {"body": f"Un texte, {word}."}),
        ):
            if self._post(path, person, **form).status != _DONE:
                return
        self.journal.open_words.add(word)
        answer = self._post("/new/preview", person)
        if answer.location.rpartition("/")[2].isdecimal() and self._done(answer):
            self.journal.titles.add(word)
            self.journal.open_words.discard(word)

    def _post(self, path: str, person: Browser, **form: str) -> Answer:
        answer = self._line.post(
            self._ground.base + path, {"csrf_token": person.csrf_token, **form}, person.cookie
        )
        self.journal.statuses[answer.status] += 1
        if answer.status == _AWAY:
            sleep(_AFTER_FAILURE)
        return answer

    def _done(self, answer: Answer) -> bool:
        done = answer.status == _DONE
        self.journal.acknowledged += done
        return done


class Crowd:
    """The writers of all cycles: each keeps its people and its journal, whatever happens to the server."""

    def __init__(self, ground: Ground, *, writers: int, people_each: int) -> None:
        self._ground = ground
        people = list(enumerate(ground.people(writers * people_each)))
        ((self._first_id,),) = ground.rows("SELECT MAX(id) - :more FROM accounts_person", more=len(people) - 1)
        self._groups = [people[place::writers] for place in range(writers)]
        self.journals = [Journal() for _ in self._groups]
        self._running: list[Writer] = []
        self._starts = 0

    @property
    def acknowledged(self) -> int:
        """How many acts the server has said yes to."""
        return sum(journal.acknowledged for journal in self.journals)

    @property
    def statuses(self) -> Counter[int]:
        """Every answer there was."""
        return sum((journal.statuses for journal in self.journals), Counter())

    def start(self, port: int) -> None:
        """Let everybody act at the server on this port."""
        self._starts += 1
        self._running = [
            Writer(self._ground, port, journal, people, f"{self._starts} {place}")
            for place, (journal, people) in enumerate(zip(self.journals, self._groups, strict=True))
        ]
        for writer in self._running:
            writer.start()

    @property
    def is_busy(self) -> bool:
        """Whether anybody still acts."""
        return any(writer.is_alive() for writer in self._running)

    def stop(self) -> None:
        """Wait until everybody has put the pen down."""
        for writer in self._running:
            writer.stopping.set()
        for writer in self._running:
            writer.join(timeout=60)
            assert not writer.is_alive(), "a writer does not come back"
        self._running = []

    def missing(self) -> list[str]:
        """Compare with the rows: what was acknowledged and is not there, or is there and was never sent.

        What was open when the server died may be either; from here on it is what the rows say.
        """
        rows = self._ground.rows(
            "SELECT s.person_id, c.number FROM proposals_support s "
            "JOIN proposals_contribution c ON c.id = s.contribution_id"
        )
        standing = {(person - self._first_id, number) for person, number in rows}
        comments = {row[0] for row in self._ground.rows("SELECT body FROM proposals_comment")}
        titles = {row[0] for row in self._ground.rows("SELECT title FROM proposals_contribution")}
        problems: list[str] = []
        known: set[Key] = set()
        for journal in self.journals:
            for key in journal.open_supports:
                journal.supports[key] = key in standing
            journal.open_supports.clear()
            lost = {key for key, stands in journal.supports.items() if stands is not (key in standing)}
            problems += [f"support {key} should stand: {journal.supports[key]}" for key in sorted(lost)]
            known.update(journal.supports)
            journal.comments |= journal.open_words & comments
            journal.titles |= journal.open_words & titles
            journal.open_words.clear()
            problems += [f"comment {word} is lost" for word in sorted(journal.comments - comments)]
            problems += [f"contribution {word} is lost" for word in sorted(journal.titles - titles)]
        problems += [f"support {key} was never asked for" for key in sorted(standing - known)]
        sent = set().union(*(journal.comments for journal in self.journals))
        return problems + [f"comment {word} was never sent" for word in sorted(comments - sent)]


def _word() -> str:
    """A word that nothing else holds, long enough to be a title."""
    return f"jeton{secrets.token_hex(8)}"
