"""Recordings may lie in an object store: under which name, and what lies there that no recording names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from personsvar.storage.versions import WrongVersionError

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
LOSES = "nothing; it is refused while recordings are in an object store (personsvar recordings take-back)"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("sounds", sa.Column("object_name", sa.Text()))
    op.create_table(
        "loose_objects",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doomed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_loose_objects"),
        sa.UniqueConstraint("name", name="uq_loose_objects_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_loose_objects_doomed", "loose_objects", ["doomed", "since"])


def downgrade() -> None:
    """Refused where something lies there: the version before could neither play nor remove it."""
    for table, which in (("sounds", "object_name IS NOT NULL"), ("loose_objects", "true")):
        there = f"SELECT 1 FROM {table} WHERE {which} LIMIT 1"  # noqa: S608 - names of ours
        if op.get_bind().execute(sa.text(there)).first() is not None:
            raise WrongVersionError(
                "something is in the object store: run `personsvar recordings take-back` first"
            )
    op.drop_table("loose_objects")
    op.drop_column("sounds", "object_name")
