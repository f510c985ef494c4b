"""The journal: entries that the database itself keeps from being changed, heads, and what opens commitments.

Consultations that are public already get a journal that begins with their figures as they stand.

Revision: 0008 (after 0007)
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from consult.core.clock import real_now

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REFUSAL = "the journal is never changed"
SQLITE = (
    # INSERT OR REPLACE deletes the row that is in its way, and no trigger on DELETE sees it.
    "CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry "
    "WHERE rowid = NEW.rowid OR (consultation_id = NEW.consultation_id AND sequence = NEW.sequence)) "
    "BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END",
    f"CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry "
    "FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()",
    "CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse()",
)
BATCH = 1_000
COUNTED = ("comments", "contributions", "participants", "supports")

consultation = sa.table(
    "consultations_consultation",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("slug", "title", "language", "time_zone", "introduction", "about")),
    sa.column("opens_on", sa.Date),
    sa.column("closes_on", sa.Date),
    sa.column("published_at", sa.DateTime),
    sa.column("next_contribution_number", sa.Integer),
    sa.column("next_comment_number", sa.Integer),
)
question = sa.table(
    "consultations_question",
    sa.column("consultation_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("text", sa.String),
)
tally = sa.table(
    "consultations_tally",
    sa.column("consultation_id", sa.Integer),
    *(sa.column(name, sa.Integer) for name in COUNTED),
)
contribution, comment, support, participation = (
    sa.table(f"proposals_{name}", *(sa.column(column, sa.Integer) for column in columns))
    for name, columns in (
        ("contribution", ("id", "consultation_id", "author_id")),
        ("comment", ("consultation_id", "author_id")),
        ("support", ("contribution_id", "person_id")),
        ("participation", ("consultation_id", "person_id")),
    )
)
day = sa.table(
    "audience_day",
    sa.column("consultation_id", sa.Integer),
    sa.column("day", sa.Date),
    sa.column("visitors", sa.Integer),
    sa.column("sealed_at", sa.DateTime),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "ledger_entry",
        _consultation(),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        _refers("ledger_entry"),
        sa.PrimaryKeyConstraint("consultation_id", "sequence", name=op.f("pk_ledger_entry")),
    )
    op.create_table(
        "ledger_head",
        _consultation(),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        _refers("ledger_head"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_person_key",
        _consultation(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        _refers("ledger_person_key"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_ledger_person_key_person_id_accounts_person")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "person_id", name=op.f("pk_ledger_person_key")),
        sa.UniqueConstraint("consultation_id", "key", name=op.f("uq_ledger_person_key_consultation_id_key")),
    )
    op.create_index(op.f("ix_ledger_person_key_person_id"), "ledger_person_key", ["person_id"])
    op.create_table(
        "ledger_opening",
        _consultation(),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        _refers("ledger_opening"),
        sa.PrimaryKeyConstraint("consultation_id", "sequence", name=op.f("pk_ledger_opening")),
    )
    op.create_table(
        "ledger_text_salt",
        _consultation(),
        sa.Column(
            "kind",
            sa.Enum("contribution", "comment", name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        _refers("ledger_text_salt"),
        sa.PrimaryKeyConstraint("consultation_id", "kind", "number", name=op.f("pk_ledger_text_salt")),
    )
    carry_over(op.get_bind())
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Go back: the journals are lost; on SQLite the triggers go with their table."""
    for name in ("text_salt", "opening", "person_key", "head", "entry"):
        op.drop_table(f"ledger_{name}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION ledger_entry_refuse()")


def carry_over(connection: sa.Connection) -> None:
    """Begin a journal for what is public already: what is asked, the figures as they stand, the ended days."""
    entry = sa.table(
        "ledger_entry",
        sa.column("consultation_id", sa.Integer),
        sa.column("sequence", sa.Integer),
        sa.column("at", sa.DateTime(timezone=True)),
        *(sa.column(name, sa.String) for name in ("kind", "payload", "previous", "hash")),
    )
    head = sa.table(
        "ledger_head",
        sa.column("consultation_id", sa.Integer),
        sa.column("sequence", sa.Integer),
        sa.column("hash", sa.String),
    )
    at = real_now()
    written_at = at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    found = sa.select(consultation, *(tally.c[name] for name in COUNTED))
    joined = found.join_from(consultation, tally, tally.c.consultation_id == consultation.c.id)
    for row in connection.execute(joined.where(consultation.c.published_at.is_not(None))).mappings().all():
        previous, sequence = "0" * 64, 0
        for kind, payload in _beginning(connection, row):
            sequence += 1
            body = {"at": written_at, "kind": kind, "payload": payload, "previous": previous, "sequence": sequence}
            own = hashlib.sha256(_canonical(body).encode()).hexdigest()
            connection.execute(
                entry.insert().values(
                    consultation_id=row["id"],
                    sequence=sequence,
                    kind=kind,
                    at=at,
                    payload=_canonical(payload),
                    previous=previous,
                    hash=own,
                )
            )
            previous = own
        connection.execute(head.insert().values(consultation_id=row["id"], sequence=sequence, hash=previous))
        _give_keys(connection, row["id"])


def _give_keys(connection: sa.Connection, consultation_id: int) -> None:
    """A random key for everybody who is there already, so that a complete package can tell them apart."""
    person_key = sa.table(
        "ledger_person_key",
        sa.column("consultation_id", sa.Integer),
        sa.column("person_id", sa.Integer),
        sa.column("key", sa.String),
    )
    supporters = sa.select(support.c.person_id).join_from(
        support, contribution, contribution.c.id == support.c.contribution_id
    )
    everybody = sa.union(
        sa.select(participation.c.person_id).where(participation.c.consultation_id == consultation_id),
        sa.select(contribution.c.author_id).where(
            contribution.c.consultation_id == consultation_id, contribution.c.author_id.is_not(None)
        ),
        sa.select(comment.c.author_id).where(
            comment.c.consultation_id == consultation_id, comment.c.author_id.is_not(None)
        ),
        supporters.where(contribution.c.consultation_id == consultation_id),
    )
    people = connection.scalars(everybody).all()
    for start in range(0, len(people), BATCH):
        rows = [
            {"consultation_id": consultation_id, "person_id": person, "key": secrets.token_hex(16)}
            for person in people[start : start + BATCH]
        ]
        connection.execute(person_key.insert(), rows)


def _beginning(connection: sa.Connection, row: sa.RowMapping) -> Iterator[tuple[str, dict[str, Any]]]:
    questions = connection.scalars(
        sa.select(question.c.text).where(question.c.consultation_id == row["id"]).order_by(question.c.number)
    ).all()
    yield (
        "consultation.published",
        {
            "format": 1,
            **{name: row[name] for name in ("slug", "title", "language", "time_zone")},
            "opens_on": row["opens_on"].isoformat(),
            "closes_on": row["closes_on"].isoformat(),
            "introduction": hashlib.sha256(row["introduction"].encode()).hexdigest(),
            "about": hashlib.sha256(row["about"].encode()).hexdigest(),
            "questions": hashlib.sha256(_canonical(list(questions)).encode()).hexdigest(),
        },
    )
    yield (
        "figures.carried_over",
        {
            "figures": {name: row[name] for name in COUNTED if row[name]},
            "next_contribution": row["next_contribution_number"],
            "next_comment": row["next_comment_number"],
        },
    )
    sealed = sa.select(day.c.day, day.c.visitors).where(
        day.c.consultation_id == row["id"], day.c.sealed_at.is_not(None)
    )
    for ended, visitors in connection.execute(sealed.order_by(day.c.day)).all():
        figures = {"visitors": visitors} if visitors else {}
        yield "visits.sealed", {"date": ended.isoformat(), "visitors": visitors, "figures": figures}


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _consultation() -> sa.Column[int]:
    return sa.Column("consultation_id", sa.Integer(), nullable=False)


def _refers(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["consultation_id"],
        ["consultations_consultation.id"],
        name=op.f(f"fk_{table}_consultation_id_consultations_consultation"),
    )
