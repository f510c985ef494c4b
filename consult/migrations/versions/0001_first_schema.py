"""First schema.

Revision: 0001 (the first)
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

# Full text of contributions: triggers keep FTS5 in step on SQLite, a GIN index does on PostgreSQL.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE proposals_search USING fts5(search_text, content='proposals_contribution', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
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


def create_search_index(engine: str) -> None:
    """The full-text index of the engine."""
    if engine == "sqlite":
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.execute(
            "CREATE INDEX proposals_search ON proposals_contribution "
            "USING gin (to_tsvector('simple', search_text))"
        )


def drop_search_index(engine: str) -> None:
    """Forget the full-text index; on SQLite the triggers go with their table."""
    op.execute("DROP TABLE proposals_search" if engine == "sqlite" else "DROP INDEX proposals_search")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "accounts_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_person")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_person_email")),
    )
    op.create_table(
        "core_outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_outgoing_mail")),
    )
    with op.batch_alter_table("core_outgoing_mail", schema=None) as batch_op:
        batch_op.create_index("ix_core_outgoing_mail_due", ["sent_at", "failed_at", "not_before"], unique=False)

    op.create_table(
        "organisations_organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_organisation_slug")),
    )
    op.create_table(
        "accounts_browser_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_accounts_browser_session_person_id_accounts_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_browser_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accounts_browser_session_token_hash")),
    )
    with op.batch_alter_table("accounts_browser_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_browser_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_browser_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "consultations_consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("introduction", sa.String(), nullable=False),
        sa.Column("introduction_html", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("about_html", sa.String(), nullable=False),
        sa.Column("decides", sa.String(), nullable=False),
        sa.Column("decided_when", sa.String(), nullable=False),
        sa.Column("not_negotiable", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("next_contribution_number", sa.Integer(), nullable=False),
        sa.Column("next_comment_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_consultations_consultation_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations_organisation.id"],
            name=op.f("fk_consultations_consultation_organisation_id_organisations_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations_consultation")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultations_consultation_slug")),
    )
    with op.batch_alter_table("consultations_consultation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultations_consultation_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index("ix_consultations_consultation_closing", ["closes_on", "id"], unique=False)

    op.create_table(
        "organisations_membership",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "moderator",
                "manager",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations_organisation.id"],
            name=op.f("fk_organisations_membership_organisation_id_organisations_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_organisations_membership_person_id_accounts_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_organisations_membership")),
    )
    with op.batch_alter_table("organisations_membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "accounts_sign_in_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("browser_session_id", sa.Integer(), nullable=True),
        sa.Column("next_path", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["browser_session_id"],
            ["accounts_browser_session.id"],
            name=op.f("fk_accounts_sign_in_challenge_browser_session_id_accounts_browser_session"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_sign_in_challenge")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_accounts_sign_in_challenge_link_hash")),
    )
    with op.batch_alter_table("accounts_sign_in_challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accounts_sign_in_challenge_browser_session_id"), ["browser_session_id"], unique=False
        )
        batch_op.create_index("ix_accounts_sign_in_challenge_email_created", ["email", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_sign_in_challenge_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "audience_day",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_audience_day_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "day", name=op.f("pk_audience_day")),
    )
    op.create_table(
        "audience_sighting",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reader_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_audience_sighting_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "day", "reader_hash", name=op.f("pk_audience_sighting")),
    )
    op.create_table(
        "consultations_day",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("contributions", sa.Integer(), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_consultations_day_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "day", name=op.f("pk_consultations_day")),
    )
    op.create_table(
        "consultations_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_consultations_question_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations_question")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_consultations_question_consultation_id_number")
        ),
    )
    op.create_table(
        "consultations_tally",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("contributions", sa.Integer(), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_consultations_tally_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultations_tally")),
    )
    op.create_table(
        "consultations_testimony",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("quote_html", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_consultations_testimony_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations_testimony")),
        sa.UniqueConstraint(
            "consultation_id", "position", name=op.f("uq_consultations_testimony_consultation_id_position")
        ),
    )
    op.create_table(
        "proposals_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("browser_session_id", sa.Integer(), nullable=True),
        sa.Column("question_number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (browser_session_id IS NULL)", name=op.f("ck_proposals_draft_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["browser_session_id"],
            ["accounts_browser_session.id"],
            name=op.f("fk_proposals_draft_browser_session_id_accounts_browser_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_proposals_draft_consultation_id_consultations_consultation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_proposals_draft_person_id_accounts_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals_draft")),
        sa.UniqueConstraint(
            "consultation_id",
            "browser_session_id",
            name=op.f("uq_proposals_draft_consultation_id_browser_session_id"),
        ),
        sa.UniqueConstraint(
            "consultation_id", "person_id", name=op.f("uq_proposals_draft_consultation_id_person_id")
        ),
    )
    with op.batch_alter_table("proposals_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposals_draft_browser_session_id"), ["browser_session_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proposals_draft_person_id"), ["person_id"], unique=False)

    op.create_table(
        "proposals_participation",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("counted_acts", sa.Integer(), nullable=False),
        sa.Column("author_key", sa.String(), nullable=True),
        sa.CheckConstraint("counted_acts >= 0", name=op.f("ck_proposals_participation_counted_acts")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_proposals_participation_consultation_id_consultations_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_proposals_participation_person_id_accounts_person"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "person_id", name=op.f("pk_proposals_participation")),
        sa.UniqueConstraint(
            "consultation_id", "author_key", name=op.f("uq_proposals_participation_consultation_id_author_key")
        ),
    )
    with op.batch_alter_table("proposals_participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_participation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "reports_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested", "ready", "failed", name="state", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_reports_edition_consultation_id_consultations_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports_edition")),
    )
    with op.batch_alter_table("reports_edition", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reports_edition_consultation", ["consultation_id", "language", "state", "id"], unique=False
        )

    op.create_table(
        "proposals_contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web", "paper", "meeting", name="channel", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "published",
                "withdrawn",
                "hidden",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts_person.id"], name=op.f("fk_proposals_contribution_author_id_accounts_person")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_proposals_contribution_consultation_id_consultations_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["consultations_question.id"],
            name=op.f("fk_proposals_contribution_question_id_consultations_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals_contribution")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_proposals_contribution_consultation_id_number")
        ),
    )
    with op.batch_alter_table("proposals_contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_contribution_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            "ix_proposals_contribution_counts",
            ["consultation_id", "status", "question_id", "channel"],
            unique=False,
        )
        batch_op.create_index(
            "ix_proposals_contribution_discussed",
            ["consultation_id", "status", "comments", "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_proposals_contribution_q_discussed",
            ["consultation_id", "question_id", "status", "comments", "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_proposals_contribution_q_recent",
            ["consultation_id", "question_id", "status", "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_proposals_contribution_q_rotating",
            ["consultation_id", "question_id", "status", "shuffle", "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_proposals_contribution_q_supported",
            ["consultation_id", "question_id", "status", "supports", "number"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_proposals_contribution_question_id"), ["question_id"], unique=False)
        batch_op.create_index(
            "ix_proposals_contribution_recent", ["consultation_id", "status", "number"], unique=False
        )
        batch_op.create_index(
            "ix_proposals_contribution_rotating", ["consultation_id", "status", "shuffle", "number"], unique=False
        )
        batch_op.create_index(
            "ix_proposals_contribution_supported",
            ["consultation_id", "status", "supports", "number"],
            unique=False,
        )

    op.create_table(
        "reports_edition_file",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["reports_edition.id"],
            name=op.f("fk_reports_edition_file_edition_id_reports_edition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_reports_edition_file")),
    )
    op.create_table(
        "proposals_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "stance",
            sa.Enum(
                "for", "against", "neutral", name="stance", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "published",
                "withdrawn",
                "hidden",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR stance = 'neutral'", name=op.f("ck_proposals_comment_reply_is_neutral")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts_person.id"], name=op.f("fk_proposals_comment_author_id_accounts_person")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_proposals_comment_consultation_id_consultations_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["proposals_contribution.id"],
            name=op.f("fk_proposals_comment_contribution_id_proposals_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["proposals_comment.id"], name=op.f("fk_proposals_comment_parent_id_proposals_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals_comment")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_proposals_comment_consultation_id_number")),
    )
    with op.batch_alter_table("proposals_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_comment_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_proposals_comment_contribution", ["contribution_id", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_comment_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_proposals_comment_status", ["consultation_id", "status", "number"], unique=False)

    op.create_table(
        "proposals_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supports_then", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["proposals_contribution.id"],
            name=op.f("fk_proposals_revision_contribution_id_proposals_contribution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals_revision")),
    )
    with op.batch_alter_table("proposals_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposals_revision_contribution_id"), ["contribution_id"], unique=False
        )

    op.create_table(
        "proposals_support",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["proposals_contribution.id"],
            name=op.f("fk_proposals_support_contribution_id_proposals_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_proposals_support_person_id_accounts_person")
        ),
        sa.PrimaryKeyConstraint("contribution_id", "person_id", name=op.f("pk_proposals_support")),
    )
    with op.batch_alter_table("proposals_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_support_person_id"), ["person_id"], unique=False)

    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum("hide", "restore", name="act", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "off_topic",
                "insult",
                "personal_data",
                "advertising",
                "unlawful",
                "duplicate",
                "reviewed",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(contribution_id IS NULL) <> (comment_id IS NULL)", name=op.f("ck_moderation_decision_one_target")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["proposals_comment.id"],
            name=op.f("fk_moderation_decision_comment_id_proposals_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations_consultation.id"],
            name=op.f("fk_moderation_decision_consultation_id_consultations_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["proposals_contribution.id"],
            name=op.f("fk_moderation_decision_contribution_id_proposals_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["accounts_person.id"],
            name=op.f("fk_moderation_decision_moderator_id_accounts_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_decision_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index("ix_moderation_decision_consultation", ["consultation_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_moderation_decision_contribution_id"), ["contribution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_moderation_decision_moderator_id"), ["moderator_id"], unique=False)

    create_search_index(op.get_bind().dialect.name)


def downgrade() -> None:
    """Go back."""
    drop_search_index(op.get_bind().dialect.name)
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_decision_moderator_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_decision_contribution_id"))
        batch_op.drop_index("ix_moderation_decision_consultation")
        batch_op.drop_index(batch_op.f("ix_moderation_decision_comment_id"))

    op.drop_table("moderation_decision")
    with op.batch_alter_table("proposals_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_support_person_id"))

    op.drop_table("proposals_support")
    with op.batch_alter_table("proposals_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_revision_contribution_id"))

    op.drop_table("proposals_revision")
    with op.batch_alter_table("proposals_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_comment_status")
        batch_op.drop_index(batch_op.f("ix_proposals_comment_parent_id"))
        batch_op.drop_index("ix_proposals_comment_contribution")
        batch_op.drop_index(batch_op.f("ix_proposals_comment_author_id"))

    op.drop_table("proposals_comment")
    op.drop_table("reports_edition_file")
    with op.batch_alter_table("proposals_contribution", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_contribution_supported")
        batch_op.drop_index("ix_proposals_contribution_rotating")
        batch_op.drop_index("ix_proposals_contribution_recent")
        batch_op.drop_index(batch_op.f("ix_proposals_contribution_question_id"))
        batch_op.drop_index("ix_proposals_contribution_q_supported")
        batch_op.drop_index("ix_proposals_contribution_q_rotating")
        batch_op.drop_index("ix_proposals_contribution_q_recent")
        batch_op.drop_index("ix_proposals_contribution_q_discussed")
        batch_op.drop_index("ix_proposals_contribution_discussed")
        batch_op.drop_index("ix_proposals_contribution_counts")
        batch_op.drop_index(batch_op.f("ix_proposals_contribution_author_id"))

    op.drop_table("proposals_contribution")
    with op.batch_alter_table("reports_edition", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_edition_consultation")

    op.drop_table("reports_edition")
    with op.batch_alter_table("proposals_participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_participation_person_id"))

    op.drop_table("proposals_participation")
    with op.batch_alter_table("proposals_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_draft_person_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_draft_browser_session_id"))

    op.drop_table("proposals_draft")
    op.drop_table("consultations_testimony")
    op.drop_table("consultations_tally")
    op.drop_table("consultations_question")
    op.drop_table("consultations_day")
    op.drop_table("audience_sighting")
    op.drop_table("audience_day")
    with op.batch_alter_table("accounts_sign_in_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_sign_in_challenge_expires_at"))
        batch_op.drop_index("ix_accounts_sign_in_challenge_email_created")
        batch_op.drop_index(batch_op.f("ix_accounts_sign_in_challenge_browser_session_id"))

    op.drop_table("accounts_sign_in_challenge")
    with op.batch_alter_table("organisations_membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_membership_person_id"))

    op.drop_table("organisations_membership")
    with op.batch_alter_table("consultations_consultation", schema=None) as batch_op:
        batch_op.drop_index("ix_consultations_consultation_closing")
        batch_op.drop_index(batch_op.f("ix_consultations_consultation_organisation_id"))

    op.drop_table("consultations_consultation")
    with op.batch_alter_table("accounts_browser_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_browser_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_accounts_browser_session_expires_at"))

    op.drop_table("accounts_browser_session")
    op.drop_table("organisations_organisation")
    with op.batch_alter_table("core_outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_core_outgoing_mail_due")

    op.drop_table("core_outgoing_mail")
    op.drop_table("accounts_person")
