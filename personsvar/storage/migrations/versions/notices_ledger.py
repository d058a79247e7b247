"""The ledger of the outbox: attempts, parts and receipts; and an outbox that is quick for each channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
LOSES = "the ledger: each try of a notice, its parts and receipts; the notices themselves stay"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("due_at IS NOT NULL")
UNMATCHED = sa.text("notice_id IS NULL")


def upgrade() -> None:
    _notices()
    _attempts()
    _parts()
    _receipts()


def _notices() -> None:
    op.add_column("notices", sa.Column("calls", sa.Integer()))
    op.add_column("notices", sa.Column("owner_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notices", sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")))
    # what was tried before there was a ledger is not in it; a try under way will be its first
    op.execute("UPDATE notices SET tries = 1 WHERE status = 'leased'")
    op.drop_index("ix_notices_due_at", "notices")
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["channel", "due_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_notices_created_at", "notices", ["created_at"])
    for column in ("channel", "kind", "status"):
        op.create_index(f"ix_notices_{column}", "notices", [column, "id"])


def _attempts() -> None:
    op.create_table(
        "notice_attempts",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", WORDS, nullable=False),
        sa.Column("gateway", WORDS, nullable=False),
        sa.Column("error", WORDS),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_notice_attempts_notice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "number", name="pk_notice_attempts"),
    )


def _parts() -> None:
    op.create_table(
        "notice_parts",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gateway", WORDS, nullable=False),
        sa.Column("gateway_id", WORDS, nullable=False),
        sa.Column("state", WORDS),
        sa.Column("state_at", MOMENT),
        sa.Column("detail", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_notice_parts_notice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "number", "position", name="pk_notice_parts"),
    )
    op.create_index("ix_notice_parts_gateway_id", "notice_parts", ["gateway", "gateway_id", "notice_id"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", ID, nullable=False),
        sa.Column("gateway", WORDS, nullable=False),
        sa.Column("gateway_id", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", WORDS, nullable=False),
        sa.Column("notice_id", ID),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_receipts_notice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_receipts_matched", "receipts", ["notice_id", "gateway", "gateway_id", "state"], unique=True
    )
    op.create_index(
        "uq_receipts_waiting",
        "receipts",
        ["gateway", "gateway_id", "state"],
        unique=True,
        sqlite_where=UNMATCHED,
        postgresql_where=UNMATCHED,
    )
    op.create_index(
        "ix_receipts_waiting_since",
        "receipts",
        ["at"],
        sqlite_where=UNMATCHED,
        postgresql_where=UNMATCHED,
    )


def downgrade() -> None:
    for table in ("receipts", "notice_parts", "notice_attempts"):
        op.drop_table(table)
    for index in ("status", "kind", "channel", "created_at", "waiting"):
        op.drop_index(f"ix_notices_{index}", "notices")
    for column in ("tries", "owner_told", "calls"):
        op.drop_column("notices", column)
    op.create_index("ix_notices_due_at", "notices", ["due_at"])
