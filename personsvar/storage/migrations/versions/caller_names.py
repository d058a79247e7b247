"""What callers are called: by each subscriber, and by the operator for everybody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
LOSES = (
    "the names of callers, subscribers' own lists and the operator's; what was noted of changes to them, and "
    "of data that were taken out or removed; what keys of the API were for beside that"
)
ACTIONS = ("names-changed", "names-removed", "data-taken-out", "data-removed")
SCOPES = ("names:read", "names:write", "data:read", "data:write")
"""The version before knows nothing of these."""

WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "caller_names",
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("number", PHONE, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_caller_names_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox", "number", name="pk_caller_names"),
    )
    op.create_table(
        "operator_names",
        sa.Column("number", PHONE, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_operator_names"),
    )


def downgrade() -> None:
    audit, keys = sa.table("audit_entries", sa.column("action")), sa.table("api_keys", sa.column("scopes"))
    op.execute(sa.delete(audit).where(audit.c.action.in_(ACTIONS)))
    kept: sa.ColumnElement[str] = sa.literal(" ") + keys.c.scopes + " "
    for scope in SCOPES:
        kept = sa.func.replace(kept, f" {scope} ", " ")
    op.execute(sa.update(keys).values(scopes=sa.func.trim(kept)))
    for table in ("operator_names", "caller_names"):
        op.drop_table(table)
