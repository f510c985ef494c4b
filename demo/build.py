"""Build the three consultation packages of the demonstration, dated relative to a day.

    python demo/build.py --output DIR [--today YYYY-MM-DD]

The prose lives beside this script, one folder per package, with days counted from the opening instead of
dates; what comes out is the import format. Nothing is written unless every package
is consistent and shows the figures its `activity.toml` announces. It needs the standard library only.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from demonstration import (
    Act,
    Calendar,
    Comment,
    Contribution,
    DemonstrationError,
    Package,
    Support,
    Visit,
    problems,
    take,
)

SOURCE = Path(__file__).resolve().parent
# Readers per weekday, Monday first, relative to a Monday: fewer on Fridays and at weekends.
WEEKDAYS = (1.0, 1.1, 1.1, 1.05, 0.9, 0.7, 0.8)
WHOLE_NUMBERS = ("number", "question", "contribution", "parent")
CHOICES = {
    "channel": ("web", "paper", "meeting"),
    "status": ("published", "withdrawn", "hidden"),
    "stance": ("for", "against", "neutral"),
}
A = TypeVar("A", Contribution, Comment, Support)
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
_DAY = re.compile(r'"day (-?\d+)"')
_FRONT_MATTER = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n(.+)", re.DOTALL)


def build(today: date | None = None, source: Path = SOURCE) -> list[Package]:
    """Read and check every package below `source` as of `today` (default: the organisation's civil date).

    Raises `DemonstrationError` when a source is missing, malformed or inconsistent.
    """
    organisation = _read(source / "organisation.toml")
    zone = _zone(take(_toml(organisation, "organisation.toml"), "organisation", dict, "organisation.toml"))
    if today is None:
        # A script starts from the real clock: the demonstration is dated as of the day it is built.
        today = datetime.now(zone).date()  # noqa: TID251
    folders = sorted(path.parent for path in source.glob("*/consultation.toml"))
    if not folders:
        raise DemonstrationError(f"{source}: no folder with a consultation.toml.")
    packages = [read_package(folder, organisation, zone, today) for folder in folders]
    for package in packages:
        settings = _toml(package.texts["consultation.toml"], package.name)
        questions = {row["number"] for row in take(settings, "questions", list, package.name)}
        for problem in problems(package, questions):
            raise DemonstrationError(f"{package.name}: {problem}")
    return packages


def read_package(folder: Path, organisation: str, zone: ZoneInfo, today: date) -> Package:
    """One package from its folder, with every date computed but nothing checked across rows yet."""
    where = f"{folder.name}/consultation.toml"
    prose = _COMMENT.sub("", _read(folder / "consultation.toml"))
    dated = _DAY.sub(lambda match: (today + timedelta(days=int(match[1]))).isoformat(), prose)
    settings = f"{dated}\n{organisation}"
    table = _toml(settings, where)
    calendar = Calendar(zone, take(table, "opens_on", date, where), take(table, "closes_on", date, where), today)
    texts = {"consultation.toml": settings}
    for name in ("introduction.md", "about.md"):
        texts[name] = _read(folder / name)
    if not (folder / "activity.toml").exists():
        return Package(folder.name, texts, calendar)
    activity = _toml(_read(folder / "activity.toml"), f"{folder.name}/activity.toml")
    contributions = [read_contribution(path, calendar) for path in sorted(folder.glob("contributions/*.md"))]
    comments = read_comments(folder, calendar)
    supports = read_supports(folder, calendar)
    visits = spread_visits(activity, calendar, _readers_at_least((*contributions, *comments, *supports)))
    rows = (contributions, comments, supports, visits)
    return Package(folder.name, texts, calendar, *rows, expected=take(activity, "figures", dict, folder.name))


def read_contribution(path: Path, calendar: Calendar) -> Contribution:
    """A contribution from Markdown behind a TOML front matter; its number is how the file name begins."""
    where = f"{path.parent.parent.name}/contributions/{path.name}"
    match = _FRONT_MATTER.fullmatch(_read(path))
    if match is None:
        raise DemonstrationError(f"{where}: expected a front matter between two lines +++, then a text.")
    number, _, _ = path.name.partition("-")
    table = {**_toml(match[1], where), "number": _whole(number), "body": match[2].strip()}
    return read_act(Contribution, table, calendar, where)


def read_comments(folder: Path, calendar: Calendar) -> list[Comment]:
    """The comments of `comments.toml`, in the order of the file."""
    where = f"{folder.name}/comments.toml"
    tables = take(_toml(_read(folder / "comments.toml"), where), "comments", list, where)
    return [
        read_act(Comment, table, calendar, f"{where}, comment {position}")
        for position, table in enumerate(tables, 1)
    ]


def read_supports(folder: Path, calendar: Calendar) -> list[Support]:
    """The supports of `supports.csv`, sorted by time."""
    supports = []
    reader = csv.DictReader(io.StringIO(_read(folder / "supports.csv")))
    for row in reader:
        where = f"{folder.name}/supports.csv, line {reader.line_num}"
        try:
            at = time.fromisoformat(row["time"])
        except (KeyError, TypeError, ValueError) as error:
            raise DemonstrationError(f"{where}: expected contribution,author,day,time.") from error
        numbers = {name: _whole(row.get(name)) for name in ("contribution", "day")}
        supports.append(read_act(Support, {**row, **numbers, "time": at}, calendar, where))
    return sorted(supports, key=lambda support: support.created_at)


def read_act(kind: type[A], table: dict[str, Any], calendar: Calendar, where: str) -> A:
    """A row of that kind from the values of a table, of which `day` and `time` become `created_at`."""
    values: dict[str, Any] = {"created_at": calendar.instant(table, where), "parent": None}
    names = {column.name for column in fields(kind)}
    for name in table.keys() - {"day", "time"} | names - values.keys():
        if name not in names:
            raise DemonstrationError(f"{where}: “{name}” is unknown.")
        value = values[name] = take(table, name, int if name in WHOLE_NUMBERS else str, where)
        if value not in CHOICES.get(name, (value,)):
            raise DemonstrationError(f"{where}: “{value}” is none of {', '.join(CHOICES[name])}.")
    return kind(**{name: values[name] for name in names})


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _readers_at_least(acts: Iterable[Act]) -> Counter[date]:
    """Who acted on the web on a day also read the page that day: a lower bound of its visitors."""
    web = (row for row in acts if not isinstance(row, Contribution) or row.channel == "web")
    return Counter(day for day, _ in {(row.created_at.date(), row.author) for row in web})


def spread_visits(activity: dict[str, Any], calendar: Calendar, at_least: Counter[date]) -> list[Visit]:
    """Visitors of each ended day, adding up to the announced figure exactly; days without any are left out.

    A curve gives the weight of each day, weekdays and a hash of the day vary it, and rounding the running
    total (rather than each day) keeps the sum. The same sources and day always give the same numbers.
    """
    settings = take(activity, "visits", dict, "activity.toml")
    curve, seed = take(settings, "curve", list, "activity.toml"), take(settings, "seed", int, "activity.toml")
    announced = take(take(activity, "figures", dict, "activity.toml"), "visitors", int, "activity.toml")
    days = [
        calendar.opens_on + timedelta(days=offset)
        for offset in range((calendar.last_ended_day - calendar.opens_on).days + 1)
    ]
    weights = [
        _on_curve(curve, offset) * WEEKDAYS[day.weekday()] * (0.35 + 1.3 * _fraction(f"{seed}:{offset}"))
        for offset, day in enumerate(days)
    ]
    left, whole = announced - at_least.total(), sum(weights)
    if left < 0:
        raise DemonstrationError(f"activity.toml: {at_least.total()} visitors or more act, fewer are announced.")
    visits, so_far, given = [], 0.0, 0
    for day, weight in zip(days, weights, strict=True):
        so_far += weight
        share = round(left * so_far / whole) - given
        given += share
        visits.append(Visit(day, at_least[day] + share))
    return [visit for visit in visits if visit.visitors]


def _on_curve(curve: Sequence[tuple[int, float]], offset: int) -> float:
    """The weight of a day by linear interpolation; flat beyond both ends."""
    for (left, low), (right, high) in pairwise(curve):
        if left <= offset <= right:
            return low + (high - low) * (offset - left) / (right - left)
    return curve[0][1] if offset < curve[0][0] else curve[-1][1]


def _fraction(text: str) -> float:
    """A number in [0, 1) that looks random and is always the same for the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:4]) / 2**32


def write(package: Package, output: Path) -> Path:
    """Write a package as a folder below `output` and return it; tables without a row are left out."""
    folder = output / package.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in package.texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for label in ("contributions", "comments", "supports", "visits"):
        _write_table(folder / f"{label}.csv", getattr(package, label))
    return folder


def _write_table(path: Path, rows: Sequence[Act | Visit]) -> None:
    """Write rows under the names of their fields, dates and instants (with their offset) as ISO 8601."""
    if not rows:
        path.unlink(missing_ok=True)  # left by an earlier build of the same folder
        return
    header = [column.name for column in fields(rows[0])]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            values = (getattr(row, name) for name in header)
            writer.writerow([value.isoformat() if isinstance(value, date) else value for value in values])


def _zone(organisation: dict[str, Any]) -> ZoneInfo:
    name = take(organisation, "time_zone", str, "organisation.toml")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DemonstrationError(f"organisation.toml: the time zone {name} is unknown here.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DemonstrationError(f"{path.parent.name}/{path.name} cannot be read as UTF-8 text.") from error


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DemonstrationError(f"{where}: {error}.") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the packages; 0, or 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(description="Build the packages of the demonstration.")
    parser.add_argument("--output", type=Path, required=True, help="folder to write the packages into")
    parser.add_argument("--today", type=date.fromisoformat, help="day to date them from (YYYY-MM-DD)")
    parser.add_argument("--source", type=Path, default=SOURCE, help="folder of the prose (for tests)")
    options = parser.parse_args(arguments)
    try:
        for package in build(options.today, options.source):
            print(write(package, options.output))
    except (DemonstrationError, OSError) as error:
        print(f"demo/build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
