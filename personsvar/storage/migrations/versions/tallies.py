"""How often something happened, by the hour: counted from the call log as it is, of notices from now on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
LOSES = "the figures behind the operator's graphs: those of notices and gateways can't be counted again"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
MOMENT = sa.DateTime(timezone=True)
UNCOUNTED = sa.text("counted_as IS NULL OR counted_as <> came_of")


def _what() -> list[sa.Column[str]]:
    return [sa.Column(name, WORDS, nullable=False) for name in ("subject", "name", "outcome")]


def upgrade() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_what(),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tallies",
        sa.Column("stretch", WORDS, nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        *_what(),
        sa.Column("times", ID, nullable=False),
        sa.PrimaryKeyConstraint("stretch", "begins_at", "subject", "name", "outcome", name="pk_tallies"),
    )
    op.add_column("calls", sa.Column("counted_as", WORDS))
    op.create_index("ix_calls_uncounted", "calls", ["id"], sqlite_where=UNCOUNTED, postgresql_where=UNCOUNTED)


def downgrade() -> None:
    op.drop_index("ix_calls_uncounted", "calls")
    op.drop_column("calls", "counted_as")
    for table in ("tallies", "occurrences"):
        op.drop_table(table)
