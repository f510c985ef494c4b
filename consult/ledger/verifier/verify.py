"""Check a data package of Consult without Consult: python3 verify.py [FILE.zip or FOLDER] [--anchor FILE]

Without an argument it checks the folder it lies in. It needs Python 3.9 or newer and nothing else, reads only,
and asks nobody. It recomputes the chain of hashes of `ledger.jsonl`, replays every entry, and compares what comes
out with `statistics.json` and the tables. Exit status: 0 all agrees, 1 something does not (the first bad line is
named), 2 the package cannot be read. How the journal is written: docs/ledger.md, and README.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

FIGURES = ("participants", "contributions", "supports", "comments", "visitors")
MEMBERS = {"at", "hash", "kind", "payload", "previous", "sequence"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
HASH = re.compile(r"[0-9a-f]{64}")
LEDGER, STATISTICS = "ledger.jsonl", "statistics.json"
OPENINGS, SALTS = "ledger_openings.jsonl", "text_salts.csv"
CONTRIBUTIONS, COMMENTS, VISITS = "contributions.csv", "comments.csv", "visits.csv"
SUPPORTS, WEEKS, PEOPLE = "supports.csv", "supports_by_week.csv", "people.csv"
MANIFEST, TEXTS = "consultation.toml", (("introduction.md", "introduction"), ("about.md", "about"))
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Acts that are always somebody's; a contribution is unless it came on paper.
PERSONAL = {"comment.published", "comment.held", "support.given", "support.withdrawn"}
CONTRIBUTED = {"contribution.published", "contribution.held"}
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class Broken(Exception):
    """Something does not agree; the message says where and what."""


class Unusable(Exception):
    """There is no package to check."""


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed: keys sorted by code point, no spaces, characters as they are."""
    return ENCODER.encode(value)


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_whole(value: Any) -> bool:
    """A whole number, which `True` is not."""
    return isinstance(value, int) and not isinstance(value, bool)


class Chain:
    """Reads entries line by line and checks that each follows from the one before."""

    def __init__(self, anchors: dict[int, str] | None = None) -> None:
        self.entries = 0
        self.head = "0" * 64
        self.anchors = dict(anchors or {})

    def read(self, raw: bytes) -> dict[str, Any]:
        """The entry of a line. Raises `Broken`."""
        entry = self._parse(raw)
        if entry["sequence"] != self.entries + 1:
            raise Broken("its sequence is {}, expected {}".format(entry["sequence"], self.entries + 1))
        if entry["previous"] != self.head:
            raise Broken("its previous hash is not the hash of the entry before it")
        words = {name: entry[name] for name in MEMBERS if name != "hash"}
        if sha256(canonical(words)) != entry["hash"]:
            raise Broken("its hash is not that of its content")
        self.entries, self.head = entry["sequence"], entry["hash"]
        if self.anchors.pop(self.entries, self.head) != self.head:
            raise Broken("its hash is not the one that was anchored: the journal was rewritten")
        return entry

    def end(self) -> None:
        """Raises `Broken` when an anchor names an entry that the journal does not reach."""
        if self.anchors:
            raise Broken(f"the journal ends before entry {min(self.anchors)}, which was anchored")

    def _parse(self, raw: bytes) -> dict[str, Any]:
        if not raw.endswith(b"\n"):
            raise Broken("the line is cut off")
        try:
            text = raw[:-1].decode("utf-8")
            entry = json.loads(text)
            same = canonical(entry) == text
        except (ValueError, RecursionError) as error:
            raise Broken("it is no JSON in UTF-8") from error
        if not isinstance(entry, dict) or set(entry) != MEMBERS or not isinstance(entry["payload"], dict):
            raise Broken("an entry has exactly the members {}".format(", ".join(sorted(MEMBERS))))
        if not same:
            raise Broken("it is not written canonically (sorted keys, no spaces)")
        for name, pattern in (("at", INSTANT), ("hash", HASH), ("previous", HASH)):
            if not isinstance(entry[name], str) or not pattern.fullmatch(entry[name]):
                raise Broken(f"its {name} is not as defined")
        if not is_whole(entry["sequence"]) or not isinstance(entry["kind"], str):
            raise Broken("its sequence or kind is not as defined")
        return entry


class Contribution:
    """What the journal has said of a contribution."""

    __slots__ = ("author", "channel", "comments", "digest", "question", "status", "supporters", "supports")

    def __init__(self, status: str, payload: dict[str, Any], author: str | None) -> None:
        self.status, self.digest, self.author = status, payload["digest"], author
        self.question, self.channel = payload["question"], payload["channel"]
        self.supports = 0
        self.supporters: set[str] = set()
        self.comments: list[int] = []


class Comment:
    """What the journal has said of a comment; `contribution` is its number."""

    __slots__ = ("author", "contribution", "digest", "parent", "replies", "stance", "status")

    def __init__(self, status: str, payload: dict[str, Any], author: str | None) -> None:
        self.status, self.digest, self.author = status, payload["digest"], author
        self.contribution, self.parent = payload["contribution"], payload["parent"]
        self.stance = payload["stance"]
        self.replies: list[int] = []


class Replay:
    """Follows the entries: what counts after each, and whether each changes the figures as it must.

    With `openings` (sequence to salt and key, from the complete package) it also knows who acts by their keys,
    computes the participants itself, and refuses who counts twice.
    """

    def __init__(self, openings: dict[int, tuple[str, str]] | None = None) -> None:
        self.openings = openings
        self.figures = dict.fromkeys(FIGURES, 0)
        self.contributions: dict[int, Contribution] = {}
        self.comments: dict[int, Comment] = {}
        self.sealed: dict[str, int] = {}
        self.terms: dict[str, Any] = {}
        self.carried: dict[str, Any] | None = None
        # What has become, since, of what is older than the journal.
        self.since: dict[tuple[str, int], str] = {}
        self.corrections = 0
        self.opened = 0
        self.acts: dict[str, int] = {}

    def take(self, entry: dict[str, Any]) -> None:
        """Follow one entry. Raises `Broken`."""
        kind, payload = entry["kind"], entry["payload"]
        if (kind == "consultation.published") != (entry["sequence"] == 1):
            raise Broken("a journal begins with consultation.published, once")
        figures = self._stated(payload)
        subject, _, act = kind.partition(".")
        method = getattr(self, f"_{subject}_{act}", None)
        if method is None:
            raise Broken(f"its kind is unknown: {kind}")
        try:
            self._commits(kind, payload)
            key = self._open(entry)
            expected = method(payload, key, figures)
        except (KeyError, TypeError) as error:
            raise Broken(f"its payload lacks, or gives wrongly, {error}") from error
        for name in FIGURES:
            step = figures.get(name, 0)
            if expected is not None and name in expected and expected[name] != step:
                raise Broken(f"it changes {name} by {step}, expected {expected[name]}")
            self.figures[name] += step
            if self.figures[name] < 0:
                raise Broken(f"after it, {name} would be {self.figures[name]}")

    def counts(self, comment: Comment) -> bool:
        """Whether a comment counts: it and everything above it are published."""
        return self._stands(comment) and self.status_of_contribution(comment.contribution) == "published"

    def status_of_contribution(self, number: int) -> str:
        """Its status; what is older than the journal was published unless the journal says otherwise."""
        known = self.contributions.get(number)
        return self.since.get(("contribution", number), "published") if known is None else known.status

    def status_of_comment(self, number: int) -> str:
        """The same of a comment."""
        known = self.comments.get(number)
        return self.since.get(("comment", number), "published") if known is None else known.status

    def _stated(self, payload: dict[str, Any]) -> dict[str, int]:
        figures = payload.get("figures", {})
        if not isinstance(figures, dict) or not set(figures) <= set(FIGURES):
            raise Broken("it changes figures that there are not")
        if not all(is_whole(step) and step != 0 for step in figures.values()):
            raise Broken("it changes a figure by something that is no whole number other than 0")
        return figures

    def _commits(self, kind: str, payload: dict[str, Any]) -> None:
        somebody = kind in PERSONAL or (kind in CONTRIBUTED and payload["channel"] == "web")
        committed = payload.get("commitment")
        if somebody and not (isinstance(committed, str) and HASH.fullmatch(committed)):
            raise Broken("it lacks the commitment to who acted")

    def _open(self, entry: dict[str, Any]) -> str | None:
        """The key behind the entry's commitment, when the openings are there."""
        committed = entry["payload"].get("commitment")
        if self.openings is None:
            return None
        opening = self.openings.get(entry["sequence"])
        if committed is None and opening is None:
            return None
        if committed is None or opening is None:
            raise Broken(f"its commitment and {OPENINGS} do not go together")
        salt, key = opening
        if sha256(canonical([salt, key, entry["previous"]])) != committed:
            raise Broken(f"its commitment is not opened by what {OPENINGS} says")
        self.opened += 1
        return key

    # --- the kinds of entries; each returns the changes of figures that must be stated (None: cannot be known)

    def _consultation_published(self, payload: dict[str, Any], *_: Any) -> dict[str, int]:
        if payload["format"] != 1:
            raise Broken("this verifier knows format 1 only")
        return self._consultation_changed(payload)

    def _consultation_changed(self, payload: dict[str, Any], *_: Any) -> dict[str, int]:
        if self.terms and payload["slug"] != self.terms["slug"]:
            raise Broken("a consultation keeps its slug")
        try:
            opens_on, closes_on = date.fromisoformat(payload["opens_on"]), date.fromisoformat(payload["closes_on"])
        except ValueError as error:
            raise Broken("its dates are none") from error
        if closes_on < opens_on:
            raise Broken("it closes before it opens")
        self.terms = payload
        return dict.fromkeys(FIGURES, 0)

    def _consultation_synthesis_published(self, *_: Any) -> dict[str, int]:
        return dict.fromkeys(FIGURES, 0)

    def _figures_carried_over(self, payload: dict[str, Any], *_: Any) -> None:
        if any(self.figures.values()) or self.carried is not None:
            raise Broken("figures are carried over once, before every act")
        self.carried = payload

    def _figures_corrected(self, *_: Any) -> None:
        self.corrections += 1

    def _contribution_published(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int]:
        return self._contribution_appears(payload.get("status", "published"), payload, key, figures)

    def _contribution_held(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int]:
        return self._contribution_appears("held", payload, key, figures)

    def _contribution_appears(
        self, status: str, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int]:
        number = payload["number"]
        if not is_whole(number) or number in self.contributions or self.carries("contribution", number):
            raise Broken(f"contribution {number} is there already")
        self.contributions[number] = Contribution(status, payload, key)
        return self._one("contributions", int(status == "published"), "commitment" in payload, key, figures)

    def _contribution_corrected(self, payload: dict[str, Any], *_: Any) -> dict[str, int]:
        known = self._contribution(payload["number"])
        if known is not None:
            known.channel = payload["channel"]
        return dict.fromkeys(FIGURES, 0)

    def _contribution_edited(self, payload: dict[str, Any], *_: Any) -> dict[str, int]:
        known = self._contribution(payload["number"])
        if known is not None:
            known.digest, known.question = payload["digest"], payload["question"]
        return dict.fromkeys(FIGURES, 0)

    def _contribution_withdrawn(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._contribution_becomes("withdrawn", payload, figures)

    def _contribution_hidden(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._contribution_becomes("hidden", payload, figures)

    def _contribution_restored(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._contribution_becomes("published", payload, figures)

    def _contribution_released(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._contribution_becomes("published", payload, figures)

    def _contribution_becomes(
        self, status: str, payload: dict[str, Any], figures: dict[str, int]
    ) -> dict[str, int] | None:
        known = self._contribution(payload["number"])
        if known is None:
            self.since["contribution", payload["number"]] = status
            return None
        if known.status in {status, "withdrawn"}:
            raise Broken("contribution {} is {} already".format(payload["number"], known.status))
        step = int(status == "published") - int(known.status == "published")
        known.status = status
        standing = [self.comments[number] for number in known.comments if self._stands(self.comments[number])]
        keys = [known.author, *known.supporters, *(comment.author for comment in standing)]
        acts = 1 + known.supports + len(standing)
        return {
            "contributions": step,
            "supports": step * known.supports,
            "comments": step * len(standing),
            "participants": self._participants(keys, acts, step, figures),
            "visitors": 0,
        }

    def _comment_published(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int] | None:
        return self._comment_appears(payload.get("status", "published"), payload, key, figures)

    def _comment_held(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int] | None:
        return self._comment_appears("held", payload, key, figures)

    def _comment_appears(
        self, status: str, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int] | None:
        number, parent = payload["number"], payload["parent"]
        if not is_whole(number) or number in self.comments or self.carries("comment", number):
            raise Broken(f"comment {number} is there already")
        above = self._contribution(payload["contribution"])
        comment = Comment(status, payload, key)
        if parent is not None and not self.carries("comment", parent):
            if parent not in self.comments or self.comments[parent].contribution != comment.contribution:
                raise Broken(f"comment {number} answers a comment that is not there")
            self.comments[parent].replies.append(number)
        self.comments[number] = comment
        if above is None:
            return None
        above.comments.append(number)
        return self._one("comments", int(self.counts(comment)), "commitment" in payload, key, figures)

    def _comment_withdrawn(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._comment_becomes("withdrawn", payload, figures)

    def _comment_hidden(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._comment_becomes("hidden", payload, figures)

    def _comment_restored(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._comment_becomes("published", payload, figures)

    def _comment_released(self, payload: dict[str, Any], _key: Any, figures: dict[str, int]) -> Any:
        return self._comment_becomes("published", payload, figures)

    def _comment_becomes(
        self, status: str, payload: dict[str, Any], figures: dict[str, int]
    ) -> dict[str, int] | None:
        number = payload["number"]
        if self.carries("comment", number):
            self.since["comment", number] = status
            return None
        if number not in self.comments:
            raise Broken(f"there is no comment {number}")
        comment = self.comments[number]
        if comment.status in {status, "withdrawn"}:
            raise Broken(f"comment {number} is {comment.status} already")
        concerned = [comment, *(self.comments[reply] for reply in comment.replies)]
        before = [one for one in concerned if self.counts(one)]
        comment.status = status
        after = [one for one in concerned if self.counts(one)]
        if comment.contribution not in self.contributions:
            return None
        step = -1 if before else 1
        moved = before or after
        keys = [one.author for one in moved]
        participants = self._participants(keys, len(moved), step, figures)
        return {
            "contributions": 0,
            "supports": 0,
            "comments": step * len(moved),
            "participants": participants,
            "visitors": 0,
        }

    def _support_given(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int] | None:
        known = self._contribution(payload["contribution"])
        if known is None:
            return None
        if key is not None:
            if key in known.supporters:
                raise Broken("somebody supports contribution {} twice".format(payload["contribution"]))
            if key == known.author:
                raise Broken("somebody supports their own contribution {}".format(payload["contribution"]))
            known.supporters.add(key)
        known.supports += 1
        return self._one("supports", int(known.status == "published"), "commitment" in payload, key, figures)

    def _support_withdrawn(
        self, payload: dict[str, Any], key: str | None, figures: dict[str, int]
    ) -> dict[str, int] | None:
        known = self._contribution(payload["contribution"])
        if known is None:
            return None
        if self.carried is None and (known.supports == 0 or (key is not None and key not in known.supporters)):
            raise Broken("contribution {} has no such support".format(payload["contribution"]))
        known.supporters.discard(key or "")
        known.supports -= 1
        return self._one("supports", -int(known.status == "published"), "commitment" in payload, key, figures)

    def _visits_sealed(self, payload: dict[str, Any], *_: Any) -> dict[str, int]:
        day, visitors = payload["date"], payload["visitors"]
        if day in self.sealed:
            raise Broken(f"{day} is sealed already")
        if not is_whole(visitors) or visitors < 0:
            raise Broken("its visitors are no number")
        self.sealed[day] = visitors
        return {**dict.fromkeys(FIGURES, 0), "visitors": visitors}

    # --- what they share

    def carries(self, what: str, number: int) -> bool:
        """Whether something is older than the journal: its entries are not there to follow."""
        return self.carried is not None and number < self.carried[f"next_{what}"]

    def _contribution(self, number: int) -> Contribution | None:
        if self.carries("contribution", number):
            return None
        if number not in self.contributions:
            raise Broken(f"there is no contribution {number}")
        return self.contributions[number]

    def _stands(self, comment: Comment) -> bool:
        above = "published" if comment.parent is None else self.status_of_comment(comment.parent)
        return comment.status == "published" and above == "published"

    def _one(
        self, figure: str, step: int, has_person: bool, key: str | None, figures: dict[str, int]
    ) -> dict[str, int]:
        """What an act of one person must change."""
        acts = abs(step) if has_person else 0
        keys = [key] if acts else []
        participants = self._participants(keys, acts, 1 if step >= 0 else -1, figures)
        return {**dict.fromkeys(FIGURES, 0), figure: step, "participants": participants}

    def _participants(self, keys: Iterable[str | None], acts: int, step: int, figures: dict[str, int]) -> int:
        """How the participants must change when acts begin (+1) or cease (-1) to count.

        By the keys when they are known; else what is stated, within what that many acts can do.
        """
        if self.openings is None or self.carried is not None:
            stated = figures.get("participants", 0)
            return stated if 0 <= stated * step <= acts else 0
        change = 0
        for key in keys:
            if key is None:
                continue
            before = self.acts.get(key, 0)
            self.acts[key] = before + step
            change += int(before + step > 0) - int(before > 0)
        return change


class Package:
    """The files of a package: a zip or a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive: zipfile.ZipFile | None = None
        self.prefix = ""
        if path.is_dir():
            self.names = {item.name for item in path.iterdir()}
        else:
            try:
                self.archive = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile) as error:
                raise Unusable(f"{path} is neither a folder nor a zip that can be read") from error
            names = self.archive.namelist()
            self.prefix = next((name[: -len(LEDGER)] for name in names if name.split("/")[-1] == LEDGER), "")
            self.names = {name[len(self.prefix) :] for name in names if name.startswith(self.prefix)}
        if LEDGER not in self.names or STATISTICS not in self.names:
            raise Unusable(f"{path} holds no {LEDGER} with {STATISTICS}")

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""
        if self.archive is not None:
            return self.archive.open(self.prefix + name)
        return (self.path / name).open("rb")

    def table(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The records of a table with their numbers."""
        with self.open(name) as stream:
            rows = csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline=""))
            for record, row in enumerate(rows, 1):
                yield record, {column: value or "" for column, value in row.items() if column}

    def close(self) -> None:
        """Let go of the file."""
        if self.archive is not None:
            self.archive.close()


class Check:
    """One check of one package; `lines` says how it went."""

    def __init__(self, package: Package, anchors: dict[str, dict[int, str]]) -> None:
        self.package, self.anchors = package, anchors
        self.lines: list[str] = []
        self.statistics: dict[str, Any] = {}
        self.replay = Replay()
        self.texts = 0
        self.as_of = ""
        self.complete = OPENINGS in package.names

    def run(self) -> None:
        """Check everything. Raises `Broken` at the first thing that does not agree."""
        with self.package.open(STATISTICS) as stream:
            try:
                self.statistics = json.load(stream)
            except ValueError as error:
                raise Broken(f"{STATISTICS}: it is no JSON") from error
        self._files()
        self._read_journal()
        self._compare_figures()
        salts = self._salts()
        published = self._contributions(salts.get("contribution", {}))
        self._comments(salts.get("comment", {}))
        self._supports(published)
        self._visits()
        self._texts_of_the_team()
        self.lines.append(f"texts that agree with their digests: {self.texts}")
        if self.complete:
            self._people()

    def _files(self) -> None:
        needed = [MANIFEST, *(name for name, _ in TEXTS), CONTRIBUTIONS, COMMENTS, VISITS]
        needed += [SUPPORTS, PEOPLE] if self.complete else [WEEKS]
        for name in needed:
            if name not in self.package.names:
                raise Broken(f"{name}: it is not there")

    def _read_journal(self) -> None:
        openings = self._openings() if self.complete else None
        self.replay = replay = Replay(openings)
        chain = Chain(self.anchors.get(str(self.statistics.get("slug"))))
        with self.package.open(LEDGER) as stream:
            for line, raw in enumerate(stream, 1):
                try:
                    replay.take(chain.read(raw))
                except Broken as error:
                    raise Broken(f"{LEDGER}, line {line}: {error}") from error
        try:
            chain.end()
        except Broken as error:
            raise Broken(f"{LEDGER}: {error}") from error
        if openings is not None and len(openings) != replay.opened:
            raise Broken(f"{OPENINGS}: it opens entries that there are not")
        self._same(LEDGER, "the head", chain.head, self.statistics.get("ledger_head"))
        self._same(LEDGER, "the slug", replay.terms.get("slug"), self.statistics.get("slug"))
        self.lines.append(f"{chain.entries} entries, each follows from the one before; head {chain.head}")
        if self.anchors.get(str(self.statistics.get("slug"))):
            self.lines.append("every anchored head is in the journal")
        if replay.carried is not None:
            self.lines.append("figures of the time before the journal are carried over, not entered one by one")
        if replay.corrections:
            self.lines.append(f"corrections entered by the operator: {replay.corrections}")

    def _openings(self) -> dict[int, tuple[str, str]]:
        found: dict[int, tuple[str, str]] = {}
        with self.package.open(OPENINGS) as stream:
            for line, raw in enumerate(stream, 1):
                try:
                    item = json.loads(raw)
                    found[item["sequence"]] = (item["salt"], item["key"])
                except (ValueError, KeyError, TypeError) as error:
                    raise Broken(f"{OPENINGS}, line {line}: it is no opening") from error
        return found

    def _compare_figures(self) -> None:
        for name in ("participants", "contributions", "supports", "comments"):
            self._same(STATISTICS, name, self.statistics.get(name), self.replay.figures[name])
        opens_on, closes_on = (date.fromisoformat(self.replay.terms[name]) for name in ("opens_on", "closes_on"))
        try:
            as_of = date.fromisoformat(str(self.statistics.get("as_of"))[:10])
        except ValueError as error:
            raise Broken(f"{STATISTICS}: as_of is no instant") from error
        self.as_of = as_of.isoformat()
        days = max(0, (min(as_of, closes_on) - opens_on).days + 1)
        self._same(STATISTICS, "days", self.statistics.get("days"), days)
        self._same(STATISTICS, "days_total", self.statistics.get("days_total"), (closes_on - opens_on).days + 1)
        summed = ", ".join(f"{self.replay.figures[name]} {name}" for name in FIGURES)
        self.lines.append(f"summed up: {summed} of ended days; {days} days")

    def _salts(self) -> dict[str, dict[int, str]]:
        found: dict[str, dict[int, str]] = {}
        if SALTS in self.package.names:
            for _, row in self.package.table(SALTS):
                found.setdefault(row["kind"], {})[int(row["number"])] = row["salt"]
        return found

    def _contributions(self, salts: dict[int, str]) -> set[int]:
        """Compare the table with the journal; returns the numbers of what is published."""
        seen: set[int] = set()
        published: set[int] = set()
        for where, row in self._rows(CONTRIBUTIONS):
            number = self._number(where, row["number"])
            if number in seen:
                raise Broken(f"{where}: contribution {number} is there twice")
            seen.add(number)
            if row["status"] == "published":
                published.add(number)
            known = self.replay.contributions.get(number)
            if known is None:
                self._older(where, "contribution", number, row["status"])
                continue
            self._same(where, "the status", row["status"], known.status)
            self._same(where, "the channel", row["channel"], known.channel)
            if row["body"]:
                self._same(where, "the question", self._reference(where, row["question"]), known.question)
            if row["status"] == "published":
                self._digest(where, [row["title"], row["body"]], salts.get(number), known.digest)
        # What waits for the team is in no package, what its author had erased not in the complete one.
        absent = {"held", "withdrawn"} if self.complete else {"held"}
        expected = {number: one for number, one in self.replay.contributions.items() if one.status not in absent}
        self._all_there(CONTRIBUTIONS, "contribution", expected, seen)
        return published

    def _older(self, where: str, what: str, number: int, status: str) -> None:
        """A row that the journal does not follow from its beginning."""
        if not self.replay.carries(what, number):
            raise Broken(f"{where}: {what} {number} is not in the journal")
        self._same(where, "the status", status, self.replay.since.get((what, number), status))

    def _comments(self, salts: dict[int, str]) -> None:
        seen: set[int] = set()
        for where, row in self._rows(COMMENTS):
            number = self._number(where, row["number"])
            if number in seen:
                raise Broken(f"{where}: comment {number} is there twice")
            seen.add(number)
            known = self.replay.comments.get(number)
            if known is None:
                self._older(where, "comment", number, row.get("status", "published"))
                continue
            self._same(where, "the contribution", self._number(where, row["contribution"]), known.contribution)
            self._same(where, "the parent", self._reference(where, row["parent"]), known.parent)
            self._same(where, "the stance", row["stance"], known.stance)
            if "status" in row:
                self._same(where, "the status", row["status"], known.status)
            elif not self.replay.counts(known):
                raise Broken(f"{where}: comment {number} does not count")
            if known.status == "published":
                self._digest(where, [row["body"]], salts.get(number), known.digest)
        expected = {number: one for number, one in self.replay.comments.items() if self._is_packaged(one)}
        self._all_there(COMMENTS, "comment", expected, seen)

    def _is_packaged(self, comment: Comment) -> bool:
        """Whether the package must have a comment: the complete one also has what the team has hidden."""
        if not self.complete:
            return self.replay.counts(comment)
        statuses = {comment.status, self.replay.status_of_contribution(comment.contribution)}
        if comment.parent is not None:
            statuses.add(self.replay.status_of_comment(comment.parent))
        return statuses <= {"published", "hidden"}

    def _supports(self, published: set[int]) -> None:
        totals: dict[int, int] = {}
        given: set[tuple[str, str]] = set()
        for where, row in self._rows(WEEKS):
            number = self._number(where, row["contribution"])
            totals[number] = totals.get(number, 0) + self._number(where, row["supports"])
        for where, row in self._rows(SUPPORTS):
            number = self._number(where, row["contribution"])
            if (row["contribution"], row["author"]) in given:
                raise Broken(f"{where}: somebody supports contribution {number} twice")
            given.add((row["contribution"], row["author"]))
            totals[number] = totals.get(number, 0) + 1
        name = SUPPORTS if self.complete else WEEKS
        self._same(
            name,
            "the supports of published contributions",
            sum(count for number, count in totals.items() if number in published),
            self.replay.figures["supports"],
        )
        for number in sorted(published):
            known = self.replay.contributions.get(number)
            if known is not None:
                self._same(name, f"contribution {number}", totals.get(number, 0), known.supports)

    def _visits(self) -> None:
        total, waiting = 0, 0
        seen: set[str] = set()
        first, last = self.replay.terms["opens_on"], min(self.replay.terms["closes_on"], self.as_of)
        for where, row in self._rows(VISITS):
            day, visitors = row["date"], self._number(where, row["visitors"])
            if day in seen:
                raise Broken(f"{where}: {day} is there twice")
            seen.add(day)
            total += visitors
            if day in self.replay.sealed:
                self._same(where, day, visitors, self.replay.sealed[day])
            elif DAY.fullmatch(day) and first <= day <= last:
                waiting += visitors
            else:
                raise Broken(f"{where}: {day} is no day of the consultation up to {last}")
        missing = sorted(set(self.replay.sealed) - seen)
        if missing:
            raise Broken(f"{VISITS}: {missing[0]} is sealed in the journal and not there")
        self._same(STATISTICS, "visitors", self.statistics.get("visitors"), total)
        if waiting:
            self.lines.append(f"visitors of days that are not sealed yet, beside the journal: {waiting}")

    def _texts_of_the_team(self) -> None:
        for name, member in TEXTS:
            with self.package.open(name) as stream:
                found = hashlib.sha256(stream.read()).hexdigest()
            self._same(name, "its digest", found, self.replay.terms.get(member))
            self.texts += 1
        own, questions = self._manifest()
        for member in ("title", "language", "opens_on", "closes_on"):
            self._same(MANIFEST, member, own.get(member), self.replay.terms.get(member))
        digest = sha256(canonical(questions))
        self._same(MANIFEST, "the digest of its questions", digest, self.replay.terms.get("questions"))

    def _manifest(self) -> tuple[dict[str, str], list[str]]:
        """The manifest's own members and the questions, line by line as packages have them."""
        own: dict[str, str] = {}
        questions: list[str] = []
        section = ""
        with self.package.open(MANIFEST) as stream:
            for line, raw in enumerate(stream, 1):
                try:
                    text = raw.decode("utf-8").rstrip("\n")
                    name, _, value = text.partition(" = ")
                    found = json.loads(value) if value.startswith('"') else value
                except ValueError as error:
                    raise Broken(f"{MANIFEST}, line {line}: it is not as packages have it") from error
                if text.startswith("["):
                    section = text
                elif section == "":
                    own[name] = found
                elif section == "[[questions]]" and name == "text":
                    questions.append(found)
        return own, questions

    def _people(self) -> None:
        """The complete package: who takes part, recounted from the tables by the authors' own keys."""
        self._authors()
        contributions = {row["number"]: row for _, row in self._rows(CONTRIBUTIONS)}
        published = {number for number, row in contributions.items() if row["status"] == "published"}
        comments = {row["number"]: row for _, row in self._rows(COMMENTS)}
        people = {contributions[number]["author"] for number in published}
        for row in comments.values():
            above = comments.get(row["parent"])
            stands = all(one.get("status", "published") == "published" for one in (row, above or row))
            if stands and row["contribution"] in published:
                people.add(row["author"])
        people |= {row["author"] for _, row in self._rows(SUPPORTS) if row["contribution"] in published}
        people.discard("")
        self._same(CONTRIBUTIONS, "the people who take part", len(people), self.replay.figures["participants"])
        self.lines.append(f"{self.replay.opened} commitments opened; nobody counts twice")

    def _authors(self) -> None:
        """The complete package: who wrote and who supports is whom the journal's openings name."""
        keys: dict[str, str] = {}
        known_keys: set[str] = set()
        for where, row in self._rows(PEOPLE):
            if row["author"] in keys or row["key"] in known_keys:
                raise Broken(f"{where}: somebody is there twice")
            keys[row["author"]] = row["key"]
            known_keys.add(row["key"])
        tables: tuple[tuple[str, dict[int, Any]], ...]
        tables = ((CONTRIBUTIONS, self.replay.contributions), (COMMENTS, self.replay.comments))
        for name, entered in tables:
            for where, row in self._rows(name):
                known = entered.get(int(row["number"]))
                if known is not None and self._key(where, keys, row["author"]) != known.author:
                    raise Broken(f"{where}: its author is not who wrote it by the journal")
        given: dict[int, set[str | None]] = {}
        for where, row in self._rows(SUPPORTS):
            given.setdefault(int(row["contribution"]), set()).add(self._key(where, keys, row["author"]))
        for number, one in self.replay.contributions.items():
            if one.status != "withdrawn" and given.get(number, set()) != one.supporters:
                raise Broken(f"{SUPPORTS}: who supports contribution {number} is not who does by the journal")

    def _key(self, where: str, keys: dict[str, str], author: str) -> str | None:
        if author and author not in keys:
            raise Broken(f"{where}: {PEOPLE} does not have its author")
        return keys[author] if author else None

    def _rows(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        if name not in self.package.names:
            return
        try:
            for record, row in self.package.table(name):
                yield f"{name}, record {record}", row
        except (csv.Error, UnicodeDecodeError) as error:
            raise Broken(f"{name}: it cannot be read: {error}") from error

    def _number(self, where: str, text: str) -> int:
        if not re.fullmatch(r"[0-9]+", text):
            raise Broken(f"{where}: {text!r} is no number")
        return int(text)

    def _reference(self, where: str, text: str) -> int | None:
        return self._number(where, text) if text else None

    def _digest(self, where: str, texts: list[str], salt: str | None, digest: str) -> None:
        if salt is None:
            raise Broken(f"{where}: {SALTS} holds no salt for it")
        if sha256(canonical([salt, *texts])) != digest:
            raise Broken(f"{where}: the text is not the one that was entered in the journal")
        self.texts += 1

    def _all_there(self, name: str, what: str, known: dict[int, Any], seen: set[int]) -> None:
        missing = sorted(set(known) - seen)
        if missing:
            raise Broken(f"{name}: {what} {missing[0]} of the journal is not there")

    def _same(self, where: str, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            raise Broken(f"{where}: {what} is {found!r}, expected {expected!r}")


def read_anchors(path: Path) -> dict[str, dict[int, str]]:
    """Anchored heads by slug: lines "consult-ledger SLUG ENTRIES HASH INSTANT", whatever stands around them."""
    found: dict[str, dict[int, str]] = {}
    pattern = re.compile(r"consult-ledger ([a-z0-9-]+) (\d+) ([0-9a-f]{64})\b")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} cannot be read") from error
    for slug, entries, head in pattern.findall(text):
        if found.setdefault(slug, {}).setdefault(int(entries), head) != head:
            raise Broken(f"{path.name}: it names two heads for entry {entries} of {slug}")
    if not found:
        raise Unusable(f"{path} names no head")
    return found


def check_package(path: Path, anchor: Path | None = None) -> list[str]:
    """Check a package; returns what to say about it. Raises `Broken`, `Unusable`."""
    csv.field_size_limit(16 << 20)
    anchors = {} if anchor is None else read_anchors(anchor)
    package = Package(path)
    try:
        check = Check(package, anchors)
        check.run()
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise Unusable(f"{path} cannot be read: {error}") from error
    finally:
        package.close()
    if anchor is not None and str(check.statistics.get("slug")) not in anchors:
        raise Unusable(f"{anchor} names no head of this consultation")
    return check.lines


def main(arguments: list[str] | None = None) -> int:
    """Check, say how it went; the exit status."""
    parser = argparse.ArgumentParser(description="Check a data package of Consult.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--anchor", type=Path, metavar="FILE", help="a file of heads that somebody kept elsewhere")
    options = parser.parse_args(arguments)
    try:
        lines = check_package(options.package, options.anchor)
    except Broken as error:
        sys.stdout.write(f"NOT VERIFIED: {error}\n")
        return 1
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in lines) + "VERIFIED\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
