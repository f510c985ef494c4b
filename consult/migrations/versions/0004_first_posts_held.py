"""First posts that wait for the team: a status of contributions and comments, a setting of consultations.

Revision: 0004 (after 0003)
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("proposals_contribution", "proposals_comment")
BEFORE = ("published", "withdrawn", "hidden")
SQLITE_TRIGGERS = (
    """CREATE TRIGGER proposals_search_insert AFTER INSERT ON proposals_contribution BEGIN
        INSERT INTO proposals_search(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER proposals_search_update AFTER UPDATE OF search_text ON proposals_contribution BEGIN
        INSERT INTO proposals_search(proposals_search, rowid, search_text)
            VALUES ('delete', old.id, old.search_text);
        INSERT INTO proposals_search(rowid, search_text) VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER proposals_search_delete AFTER DELETE ON proposals_contribution BEGIN
        INSERT INTO proposals_search(proposals_search, rowid, search_text)
            VALUES ('delete', old.id, old.search_text);
    END""",
)


def allow(statuses: tuple[str, ...]) -> None:
    """Let both tables hold these statuses. SQLite rebuilds them, and the triggers of the full-text index with them."""
    listed = ", ".join(f"'{status}'" for status in statuses)
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_status"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_status"), f"status IN ({listed})")
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_TRIGGERS:
            op.execute(statement)


def upgrade() -> None:
    """Go forward."""
    allow((*BEFORE, "held"))
    with op.batch_alter_table("consultations_consultation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hold_first_posts", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go back: what waits stays out of sight."""
    with op.batch_alter_table("consultations_consultation", schema=None) as batch_op:
        batch_op.drop_column("hold_first_posts")
    for name in TABLES:
        table = sa.table(name, sa.column("status"))
        op.execute(sa.update(table).where(table.c.status == "held").values(status="hidden"))
    allow(BEFORE)
