"""Notices that stand so are found by their time too: those of one day, however many there are of others."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
LOSES = "nothing: the same is found, in a large ledger more slowly"


def upgrade() -> None:
    _index("status", "created_at", "id")


def downgrade() -> None:
    _index("status", "id")


def _index(*columns: str) -> None:
    op.drop_index("ix_notices_status", "notices")
    op.create_index("ix_notices_status", "notices", [*columns])
