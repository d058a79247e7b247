"""How long the text part is that mail programs were told of; of messages that are there already, none.

A service of the version before goes on beside it: what it takes in has none either.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
LOSES = "which messages mail programs were told of with a text: they are all told of without one"


def upgrade() -> None:
    op.add_column("messages", sa.Column("text_octets", sa.Integer(), server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("messages", "text_octets")
