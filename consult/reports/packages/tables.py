"""The text of each file of a package, in pieces; nothing grows with the number of rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from consult.ledger.queries import OpeningView
from consult.ledger.rules import canonical
from consult.reports.queries.package import Manifest, PackagedComment, PackagedContribution

_BATCH = 200
CONTRIBUTION_COLUMNS = ("number", "question", "title", "body", "author", "created_at", "channel", "status")
COMMENT_COLUMNS = ("contribution", "number", "parent", "stance", "body", "author", "created_at")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table as canonical CSV: UTF-8, commas, RFC 4180, None as an empty cell."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for position, row in enumerate(rows, 1):
        writer.writerow(row)
        if position % _BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def contribution_table(rows: Iterable[PackagedContribution], time_zone: str) -> Iterator[str]:
    """`contributions.csv` in the columns of the import."""
    zone = ZoneInfo(time_zone)
    return csv_text(
        CONTRIBUTION_COLUMNS,
        (
            (
                row.number,
                row.question,
                row.title,
                row.body,
                row.author,
                local(row.created_at, zone),
                row.channel.value,
                row.status.value,
            )
            for row in rows
        ),
    )


def comment_table(rows: Iterable[PackagedComment], time_zone: str, *, complete: bool) -> Iterator[str]:
    """`comments.csv` in the columns of the import; the complete one also says what is hidden or withdrawn."""
    zone = ZoneInfo(time_zone)
    return csv_text(
        (*COMMENT_COLUMNS, "status") if complete else COMMENT_COLUMNS,
        (
            (
                row.contribution,
                row.number,
                row.parent,
                row.stance.value,
                row.body,
                row.author,
                local(row.created_at, zone),
                *((row.status.value,) if complete else ()),
            )
            for row in rows
        ),
    )


def support_table(rows: Iterable[tuple[int, str, datetime]], time_zone: str) -> Iterator[str]:
    """`supports.csv` of the complete package."""
    zone = ZoneInfo(time_zone)
    return csv_text(
        ("contribution", "author", "created_at"),
        ((number, author, local(created_at, zone)) for number, author, created_at in rows),
    )


def opening_lines(openings: Iterable[OpeningView]) -> Iterator[str]:
    """`ledger_openings.jsonl`: what opens each commitment."""
    for item in openings:
        yield canonical({"key": item.key, "salt": item.salt, "sequence": item.sequence}) + "\n"


def manifest_text(found: Manifest, *, complete: bool) -> Iterator[str]:
    """`consultation.toml` as the import reads it. How consent to a testimony was recorded is the team's own."""
    yield "format = 1\n"
    for name in ("slug", "title", "summary", "language"):
        yield _pair(name, getattr(found, name))
    yield f"opens_on = {found.opens_on.isoformat()}\ncloses_on = {found.closes_on.isoformat()}\n"
    yield "\n[organisation]\n" + _pair("slug", found.organisation_slug) + _pair("name", found.organisation_name)
    yield _pair("time_zone", found.time_zone)
    commitment = {"decides": found.decides, "when": found.decided_when, "not_negotiable": found.not_negotiable}
    if any(commitment.values()):
        yield "\n[commitment]\n" + "".join(_pair(name, text) for name, text in commitment.items() if text)
    if found.outcome:
        yield "\n[outcome]\n" + _pair("summary", found.outcome)
        if found.outcome_on is not None:
            yield f"decided_on = {found.outcome_on.isoformat()}\n"
    for number, text in enumerate(found.questions, 1):
        yield f"\n[[questions]]\nnumber = {number}\n" + _pair("text", text)
    for name, role, organisation, quote, consent in found.testimonies:
        if not consent:
            continue  # nobody is quoted on a consent that was not recorded
        words = {"name": name, "role": role, "organisation": organisation, "quote": quote}
        yield "\n[[testimonies]]\n" + "".join(_pair(key, text) for key, text in words.items() if text)
        yield _pair("consent", consent) if complete else "consent = true\n"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """An instant as the consultation's clocks show it, with its offset, to the microsecond where there is one."""
    return moment.astimezone(zone).isoformat()


def _pair(name: str, text: str) -> str:
    """A key with its text: a basic string of TOML is one of JSON that escapes U+007F as well."""
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{name} = {escaped}\n"


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
