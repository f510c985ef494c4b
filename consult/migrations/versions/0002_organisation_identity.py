"""Identity of organisations: accent colour, what a legal notice needs, logo.

Revision: 0002 (after 0001)
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = (
    "accent",
    "legal_name",
    "postal_address",
    "contact_email",
    "publication_director",
    "host",
    "data_protection_contact",
)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("organisations_organisation", schema=None) as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(), server_default="", nullable=False))
    op.create_table(
        "organisations_logo",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations_organisation.id"],
            name=op.f("fk_organisations_logo_organisation_id_organisations_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisations_logo")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("organisations_logo")
    with op.batch_alter_table("organisations_organisation", schema=None) as batch_op:
        for name in reversed(TEXTS):
            batch_op.drop_column(name)
