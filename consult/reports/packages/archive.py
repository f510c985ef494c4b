"""The zip of a data package: written as it is read, so that neither memory nor disk holds it whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session
from zipstream import ZIP_DEFLATED, ZipStream

from consult.consultations import queries as consultations
from consult.ledger import queries as journal
from consult.ledger.verifier import verify
from consult.reports.packages import tables
from consult.reports.queries import package
from consult.reports.rules import figures_text

_HERE = Path(__file__).parent
_SENSITIVE = re.compile(r"<!-- complete -->\n(.*?)<!-- end -->\n", re.DOTALL)


def package_zip(session: Session, consultation_id: int, *, complete: bool, now: datetime) -> Iterator[bytes]:
    """The bytes of a package, all of one instant: call `hold_snapshot` first."""
    stream = ZipStream(compress_type=ZIP_DEFLATED, compress_level=6)
    for name, pieces in package_files(session, consultation_id, complete=complete, now=now):
        stream.add((piece.encode() for piece in pieces), arcname=name)
        # A file at a time: each reads its rows when its turn has come.
        yield from stream.all_files()
    yield from stream.finalize()


def package_files(
    session: Session, consultation_id: int, *, complete: bool, now: datetime
) -> Iterator[tuple[str, Iterable[str]]]:
    """The files of a package, each as pieces of text."""
    found = package.manifest(session, consultation_id)
    zone = found.time_zone
    figures = consultations.figures(session, consultation_id, now)
    head = journal.head_of(session, consultation_id)
    yield "README.md", [_text("README.md", title=found.title, slug=found.slug, sensitive=complete)]
    yield "LICENCE.txt", [_text("LICENCE.txt", title=found.title)]
    yield "verify.py", [Path(verify.__file__).read_text("utf-8")]
    yield "statistics.json", [figures_text(figures, zone, head)]
    yield "ledger.jsonl", journal.every_line(session, consultation_id)
    yield "consultation.toml", tables.manifest_text(found, complete=complete)
    yield "introduction.md", [found.introduction]
    yield "about.md", [found.about]
    contributions = package.contributions(session, consultation_id, complete=complete)
    yield "contributions.csv", tables.contribution_table(contributions, zone)
    comments = package.comments(session, consultation_id, complete=complete)
    yield "comments.csv", tables.comment_table(comments, zone, complete=complete)
    yield "visits.csv", tables.csv_text(("date", "visitors"), package.visits(session, consultation_id))
    salts = package.salts(session, consultation_id, complete=complete)
    yield "text_salts.csv", tables.csv_text(("kind", "number", "salt"), salts)
    if not complete:
        weeks = package.supports_by_week(session, consultation_id, zone)
        yield "supports_by_week.csv", tables.csv_text(("contribution", "week", "supports"), weeks)
        return
    supports = package.supports(session, consultation_id)
    yield "supports.csv", tables.support_table(supports, zone)
    yield "people.csv", tables.csv_text(("author", "key"), package.people(session, consultation_id))
    yield "ledger_openings.jsonl", tables.opening_lines(journal.every_opening(session, consultation_id))


def _text(name: str, *, title: str, slug: str = "", sensitive: bool = False) -> str:
    """A file that comes with the product, the consultation's names put in."""
    words = _SENSITIVE.sub(r"\1" if sensitive else "", (_HERE / name).read_text("utf-8"))
    return words.replace("{slug}", slug).replace("{title}", title)
