"""Who is to be warned of messages that go soon is found by the time, and no message is read for it.

The first round of reminders sees that there are no terms so far, and gives every mailbox its time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from personsvar.storage.migrations import large_indexes

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
LOSES = "nothing: mailboxes are looked through again for messages that go soon"

LOOKED_AT = sa.text("removals_look_at IS NOT NULL")


def upgrade() -> None:
    large_indexes.create("ix_subscribers_removals_look_at", "subscribers", ["removals_look_at"], of=LOOKED_AT)
    op.create_table(
        "warning_terms",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warning_terms"),
    )


def downgrade() -> None:
    op.drop_table("warning_terms")
    op.drop_index("ix_subscribers_removals_look_at", "subscribers")
    # the version before looks by itself at every mailbox whose time is not set
    op.execute("UPDATE subscribers SET removals_look_at = NULL WHERE removals_look_at IS NOT NULL")
