"""Keys of the HTTP API, and the audit trail: who changed what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
LOSES = "the keys of the API (who uses one is let in no more), and who changed what, and when"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORDS = sa.Text()
MOMENT = sa.DateTime(timezone=True)
IN_FORCE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", WORDS, nullable=False),
        sa.Column("actor_name", WORDS, nullable=False),
        sa.Column("action", WORDS, nullable=False),
        sa.Column("mailbox", PHONE),
        sa.Column("detail", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_audit_entries_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_mailbox", "audit_entries", ["mailbox", "id"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor_kind", "actor_name", "id"])
    op.create_index("ix_audit_entries_action", "audit_entries", ["action", "id"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_table(
        "api_keys",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("scopes", WORDS, nullable=False),
        sa.Column("public_id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.Column("uses", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("public_id", name="uq_api_keys_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_api_keys_name",
        "api_keys",
        ["name"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )


def downgrade() -> None:
    op.drop_table("api_keys")
    op.drop_table("audit_entries")
