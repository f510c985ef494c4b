"""Writes a consultation package of a given size: the same rows for the same size, dated back from a day.

It keeps every rule of the product (one support per person and contribution, nobody supports their own, nothing
before what it answers), so that the loader accepts it like any other package. Memory: a few bytes per person
and contribution, whatever the size.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.sizes import Size
from bench.words import Words, author_key

TIME_ZONE = "Europe/Paris"
# Called with what is written and how many rows of it there are so far.
Progress = Callable[[str, int], None]
_STANCES = ("for", "for", "against", "neutral")
_SKEW = 2.5
_EVERY = 20_000
_MANIFEST = """\
format = 1
slug = "{slug}"
title = "{title}"
summary = "{summary}"
language = "fr"
opens_on = {opens_on}
closes_on = {closes_on}

[organisation]
slug = "ville-de-mesure"
name = "Ville de Mesure (textes engendrés)"
time_zone = "{time_zone}"

[commitment]
decides = "Le conseil municipal, par une délibération publique."
when = "Deux mois après la clôture."
not_negotiable = "Le budget voté pour l’année."

[[questions]]
number = 1
text = "Que faut-il changer d’abord dans les lieux que nous partageons ?"

[[questions]]
number = 2
text = "Comment associer davantage d’habitants aux décisions ?"
{testimonies}"""
_TESTIMONY = """
[[testimonies]]
name = "{name}"
role = "Témoin"
organisation = "Ville de Mesure"
quote = "{quote}"
"""


def write_package(
    folder: Path, size: Size, *, today: date, progress: Progress = lambda _what, _rows: None
) -> Path:
    """Write the package into `folder` and return it; `today` is the consultation's current day."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = _Plan(size, today)
    for name, text in plan.texts().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    tables: tuple[tuple[str, str, Iterator[Sequence[object]]], ...] = (
        ("contributions", "number question title body author created_at channel status", plan.contributions()),
        ("comments", "contribution number parent stance body author created_at", plan.comments()),
        ("supports", "contribution author created_at", plan.supports()),
        ("visits", "date visitors", plan.visits()),
    )
    for name, columns, rows in tables:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns.split())
            for count, row in enumerate(rows, 1):
                writer.writerow(row)
                if count % _EVERY == 0:
                    progress(name, count)
    return folder


class _Plan:
    """The rows of one package; each table has a stream of chance of its own, so that one does not move another."""

    def __init__(self, size: Size, today: date) -> None:
        self._size = size
        self._opens_on = today - timedelta(days=size.days)
        self._opens_at = datetime.combine(self._opens_on, datetime.min.time(), ZoneInfo(TIME_ZONE)).astimezone(UTC)
        ends_at = datetime.combine(today, datetime.min.time(), ZoneInfo(TIME_ZONE)).astimezone(UTC)
        self._seconds = int((ends_at - self._opens_at).total_seconds()) - 1
        chance = self._chance("authors")
        # Who wrote contribution n + 1: each author once, then some more often than others.
        self._authors = array("l", range(size.authors))
        for _ in range(size.contributions - size.authors):
            self._authors.append(int(size.authors * chance.random() ** _SKEW))
        chance.shuffle(self._authors)

    def texts(self) -> dict[str, str]:
        """The files that are not tables."""
        words = Words(self._chance("texts"))
        testimonies = (
            _TESTIMONY.format(name=f"Témoin {number}", quote=" ".join(words.sentence() for _ in range(6)))
            for number in range(1, 5)
        )
        size = self._size
        manifest = _MANIFEST.format(
            slug=size.slug,
            title=f"Consultation engendrée, taille {size.name}",
            summary="Des textes engendrés, pour mesurer : ils ne viennent de personne.",
            opens_on=self._opens_on.isoformat(),
            closes_on=(self._opens_on + timedelta(days=size.days_total - 1)).isoformat(),
            time_zone=TIME_ZONE,
            testimonies="".join(testimonies),
        )
        return {
            "consultation.toml": manifest,
            "introduction.md": f"## Pourquoi\n\n{words.text(240)}\n\n## Comment\n\n{words.text(240)}\n",
            "about.md": "\n\n".join(f"## Extrait {number}\n\n{words.text(200)}" for number in range(1, 6)) + "\n",
        }

    def contributions(self) -> Iterator[Sequence[object]]:
        """In the order of time, as people would have brought them."""
        chance = self._chance("contributions")
        words = Words(chance)
        for place, author in enumerate(self._authors):
            yield (
                place + 1,
                chance.randint(1, 2),
                words.title(),
                words.text(int(self._size.words * chance.uniform(0.4, 1.6))),
                author_key(author),
                self._instant(self._brought(place)),
                "paper" if chance.random() < 0.03 else "web",
                "published",
            )

    def comments(self) -> Iterator[Sequence[object]]:
        """One in five answers the comment before it on the same contribution."""
        chance = self._chance("comments")
        words = Words(chance)
        last: dict[int, tuple[int, int]] = {}
        for number in range(1, self._size.comments + 1):
            place = self._some_contribution(chance)
            parent, after = None, self._brought(place)
            if place in last and chance.random() < 0.25:
                parent, after = last[place]
            at = chance.randint(after, self._seconds)
            if parent is None:
                last[place] = (number, at)
            yield (
                place + 1,
                number,
                parent,
                "neutral" if parent else chance.choice(_STANCES),
                words.comment(),
                author_key(chance.randrange(self._size.participants)),
                self._instant(at),
            )

    def supports(self) -> Iterator[Sequence[object]]:
        """By person: whoever brings no contribution supports at least one, some support many."""
        chance = self._chance("supports")
        for person, wanted in enumerate(self._supports_of_each(chance)):
            given: set[int] = set()
            while len(given) < wanted:
                place = self._some_contribution(chance)
                if place in given or self._authors[place] == person:
                    continue
                given.add(place)
                at = chance.randint(self._brought(place), self._seconds)
                yield place + 1, author_key(person), self._instant(at)

    def visits(self) -> Iterator[Sequence[object]]:
        """Readers of each ended day; rounding the running total keeps the sum."""
        chance = self._chance("visits")
        weights = [chance.uniform(0.5, 1.5) for _ in range(self._size.days)]
        whole, so_far, given = sum(weights), 0.0, 0
        for offset, weight in enumerate(weights):
            so_far += weight
            share = round(self._size.visitors * so_far / whole) - given
            given += share
            yield (self._opens_on + timedelta(days=offset)).isoformat(), share

    def _supports_of_each(self, chance: Random) -> array[int]:
        size = self._size
        first = size.authors
        counts = array("l", [0] * first + [1] * (size.participants - first))
        left = size.supports - (size.participants - first)
        if left < 0:
            raise ValueError(f"size {size.name}: fewer supports than people who do nothing else")
        most = max(1, size.contributions // 2)
        while left:
            person = int(size.participants * chance.random() ** _SKEW)
            if counts[person] < most:
                counts[person] += 1
                left -= 1
        return counts

    def _some_contribution(self, chance: Random) -> int:
        """Early ones have been seen by more people."""
        return int(self._size.contributions * chance.random() ** _SKEW)

    def _brought(self, place: int) -> int:
        """When a contribution came, in seconds after the opening."""
        return self._seconds * (place + 1) // (self._size.contributions + 1)

    def _instant(self, seconds: int) -> str:
        return (self._opens_at + timedelta(seconds=seconds)).isoformat()

    def _chance(self, table: str) -> Random:
        return Random(f"{self._size.name}/{table}")  # noqa: S311 - repeatable, not secret
