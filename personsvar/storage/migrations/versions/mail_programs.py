"""What mail programs keep with messages and greetings, recordings as AMR, and who changed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
LOSES = (
    "what mail programs marked (flags; a saved message that a phone had removed shows there again), and the "
    "recordings as AMR, which are made again"
)

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NONE = sa.text("''")


def upgrade() -> None:
    op.add_column("messages", sa.Column("flags", sa.Text(), nullable=False, server_default=NONE))
    op.add_column("messages", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("messages", sa.Column("downloaded_at", MOMENT))
    op.add_column("greetings", sa.Column("flags", sa.Text(), nullable=False, server_default=NONE))
    op.create_table(
        "renditions",
        sa.Column("sound_id", ID, nullable=False, autoincrement=False),
        sa.Column("amr_bytes", sa.Integer(), nullable=False),
        sa.Column("amr", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sound_id"], ["sounds.id"], name="fk_renditions_sound_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sound_id", name="pk_renditions"),
    )
    op.create_table(
        "mailbox_changes",
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name="pk_mailbox_changes"),
    )
    op.create_index("ix_mailbox_changes_turn", "mailbox_changes", ["turn"])


def downgrade() -> None:
    op.drop_table("mailbox_changes")
    op.drop_table("renditions")
    op.drop_column("greetings", "flags")
    for column in ("downloaded_at", "hidden", "flags"):
        op.drop_column("messages", column)
