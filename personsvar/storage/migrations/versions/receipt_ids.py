"""The gateway's ids of parts in one spelling, so that a receipt which writes one otherwise finds its part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
LOSES = (
    "by which spelling of its id a receipt finds its notice: one that writes it otherwise than the answer to "
    "the SMS did finds none"
)

WORDS = sa.Text()
UNMATCHED = sa.text("notice_id IS NULL")
CANONICAL = """
    CASE
        WHEN gateway_id = '' THEN gateway_id
        WHEN trim(gateway_id, '0123456789ABCDEFabcdef') = ''
            THEN coalesce(nullif(ltrim(lower(gateway_id), '0'), ''), '0')
        WHEN trim(gateway_id, '0123456789ABCDEFabcdef-') = '' THEN lower(gateway_id)
        ELSE gateway_id
    END
"""


def upgrade() -> None:
    for table in ("notice_parts", "receipts"):
        op.add_column(table, sa.Column("canonical_id", WORDS))
        op.execute(f"UPDATE {table} SET canonical_id = {CANONICAL}")  # noqa: S608 - our own words
    op.create_index("ix_notice_parts_canonical_id", "notice_parts", ["gateway", "canonical_id", "notice_id"])
    op.create_index(
        "ix_receipts_waiting_canonical_id",
        "receipts",
        ["gateway", "canonical_id"],
        sqlite_where=UNMATCHED,
        postgresql_where=UNMATCHED,
    )


def downgrade() -> None:
    for index, table in (("receipts_waiting", "receipts"), ("notice_parts", "notice_parts")):
        op.drop_index(f"ix_{index}_canonical_id", table)
        op.drop_column(table, "canonical_id")
