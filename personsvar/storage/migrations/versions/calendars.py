"""Calendars: the feeds whose appointments become absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
LOSES = "the addresses of subscribers' calendars, with the absences that come from them"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("host", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("word", WORDS, nullable=False),
        sa.Column("time_zone", WORDS),
        sa.Column("etag", WORDS),
        sa.Column("last_modified", WORDS),
        sa.Column("digest", WORDS),
        sa.Column("fetched_at", MOMENT),
        sa.Column("read_at", MOMENT),
        sa.Column("spells", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", WORDS),
        sa.Column("owner_told", sa.Boolean(), nullable=False),
        sa.Column("lease", WORDS),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_calendars_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendars"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendars_mailbox", "calendars", ["mailbox", "id"])
    op.create_index("ix_calendars_due_at", "calendars", ["due_at"])


def downgrade() -> None:
    op.execute("DELETE FROM absences WHERE calendar_id IS NOT NULL")  # nobody would renew them
    op.execute("DELETE FROM notices WHERE kind = 'calendar-failing'")  # unknown to the version before
    op.drop_table("calendars")
