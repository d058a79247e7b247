"""Recordings may be encrypted: the keys of mailboxes and of the installation, and with which each one is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from personsvar.storage.versions import WrongVersionError

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
LOSES = "that recordings are encrypted; it is refused while any is (personsvar encryption take-back)"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
SEALED = ("sounds", "renditions")


def upgrade() -> None:
    op.create_table(
        "installation_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation_keys"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mailbox_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("wrapped_by", ID, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_mailbox_keys_mailbox", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["wrapped_by"], ["installation_keys.id"], name="fk_mailbox_keys_wrapped_by"),
        sa.PrimaryKeyConstraint("id", name="pk_mailbox_keys"),
        sa.UniqueConstraint("mailbox", name="uq_mailbox_keys_mailbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mailbox_keys_wrapped_by", "mailbox_keys", ["wrapped_by"])
    for table in SEALED:
        op.add_column(table, sa.Column("key_id", ID))


def downgrade() -> None:
    """Refused where a key would go that something is encrypted with: it could never be read again."""
    _refuse_while_sealed()
    for table in SEALED:
        op.drop_column(table, "key_id")
    op.drop_index("ix_mailbox_keys_wrapped_by", "mailbox_keys")
    op.drop_table("mailbox_keys")
    op.drop_table("installation_keys")


def _refuse_while_sealed() -> None:
    for table in SEALED:
        sealed = f"SELECT 1 FROM {table} WHERE key_id IS NOT NULL LIMIT 1"  # noqa: S608 - a name of ours
        if op.get_bind().execute(sa.text(sealed)).first() is not None:
            raise WrongVersionError("recordings are encrypted: run `personsvar encryption take-back` first")
