"""Who is back before a calendar's absence is over, and since when: nobody to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
LOSES = "which subscribers are back before a calendar's absence is over; what was noted of that"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("back_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    # a kind the version before knows nothing of
    op.execute("DELETE FROM audit_entries WHERE action IN ('absence-ended', 'absence-changed')")
    op.drop_column("subscribers", "back_since")
