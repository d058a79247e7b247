"""What careful retention needs: when the clock was believed, since when a number is whose, times for all.

A charge is not tied to its subscriber any more: whoever leaves still owes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
LOSES = (
    "since when each subscriber has the number, since when greetings are out of use, and the charges of "
    "subscribers who were removed: print them first (personsvar charge list --csv)"
)

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
UNUSED = sa.text("unused_since IS NOT NULL")
UNMARKED = sa.text("NOT in_use AND unused_since IS NULL")


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("subscribed_at", MOMENT))
    op.add_column("greetings", sa.Column("unused_since", MOMENT))
    for name, column, where in (("unused_since", "unused_since", UNUSED), ("unmarked", "id", UNMARKED)):
        op.create_index(
            f"ix_greetings_{name}", "greetings", [column], sqlite_where=where, postgresql_where=where
        )
    op.create_index("ix_locks_changed_at", "locks", ["changed_at"])
    op.create_table(
        "reckonings",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("boot", WORDS, nullable=False),
        sa.Column("running_seconds", sa.Double(), nullable=False),
        sa.Column("go_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reckonings"),
    )
    if _on_sqlite():
        _copy_call_backs()
    else:
        op.drop_constraint("fk_call_backs_mailbox", "call_backs", type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM call_backs WHERE mailbox NOT IN (SELECT number FROM subscribers)")
    if _on_sqlite():
        name = "fk_call_backs_mailbox"
        _copy_call_backs(
            sa.ForeignKeyConstraint(["mailbox"], ["subscribers.number"], name=name, ondelete="CASCADE")
        )
    else:
        op.create_foreign_key(
            "fk_call_backs_mailbox", "call_backs", "subscribers", ["mailbox"], ["number"], ondelete="CASCADE"
        )
    op.drop_table("reckonings")
    op.drop_index("ix_locks_changed_at", "locks")
    for name in ("unmarked", "unused_since"):
        op.drop_index(f"ix_greetings_{name}", "greetings")
    op.drop_column("greetings", "unused_since")
    op.drop_column("subscribers", "subscribed_at")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _copy_call_backs(*keys: sa.ForeignKeyConstraint) -> None:
    """SQLite takes no key off a table: a new one has the rows of the old, and its ids go on from there."""
    for index in ("answered", "mailbox"):
        op.drop_index(f"ix_call_backs_{index}", "call_backs")
    op.rename_table("call_backs", "call_backs_before")
    op.create_table(
        "call_backs",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("called", PHONE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=False),
        *keys,
        sa.PrimaryKeyConstraint("id", name="pk_call_backs"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO call_backs (id, mailbox, called, at, answered, price_ore) "
        "SELECT id, mailbox, called, at, answered, price_ore FROM call_backs_before"
    )
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'call_backs'")
    op.execute("UPDATE sqlite_sequence SET name = 'call_backs' WHERE name = 'call_backs_before'")
    op.drop_table("call_backs_before")
    for index in ("answered", "mailbox"):
        op.create_index(f"ix_call_backs_{index}", "call_backs", [index, "at"])
