"""No two recordings have one object, and which has it is found by its name."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from personsvar.storage.migrations import large_indexes

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
LOSES = "nothing: the next step back is refused while recordings are in an object store"


def upgrade() -> None:
    elsewhere = text("object_name IS NOT NULL")
    large_indexes.create("uq_sounds_object_name", "sounds", ["object_name"], unique=True, of=elsewhere)


def downgrade() -> None:
    op.drop_index("uq_sounds_object_name", "sounds")
