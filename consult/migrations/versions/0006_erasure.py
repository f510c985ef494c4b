"""Erased accounts, each consent with its version, editions that name somebody who is gone.

Revision: 0006 (after 0005)
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_accounts_person_erased_at"), ["erased_at"])
    op.create_table(
        "accounts_consent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_accounts_consent_person_id_accounts_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_accounts_consent")),
    )
    op.execute(
        "INSERT INTO accounts_consent (person_id, version, given_at) SELECT id, consent_version, consented_at "
        "FROM accounts_person WHERE consent_version IS NOT NULL AND consented_at IS NOT NULL"
    )
    with op.batch_alter_table("reports_edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_obsolete", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_core_outgoing_mail_recipient"), "core_outgoing_mail", ["recipient"])
    if op.get_bind().dialect.name == "sqlite":
        # The words of a text that goes are taken out of the index at once, not with its next merge.
        op.execute("INSERT INTO proposals_search(proposals_search, rank) VALUES ('secure-delete', 1)")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO proposals_search(proposals_search, rank) VALUES ('secure-delete', 0)")
    op.drop_index(op.f("ix_core_outgoing_mail_recipient"), "core_outgoing_mail")
    with op.batch_alter_table("reports_edition", schema=None) as batch_op:
        batch_op.drop_column("is_obsolete")
    op.drop_table("accounts_consent")
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_person_erased_at"))
        batch_op.drop_column("erased_at")
