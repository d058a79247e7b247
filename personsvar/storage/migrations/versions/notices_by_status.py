"""Notices that stand so are found by their time too: those of one day, however many there are of others."""

from __future__ import annotations

from personsvar.storage.migrations import large_indexes

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
LOSES = "nothing: the same is found, in a large ledger more slowly"


def upgrade() -> None:
    large_indexes.replace("ix_notices_status", "notices", ["status", "created_at", "id"])


def downgrade() -> None:
    large_indexes.replace("ix_notices_status", "notices", ["status", "id"])
