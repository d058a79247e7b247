"""Visual voicemail: an account for each subscriber whose phone asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
LOSES = "visual voicemail: every phone has to ask for it anew; and the notices that went to phones that way"

WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "visual_accounts",
        sa.Column("number", PHONE, nullable=False),
        sa.Column("dialect", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("prefix", WORDS, nullable=False),
        sa.Column("client", WORDS, nullable=False),
        sa.Column("password", WORDS),
        sa.Column("password_sealed", sa.LargeBinary()),
        sa.Column("activated_at", MOMENT),
        sa.Column("tutorial_closed", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_since", MOMENT),
        sa.ForeignKeyConstraint(
            ["number"], ["subscribers.number"], name="fk_visual_accounts_number", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_visual_accounts"),
    )
    op.create_index("ix_visual_accounts_status", "visual_accounts", ["status", "dialect"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM notices WHERE channel = 'visual'"
    )  # a channel the version before knows nothing of
    op.drop_table("visual_accounts")
