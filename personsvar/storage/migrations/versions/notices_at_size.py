"""Parts and receipts are found by their ids first, and what waits too long by the time it was made."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from personsvar.storage.migrations import large_indexes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
LOSES = "nothing: the same is found, in a large outbox more slowly"

_UNMATCHED, _DUE = sa.text("notice_id IS NULL"), sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    _order_indexes(lambda id_: [id_, "gateway"])
    large_indexes.create("ix_notices_waiting_since", "notices", ["created_at", "channel"], of=_DUE)


def downgrade() -> None:
    op.drop_index("ix_notices_waiting_since", "notices")
    _order_indexes(lambda id_: ["gateway", id_])


def _order_indexes(ordered: Callable[[str], list[str]]) -> None:
    for id_ in ("gateway_id", "canonical_id"):
        large_indexes.replace(f"ix_notice_parts_{id_}", "notice_parts", [*ordered(id_), "notice_id"])
    large_indexes.replace(
        "uq_receipts_waiting", "receipts", [*ordered("gateway_id"), "state"], unique=True, of=_UNMATCHED
    )
    large_indexes.replace(
        "ix_receipts_waiting_canonical_id", "receipts", ordered("canonical_id"), of=_UNMATCHED
    )
