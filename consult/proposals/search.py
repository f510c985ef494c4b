"""Full text on both engines: FTS5 on SQLite, `to_tsvector('simple')` on PostgreSQL, over the same stems."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, column, func, select, table, text
from sqlalchemy.orm import Session

from consult.core.db import is_sqlite
from consult.proposals.models import Contribution
from consult.proposals.rules import search_terms

MAX_TERMS = 12
_index = table("proposals_search", column("rowid"), column("rank"))


def matches(session: Session, query: str) -> ColumnElement[bool] | None:
    """The condition "holds every word of the query, the last one perhaps unfinished"; None without a word."""
    terms = search_terms(query)[:MAX_TERMS]
    if not terms:
        return None
    if is_sqlite(session):
        expression = " ".join(f'"{term}"' for term in terms[:-1]) + f' "{terms[-1]}"*'
        return Contribution.id.in_(
            select(_index.c.rowid).where(text("proposals_search MATCH :q").bindparams(q=expression.strip()))
        )
    expression = " & ".join([*terms[:-1], f"{terms[-1]}:*"])
    return _vector().op("@@")(func.to_tsquery(text("'simple'"), expression))


def closest(session: Session, title: str, conditions: Sequence[ColumnElement[bool]]) -> Select[int]:
    """Ids of contributions that share words with a title, closest first."""
    terms = sorted({term for term in search_terms(title) if len(term) > 3})[:MAX_TERMS]
    if not terms:
        return select(Contribution.id).where(text("1 = 0"))
    if is_sqlite(session):
        expression = " OR ".join(f'"{term}"' for term in terms)
        return (
            select(Contribution.id)
            .join(_index, _index.c.rowid == Contribution.id)
            .where(text("proposals_search MATCH :q").bindparams(q=expression), *conditions)
            .order_by(_index.c.rank)
        )
    query = func.to_tsquery(text("'simple'"), " | ".join(terms))
    return (
        select(Contribution.id)
        .where(_vector().op("@@")(query), *conditions)
        .order_by(func.ts_rank(_vector(), query).desc())
    )


def _vector() -> ColumnElement[str]:
    return func.to_tsvector(text("'simple'"), Contribution.search_text)
