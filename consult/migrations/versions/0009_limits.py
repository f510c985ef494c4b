"""Counts of acts against limits, and the proofs that were used.

Revision: 0009 (after 0008)
"""

import sqlalchemy as sa
from alembic import op

from consult.core.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "core_limit_count",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_core_limit_count")),
    )
    op.create_index(op.f("ix_core_limit_count_expires_at"), "core_limit_count", ["expires_at"])
    op.create_table(
        "core_spent_proof",
        sa.Column("proof_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_hash", name=op.f("pk_core_spent_proof")),
    )
    op.create_index(op.f("ix_core_spent_proof_expires_at"), "core_spent_proof", ["expires_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("core_spent_proof")
    op.drop_table("core_limit_count")
