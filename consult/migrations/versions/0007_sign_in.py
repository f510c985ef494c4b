"""Sign-in: passwords, second factors, limits, change of address, refused mails, disabled accounts.

Revision: 0007 (after 0006)
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"],
        ["accounts_person.id"],
        name=op.f(f"fk_{table}_person_id_accounts_person"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disabled_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("password_hash", sa.String(), nullable=True))
    with op.batch_alter_table("accounts_sign_in_challenge", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("purpose", _words("purpose", "sign_in", "confirm"), server_default="sign_in", nullable=False)
        )
        batch_op.add_column(sa.Column("both_factors", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "accounts_second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _owner("accounts_second_factor"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts_second_factor")),
    )
    op.create_table(
        "accounts_recovery_code",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        _owner("accounts_recovery_code"),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_accounts_recovery_code")),
    )
    op.create_table(
        "accounts_sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("kind", "mail", "code", "password", "second_factor"), nullable=False),
        sa.Column("account_hash", sa.String(), nullable=False),
        sa.Column("network_hash", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_sign_in_attempt")),
    )
    for name, columns in (
        ("account", ["kind", "account_hash", "at"]),
        ("network", ["kind", "network_hash", "at"]),
        ("at", ["at"]),
    ):
        op.create_index(f"ix_accounts_sign_in_attempt_{name}", "accounts_sign_in_attempt", columns)
    op.create_table(
        "accounts_address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("old_email", sa.String(), nullable=False),
        sa.Column("new_email", sa.String(), nullable=False),
        sa.Column("old_hash", sa.String(), nullable=False),
        sa.Column("new_hash", sa.String(), nullable=False),
        sa.Column("old_confirmed_at", MOMENT, nullable=True),
        sa.Column("new_confirmed_at", MOMENT, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _owner("accounts_address_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_address_change")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_address_change_person_id")),
        sa.UniqueConstraint("old_hash", name=op.f("uq_accounts_address_change_old_hash")),
        sa.UniqueConstraint("new_hash", name=op.f("uq_accounts_address_change_new_hash")),
    )
    op.create_index(
        op.f("ix_accounts_address_change_expires_at"), "accounts_address_change", ["expires_at"], unique=False
    )
    op.create_table(
        "accounts_mail_refusal",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("kind", "security", "moderation", "news", "reports"), nullable=False),
        _owner("accounts_mail_refusal"),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_accounts_mail_refusal")),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("mail_refusal", "address_change", "sign_in_attempt", "recovery_code", "second_factor"):
        op.drop_table(f"accounts_{table}")
    with op.batch_alter_table("accounts_sign_in_challenge", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_accounts_sign_in_challenge_purpose"), type_="check")
        batch_op.drop_column("both_factors")
        batch_op.drop_column("purpose")
    with op.batch_alter_table("accounts_person", schema=None) as batch_op:
        batch_op.drop_column("password_hash")
        batch_op.drop_column("disabled_at")
