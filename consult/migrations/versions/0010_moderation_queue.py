"""Moderation: reports, answers, the queue, fingerprints of texts; decisions of more kinds, told to their authors.

Revision: 0010 (after 0009)
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REASONS = (
    *("off_topic", "insult", "personal_data", "advertising"),
    *("unlawful", "duplicate", "reviewed", "other"),
)
BEFORE = ("hide", "restore")
ACTS = (*BEFORE, "release", "refuse", "uphold", "dismiss")
DECISION = "moderation_decision"
ONE_TARGET = "(contribution_id IS NULL) <> (comment_id IS NULL)"
DECISIONS = sa.table(
    DECISION, sa.column("id"), sa.column("consultation_id"), sa.column("act"), sa.column("month"),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)  # fmt: skip
CONSULTATIONS = sa.table("consultations_consultation", sa.column("id"), sa.column("time_zone"))


def allow(acts: tuple[str, ...]) -> None:
    """Let decisions be these acts."""
    listed = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table(DECISION, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{DECISION}_act"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{DECISION}_act"), f"act IN ({listed})")


def only(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index over the rows that meet a condition."""
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def reference(table: str, column: str, to: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    """A foreign key, named as the models name theirs."""
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE" if cascade else None)


def about_a_text(table: str, *, once: bool) -> list[sa.Column[int] | sa.Constraint]:
    """The columns that say which contribution or comment a row is about, at most one row each with `once`."""
    rules: list[sa.Column[int] | sa.Constraint] = [
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(ONE_TARGET, name=op.f(f"ck_{table}_one_target")),
        reference(table, "consultation_id", "consultations_consultation"),
        reference(table, "contribution_id", "proposals_contribution"),
        reference(table, "comment_id", "proposals_comment"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
    if once:
        rules += [
            sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))
            for column in ("contribution_id", "comment_id")
        ]
    return rules


def upgrade() -> None:
    """Go forward; decisions taken before get the month of their day in the consultation's time zone."""
    with op.batch_alter_table(DECISION, schema=None) as batch_op:
        batch_op.add_column(sa.Column("month", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("to_tell", sa.Boolean(), server_default=sa.false(), nullable=False))
    allow(ACTS)
    fill_months()
    with op.batch_alter_table(DECISION, schema=None) as batch_op:
        batch_op.alter_column("month", server_default=None)
    op.create_index("ix_moderation_decision_counts", DECISION, ["consultation_id", "month", "act", "reason"])
    only("ix_moderation_decision_listed", DECISION, ["consultation_id", "id"], "act NOT IN ('release', 'dismiss')")
    only("ix_moderation_decision_to_tell", DECISION, ["id"], "to_tell")
    create_reports()
    create_queue()
    create_texts()


def fill_months() -> None:
    """The civil month of each decision."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(DECISIONS.c.id, DECISIONS.c.decided_at, CONSULTATIONS.c.time_zone).join(
            CONSULTATIONS, CONSULTATIONS.c.id == DECISIONS.c.consultation_id
        )
    ).all()
    for row in rows:
        month = civil_month(row.decided_at, row.time_zone)
        connection.execute(sa.update(DECISIONS).where(DECISIONS.c.id == row.id).values(month=month))


def civil_month(moment: datetime, time_zone: str) -> str:
    """ "2026-03"; SQLite keeps instants in UTC without offset."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m")
    except (KeyError, ValueError):  # an unknown time zone: the month of the instant itself
        return aware.strftime("%Y-%m")


def create_reports() -> None:
    """Reports of others, answers of authors."""
    table = "moderation_report"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *about_a_text(table, once=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(*REASONS, name="reason", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        reference(table, "reporter_id", "accounts_person"),
    )
    for column in ("consultation_id", "contribution_id", "comment_id", "reporter_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for kind in ("contribution", "comment"):
        only(f"uq_{table}_{kind}", table, [f"{kind}_id", "reporter_id"], "closed_at IS NULL", unique=True)
    table = "moderation_answer"
    op.create_table(
        table,
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        reference(table, "decision_id", DECISION),
        reference(table, "author_id", "accounts_person"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_author_id"), table, ["author_id"])


def create_queue() -> None:
    """What waits for the team."""
    table = "moderation_case"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *about_a_text(table, once=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    columns = ["consultation_id", "rank", "id"]
    op.create_index("ix_moderation_case_waiting", table, columns)
    for name, where in (
        ("reported", "reports > 0"), ("held", "held"), ("similar", "flagged"), ("answered", "answered"),
    ):  # fmt: skip
        only(f"ix_moderation_case_{name}", table, columns, where)


def create_texts() -> None:
    """Texts to compare, and their fingerprints."""
    table = "moderation_text"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *about_a_text(table, once=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        reference(table, "author_id", "accounts_person"),
    )
    for column in ("consultation_id", "author_id", "received_at", "group_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    only("ix_moderation_text_unchecked", table, ["id"], "NOT checked")
    table = "moderation_band"
    op.create_table(
        table,
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        reference(table, "text_id", "moderation_text", cascade=True),
        reference(table, "consultation_id", "consultations_consultation"),
        sa.PrimaryKeyConstraint("text_id", "place", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_moderation_band_value", table, ["consultation_id", "value", "text_id"])


def downgrade() -> None:
    """Go back: decisions of the new kinds become the nearest of the old ones."""
    for table in ("band", "text", "case", "answer", "report"):
        op.drop_table(f"moderation_{table}")
    for name in ("to_tell", "listed", "counts"):
        op.drop_index(f"ix_moderation_decision_{name}", DECISION)
    nearest = {"refuse": "hide", "uphold": "hide", "release": "restore", "dismiss": "restore"}
    for act, other in nearest.items():
        op.execute(sa.update(DECISIONS).where(DECISIONS.c.act == act).values(act=other))
    allow(BEFORE)
    with op.batch_alter_table(DECISION, schema=None) as batch_op:
        batch_op.drop_column("to_tell")
        batch_op.drop_column("month")
