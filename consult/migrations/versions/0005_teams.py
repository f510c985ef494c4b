"""Teams: invitations by mail, and the log of what was done to whom.

Revision: 0005 (after 0004)
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLES = ("moderator", "manager", "administrator")
ACTS = ("invited", "sent_again", "revoked", "joined", "role_changed", "removed", "left")


def words(name: str, *values: str) -> sa.Enum:
    """A text that is one of these words."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def reference(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    """A foreign key with the name that the models give it."""
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def upgrade() -> None:
    """Go forward."""
    table = "organisations_invitation"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", words("role", *ROLES), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        reference(table, "organisation_id", "organisations_organisation", "CASCADE"),
        reference(table, "invited_by", "accounts_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index("uq_organisations_invitation_address", ["organisation_id", "email"], unique=True)
        for name in ("email", "expires_at", "invited_by"):
            batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)
    table = "organisations_team_entry"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("act", words("act", *ACTS), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", words("role", *ROLES), nullable=True),
        sa.Column("former_role", words("former_role", *ROLES), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        reference(table, "organisation_id", "organisations_organisation", "CASCADE"),
        reference(table, "actor_id", "accounts_person", "SET NULL"),
        reference(table, "person_id", "accounts_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index("ix_organisations_team_entry_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index(
            "ix_organisations_team_entry_letters", ["organisation_id", "act", "at"], unique=False
        )
        for name in ("actor_id", "person_id"):
            batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("organisations_team_entry")
    op.drop_table("organisations_invitation")
