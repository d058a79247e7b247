"""Who hears in a message's introduction from whom it is, new or heard before (`subscriber set --say-caller`).

Nobody to begin with: key 9 tells it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
LOSES = "which subscribers have the caller read out in the introduction of a message"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("say_caller", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("subscribers", "say_caller")
