"""Parts and receipts are found by their ids first, and what waits too long by the time it was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
LOSES = "nothing: the same is found, in a large outbox more slowly"

_UNMATCHED, _DUE = sa.text("notice_id IS NULL"), sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    _drop_indexes()
    _create_indexes(lambda id_: [id_, "gateway"])
    op.create_index(
        "ix_notices_waiting_since",
        "notices",
        ["created_at", "channel"],
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    )


def downgrade() -> None:
    op.drop_index("ix_notices_waiting_since", "notices")
    _drop_indexes()
    _create_indexes(lambda id_: ["gateway", id_])


def _drop_indexes() -> None:
    for id_ in ("gateway_id", "canonical_id"):
        op.drop_index(f"ix_notice_parts_{id_}", "notice_parts")
    op.drop_index("uq_receipts_waiting", "receipts")
    op.drop_index("ix_receipts_waiting_canonical_id", "receipts")


def _create_indexes(ordered: Callable[[str], list[str]]) -> None:
    where: dict[str, Any] = {"sqlite_where": _UNMATCHED, "postgresql_where": _UNMATCHED}
    for id_ in ("gateway_id", "canonical_id"):
        op.create_index(f"ix_notice_parts_{id_}", "notice_parts", [*ordered(id_), "notice_id"])
    op.create_index(
        "uq_receipts_waiting", "receipts", [*ordered("gateway_id"), "state"], unique=True, **where
    )
    op.create_index("ix_receipts_waiting_canonical_id", "receipts", ordered("canonical_id"), **where)
