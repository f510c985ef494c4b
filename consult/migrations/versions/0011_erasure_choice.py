"""An erased account’s row tells whether its owner’s texts were to stay, until the list of erasures tells it too.

Revision: 0011 (after 0010)
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; of erasures before, only the list knows."""
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("texts_kept", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.drop_column("texts_kept")
