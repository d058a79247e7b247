"""Files of subscribers that programs sent, until they are applied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
LOSES = "files of subscribers that programs sent and did not apply yet (they send them again)"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "import_jobs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("actor_kind", WORDS, nullable=False),
        sa.Column("actor_name", WORDS, nullable=False),
        sa.Column("format", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("why", WORDS, nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("held_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_import_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_jobs_state", "import_jobs", ["state", "id"])
    op.create_index("ix_import_jobs_created_at", "import_jobs", ["created_at"])


def downgrade() -> None:
    op.drop_table("import_jobs")
