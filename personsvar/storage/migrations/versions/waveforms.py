"""A message's waveform beside its sound. It is drawn as a message is taken in, so what is there has none."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, LargeBinary

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
LOSES = "the waveforms of messages, which are drawn anew when they are looked at"


def upgrade() -> None:
    op.add_column("sounds", Column("waveform", LargeBinary))


def downgrade() -> None:
    op.drop_column("sounds", "waveform")
