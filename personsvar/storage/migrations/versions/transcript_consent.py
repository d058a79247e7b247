"""Where subscribers agreed that recordings go to be written down: no host, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
LOSES = "where subscribers agreed that recordings go to be written down"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("transcripts_consented_to", sa.Text()))


def downgrade() -> None:
    op.drop_column("subscribers", "transcripts_consented_to")
