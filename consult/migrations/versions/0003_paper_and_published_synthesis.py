"""How paper came in, when the synthesis was published, and an index for what was moderated since the close.

Revision: 0003 (after 0002)
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was there before was typed in, or came with a package, at the instant it carries; nobody noted by whom.
KNOWN_PAPER = """
    INSERT INTO proposals_paper_entry
        (contribution_id, consultation_id, entered_at, changed_at, source, withdrawal_reason)
    SELECT id, consultation_id, created_at, created_at, '', ''
    FROM proposals_contribution WHERE channel <> 'web'
"""
INSTANTS = {"consultations_consultation": "synthesis_published_at", "reports_edition": "published_at"}


def upgrade() -> None:
    """Go forward."""
    for table, column in INSTANTS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_decision_decided", ["consultation_id", "decided_at"], unique=False)
    op.create_table(
        "proposals_paper_entry",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("withdrawal_reason", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["proposals_contribution.id"],
            name=op.f("fk_proposals_paper_entry_contribution_id_proposals_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_proposals_paper_entry_consultation_id_consultations_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["accounts_person.id"],
            name=op.f("fk_proposals_paper_entry_entered_by_id_accounts_person"),
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_proposals_paper_entry")),
        sa.UniqueConstraint(
            "consultation_id", "token", name=op.f("uq_proposals_paper_entry_consultation_id_token")
        ),
    )
    with op.batch_alter_table("proposals_paper_entry", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_paper_entry_changed", ["consultation_id", "changed_at"], unique=False)
        batch_op.create_index(
            "ix_proposals_paper_entry_contribution", ["consultation_id", "contribution_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_proposals_paper_entry_entered_by_id"), ["entered_by_id"], unique=False
        )
    op.execute(KNOWN_PAPER)


def downgrade() -> None:
    """Go back."""
    op.drop_table("proposals_paper_entry")
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_decision_decided")
    for table, column in INSTANTS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
