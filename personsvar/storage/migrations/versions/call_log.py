"""The call log: a row for each call into the service, from now on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
LOSES = "the call log: print it first (personsvar call list --json)"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KNOWN_CALLER = sa.text("caller IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("caller", PHONE),
        sa.Column("mailbox", PHONE),
        sa.Column("came_of", WORDS, nullable=False),
        sa.Column("reason", WORDS),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("listened", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_calls_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_calls_began_at", "calls", ["began_at", "call_id"], unique=True)
    op.create_index("ix_calls_mailbox", "calls", ["mailbox", "began_at", "id"])
    op.create_index(
        "ix_calls_caller",
        "calls",
        ["caller", "began_at", "id"],
        sqlite_where=KNOWN_CALLER,
        postgresql_where=KNOWN_CALLER,
    )


def downgrade() -> None:
    op.drop_table("calls")
