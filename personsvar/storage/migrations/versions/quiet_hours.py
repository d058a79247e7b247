"""Quiet hours, when an owner is reminded next, and what those notices tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
LOSES = "quiet hours (what waits for their end goes out), and how many calls a waiting notice tells of"

MOMENT = sa.DateTime(timezone=True)
REMINDED = sa.text("absence_reminder_at IS NOT NULL")


def upgrade() -> None:
    for name, kind in (
        ("quiet_start", sa.Time()),
        ("quiet_end", sa.Time()),
        ("absence_reminder_at", MOMENT),
        ("removals_look_at", MOMENT),
    ):
        op.add_column("subscribers", sa.Column(name, kind))
    # those whose absence greeting is on already are reminded too
    reminded = "SET absence_reminder_at = CURRENT_TIMESTAMP WHERE absence_until >= CURRENT_DATE"
    op.execute(f"UPDATE subscribers {reminded}")
    op.create_index(
        "ix_subscribers_absence_reminder_at",
        "subscribers",
        ["absence_reminder_at"],
        sqlite_where=REMINDED,
        postgresql_where=REMINDED,
    )
    op.add_column("notices", sa.Column("counted", sa.Integer()))
    op.add_column("notices", sa.Column("held_until", MOMENT))
    op.add_column("notices", sa.Column("joined", sa.Text()))


def downgrade() -> None:
    op.drop_index("ix_subscribers_absence_reminder_at", "subscribers")
    for column in ("joined", "held_until", "counted"):
        op.drop_column("notices", column)
    for column in ("removals_look_at", "absence_reminder_at", "quiet_end", "quiet_start"):
        op.drop_column("subscribers", column)
