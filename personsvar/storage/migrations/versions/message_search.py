"""Messages are found across mailboxes: by their state, or their caller, and when they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from personsvar.storage.migrations import large_indexes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
LOSES = "nothing: the search across mailboxes alone, which the version before does not have"

KNOWN_CALLER = sa.text("caller IS NOT NULL")


def upgrade() -> None:
    large_indexes.create("ix_messages_state", "messages", ["state", "received_at", "id"])
    large_indexes.create("ix_messages_caller", "messages", ["caller", "received_at", "id"], of=KNOWN_CALLER)


def downgrade() -> None:
    for index in ("caller", "state"):
        op.drop_index(f"ix_messages_{index}", "messages")
