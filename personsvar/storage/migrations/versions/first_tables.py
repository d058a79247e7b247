"""The first tables: subscribers, sounds, messages, greetings, notices, locks and call backs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _subscribers()
    _sounds()
    _messages()
    _greetings()
    _notices()
    _locks()
    _call_backs()


def _subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("number", PHONE, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("email", WORDS),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("time_zone", WORDS, nullable=False),
        sa.Column("pin", WORDS),
        sa.Column("pin_by_operator", sa.Boolean(), nullable=False),
        sa.Column("previous_pins", sa.JSON(), nullable=False),
        sa.Column("spare_pin", WORDS),
        sa.Column("spare_pin_valid_until", MOMENT),
        sa.Column("pin_requests_on", sa.Date()),
        sa.Column("pin_requests", sa.Integer(), nullable=False),
        sa.Column("voicemail_on", sa.Boolean(), nullable=False),
        sa.Column("always_ask_pin", sa.Boolean(), nullable=False),
        sa.Column("oldest_first", sa.Boolean(), nullable=False),
        sa.Column("call_back_from_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("wants_sms", sa.Boolean(), nullable=False),
        sa.Column("wants_mms", sa.Boolean(), nullable=False),
        sa.Column("wants_missed_calls", sa.Boolean(), nullable=False),
        sa.Column("wants_email_copy", sa.Boolean(), nullable=False),
        sa.Column("welcomed", sa.Boolean(), nullable=False),
        sa.Column("absence_until", sa.Date()),
        sa.Column("place_message", ID),
        sa.Column("place_seconds", sa.Double()),
        sa.Column("place_left_at", MOMENT),
        sa.Column("elsewhere_at", MOMENT),
        sa.Column("elsewhere_caller", PHONE),
        sa.Column("elsewhere_told", sa.Boolean()),
        sa.PrimaryKeyConstraint("number", name="pk_subscribers"),
    )


def _sounds() -> None:
    op.create_table(
        "sounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("alaw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sounds"),
        sqlite_autoincrement=True,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("spool_id", WORDS, nullable=False),
        sa.Column("caller", PHONE),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("sound_id", ID, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("state_before", WORDS, nullable=False),
        sa.Column("changed_at", MOMENT),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_messages_mailbox", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sound_id"], ["sounds.id"], name="fk_messages_sound_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("spool_id", name="uq_messages_spool_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_mailbox", "messages", ["mailbox", "state", "urgent", "received_at", "id"])
    op.create_index("ix_messages_since", "messages", ["state", "since"])
    op.create_index("ix_messages_sound_id", "messages", ["sound_id"])


def _greetings() -> None:
    op.create_table(
        "greetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("sound_id", ID, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_greetings_mailbox", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sound_id"], ["sounds.id"], name="fk_greetings_sound_id"),
        sa.PrimaryKeyConstraint("id", name="pk_greetings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_greetings_mailbox", "greetings", ["mailbox", "kind", "id"])
    op.create_index("ix_greetings_sound_id", "greetings", ["sound_id"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("to_number", PHONE, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("channel", WORDS, nullable=False),
        sa.Column("dedup_key", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("address", WORDS),
        sa.Column("message_id", ID),
        sa.Column("caller", PHONE),
        sa.Column("at", MOMENT),
        sa.Column("seconds", sa.Double()),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("new_count", sa.Integer()),
        sa.Column("reason", WORDS),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("secret_until", MOMENT),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("lease", WORDS),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", WORDS),
        sa.ForeignKeyConstraint(
            ["to_number"], ["subscribers.number"], name="fk_notices_to_number", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("dedup_key", name="uq_notices_dedup_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_due_at", "notices", ["due_at"])
    op.create_index(
        "ix_notices_secret_until",
        "notices",
        ["secret_until"],
        sqlite_where=sa.text("secret IS NOT NULL"),
        postgresql_where=sa.text("secret IS NOT NULL"),
    )
    op.create_index("ix_notices_to_number", "notices", ["to_number", "id"])


def _locks() -> None:
    op.create_table(
        "locks",
        sa.Column("scope", WORDS, nullable=False),
        sa.Column("key", PHONE, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closures", sa.Integer(), nullable=False),
        sa.Column("closed_until", MOMENT),
        sa.Column("changed_at", MOMENT),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_locks"),
    )
    op.create_index("ix_locks_key", "locks", ["key"])


def _call_backs() -> None:
    op.create_table(
        "call_backs",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("called", PHONE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_call_backs_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_backs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_backs_answered", "call_backs", ["answered", "at"])
    op.create_index("ix_call_backs_mailbox", "call_backs", ["mailbox", "at"])
