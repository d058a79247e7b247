"""Requests of programs that may come twice, and what was answered to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
LOSES = "what was answered to programs that ask again (a request that is sent a second time is done again)"

PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORDS = sa.Text()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_requests",
        sa.Column("holder", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("mailbox", PHONE),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_kept_requests_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("holder", "key", name="pk_kept_requests"),
    )
    op.create_index("ix_kept_requests_mailbox", "kept_requests", ["mailbox"])
    op.create_index("ix_kept_requests_begun_at", "kept_requests", ["begun_at"])


def downgrade() -> None:
    op.drop_table("kept_requests")
