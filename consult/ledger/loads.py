"""The journal of acts that were loaded in bulk, for packages and large test sizes: part of the commands' layer.

Entries are written in the acts' own order of time, from the rows, a batch at a time: memory holds a number or two
per person and per contribution, never texts.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, literal, select, union_all, update
from sqlalchemy.orm import Session, aliased

from consult.audience.models import AudienceDay
from consult.consultations.models import Question
from consult.core.batches import BATCH, batches
from consult.ledger import rules
from consult.ledger.models import Entry, Head, Opening, PersonKey, TextSalt
from consult.ledger.rules import changes
from consult.ledger.values import Kind, TextKind
from consult.proposals.models import Comment, Contribution, Support
from consult.proposals.values import Channel, Status

_CONTRIBUTION, _COMMENT, _REPLY, _SUPPORT = range(4)
Rows = list[dict[str, Any]]


def journal_loaded(session: Session, consultation_id: int, *, at: datetime) -> int:
    """Write an entry for each act and each sealed day that the consultation has already; returns how many.

    The journal has begun, and holds nothing of them. The caller holds the tally row.
    """
    return _Writer(session, consultation_id).write(at)


class _Secrets:
    """Many random secrets at the price of one."""

    def __init__(self) -> None:
        self._drawn: Iterator[str] = iter(())

    def next(self) -> str:
        found = next(self._drawn, None)
        if found is None:
            text = os.urandom(rules.SALT_BYTES * BATCH).hex()
            width = 2 * rules.SALT_BYTES
            self._drawn = iter([text[start : start + width] for start in range(0, len(text), width)])
            found = next(self._drawn)
        return found


class _Writer:
    def __init__(self, session: Session, consultation_id: int) -> None:
        self._session, self._id = session, consultation_id
        head = session.execute(
            select(Head.sequence, Head.hash).where(Head.consultation_id == consultation_id)
        ).one()
        self._sequence, self._previous = int(head.sequence), str(head.hash)
        self._secrets = _Secrets()
        self._keys: dict[int, str] = {}
        self._taking_part: set[int] = set()
        self._counting: set[int] = set()
        self._standing: set[int] = set()
        self._rows: dict[type, Rows] = defaultdict(list)

    def write(self, at: datetime) -> int:
        first = self._sequence
        for batch in batches(self._acts()):
            self._write_batch(batch)
            self._store()
        for day in self._session.execute(self._days()):
            figures = changes(visitors=day.visitors)
            payload = {"date": day.day.isoformat(), "visitors": day.visitors, "figures": figures}
            self._add(Kind.VISITS_SEALED, at, payload)
        self._store()
        self._session.execute(
            update(Head)
            .where(Head.consultation_id == self._id)
            .values(sequence=self._sequence, hash=self._previous)
        )
        return self._sequence - first

    def _acts(self) -> Iterator[Row[Any]]:
        """Every act in the order of time: (type, id or contribution's number, person, instant)."""
        contributions = select(
            literal(_CONTRIBUTION).label("type"),
            Contribution.id.label("id"),
            Contribution.author_id.label("person_id"),
            Contribution.created_at.label("created_at"),
        ).where(Contribution.consultation_id == self._id)
        comments = [
            select(literal(kind), Comment.id, Comment.author_id, Comment.created_at).where(
                Comment.consultation_id == self._id, under
            )
            for kind, under in ((_COMMENT, Comment.parent_id.is_(None)), (_REPLY, Comment.parent_id.is_not(None)))
        ]
        supports = (
            select(literal(_SUPPORT), Contribution.number, Support.person_id, Support.created_at)
            .join(Contribution, Contribution.id == Support.contribution_id)
            .where(Contribution.consultation_id == self._id)
        )
        acts = union_all(contributions, *comments, supports).subquery()
        columns = acts.c
        ordered = select(acts).order_by(columns.created_at, columns.type, columns.id, columns.person_id)
        return iter(self._session.execute(ordered, execution_options={"yield_per": BATCH}))

    def _days(self) -> Select[*tuple[Any, ...]]:
        return (
            select(AudienceDay.day, AudienceDay.visitors)
            .where(AudienceDay.consultation_id == self._id, AudienceDay.sealed_at.is_not(None))
            .order_by(AudienceDay.day)
        )

    def _write_batch(self, batch: list[Row[Any]]) -> None:
        contributions = self._by_id(_contributions(), Contribution.id, batch, {_CONTRIBUTION})
        comments = self._by_id(_comments(), Comment.id, batch, {_COMMENT, _REPLY})
        self._give_keys(batch)
        for act in batch:
            if act.type == _SUPPORT:
                self._support(act)
            elif act.type == _CONTRIBUTION:
                self._contribution(act, contributions[act.id])
            else:
                self._comment(act, comments[act.id])

    def _by_id(
        self, query: Select[*tuple[Any, ...]], column: Any, batch: list[Row[Any]], types: set[int]
    ) -> Mapping[int, Row[Any]]:
        ids = [act.id for act in batch if act.type in types]
        return {row.id: row for row in self._session.execute(query.where(column.in_(ids)))} if ids else {}

    def _give_keys(self, batch: list[Row[Any]]) -> None:
        for act in batch:
            if act.person_id is not None and act.person_id not in self._keys:
                key = self._keys[act.person_id] = self._secrets.next()
                self._rows[PersonKey].append({"consultation_id": self._id, "person_id": act.person_id, "key": key})

    def _contribution(self, act: Row[Any], row: Row[Any]) -> None:
        counts = row.status is Status.PUBLISHED
        if counts:
            self._counting.add(row.number)
        figures = changes(contributions=int(counts), participants=self._takes_part(act.person_id, counts=counts))
        payload = contribution_payload(row, figures)
        texts = [row.title, row.body]
        self._add(
            Kind.CONTRIBUTION_PUBLISHED,
            act.created_at,
            payload,
            person_id=act.person_id,
            text_kind=TextKind.CONTRIBUTION,
            texts=texts,
        )

    def _comment(self, act: Row[Any], row: Row[Any]) -> None:
        stands = row.status is Status.PUBLISHED and (row.parent is None or row.parent in self._standing)
        if stands:
            self._standing.add(row.number)
        counts = stands and row.contribution in self._counting
        figures = changes(comments=int(counts), participants=self._takes_part(act.person_id, counts=counts))
        payload = comment_payload(row, figures)
        self._add(
            Kind.COMMENT_PUBLISHED,
            act.created_at,
            payload,
            person_id=act.person_id,
            text_kind=TextKind.COMMENT,
            texts=[row.body],
        )

    def _support(self, act: Row[Any]) -> None:
        counts = act.id in self._counting
        figures = changes(supports=int(counts), participants=self._takes_part(act.person_id, counts=counts))
        payload = {"contribution": act.id, "figures": figures}
        self._add(Kind.SUPPORT_GIVEN, act.created_at, payload, person_id=act.person_id)

    def _takes_part(self, person_id: int | None, *, counts: bool) -> int:
        if person_id is None or not counts or person_id in self._taking_part:
            return 0
        self._taking_part.add(person_id)
        return 1

    def _add(
        self,
        kind: Kind,
        at: datetime,
        payload: dict[str, Any],
        *,
        person_id: int | None = None,
        text_kind: TextKind | None = None,
        texts: list[str] | None = None,
    ) -> None:
        self._sequence += 1
        place = {"consultation_id": self._id, "sequence": self._sequence}
        if person_id is not None:
            salt, key = self._secrets.next(), self._keys[person_id]
            payload["commitment"] = rules.commitment(salt, key, self._previous)
            self._rows[Opening].append({**place, "salt": salt, "key": key})
        if texts is not None:
            salt = self._secrets.next()
            payload["digest"] = rules.text_digest(salt, texts)
            # Which text a withdrawn one's digest was made of is nobody's business any more.
            if payload.get("status") != Status.WITHDRAWN:
                self._rows[TextSalt].append(
                    {**place, "kind": text_kind, "number": payload["number"], "salt": salt}
                )
        written = rules.canonical(payload)
        own_hash = rules.entry_hash(
            sequence=self._sequence,
            at=rules.instant_text(at),
            kind=kind.value,
            payload=written,
            previous=self._previous,
        )
        self._rows[Entry].append(
            {
                **place,
                "kind": kind.value,
                "at": at,
                "payload": written,
                "previous": self._previous,
                "hash": own_hash,
            }
        )
        self._previous = own_hash

    def _store(self) -> None:
        for model in (Entry, PersonKey, Opening, TextSalt):
            if self._rows[model]:
                self._session.execute(insert(model), self._rows[model])
        self._rows.clear()


def contribution_payload(row: Row[Any], figures: Mapping[str, int]) -> dict[str, Any]:
    """What the entry of a contribution says, from a row of `contribution_facts`."""
    payload: dict[str, Any] = {
        "number": row.number,
        "channel": row.channel.value,
        "question": row.question,
        "figures": dict(figures),
    }
    if row.channel is not Channel.WEB and row.received_on is not None:
        payload["received_on"] = row.received_on.isoformat()
    if row.status is not Status.PUBLISHED:
        payload["status"] = row.status.value
    return payload


def comment_payload(row: Row[Any], figures: Mapping[str, int]) -> dict[str, Any]:
    """What the entry of a comment says, from a row of `comment_facts`."""
    payload: dict[str, Any] = {
        "number": row.number,
        "contribution": row.contribution,
        "parent": row.parent,
        "stance": row.stance.value,
        "figures": dict(figures),
    }
    if row.status is not Status.PUBLISHED:
        payload["status"] = row.status.value
    return payload


def contribution_facts(session: Session, consultation_id: int, number: int) -> Row[Any]:
    """What the journal says of a contribution (1 statement)."""
    return session.execute(
        _contributions().where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    ).one()


def comment_facts(session: Session, consultation_id: int, number: int) -> Row[Any]:
    """What the journal says of a comment (1 statement)."""
    return session.execute(
        _comments().where(Comment.consultation_id == consultation_id, Comment.number == number)
    ).one()


def _contributions() -> Select[*tuple[Any, ...]]:
    return select(
        Contribution.id,
        Contribution.number,
        Contribution.channel,
        Contribution.received_on,
        Contribution.status,
        Contribution.author_id,
        Contribution.title,
        Contribution.body,
        Question.number.label("question"),
    ).outerjoin(Question, Question.id == Contribution.question_id)


def _comments() -> Select[*tuple[Any, ...]]:
    parent = aliased(Comment)
    return (
        select(
            Comment.id,
            Comment.number,
            Comment.stance,
            Comment.status,
            Comment.author_id,
            Comment.body,
            Contribution.number.label("contribution"),
            parent.number.label("parent"),
        )
        .join(Contribution, Contribution.id == Comment.contribution_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
    )
