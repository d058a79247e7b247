"""When subscribers are away, until when voicemail is off, and the hours in which messages are taken.

Nobody is away to begin with but by the absence greeting, which stays where it is; voicemail that is off is
off until somebody turns it on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
LOSES = (
    "planned absences with their recordings, those of calendars, and the hours in which messages are taken; "
    "voicemail that is off until a moment is off until somebody turns it on"
)

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
COLUMNS = (("voicemail_off_since", MOMENT), ("voicemail_off_until", MOMENT), ("hours", WORDS))


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("subscribers", sa.Column(name, kind))
    op.create_table(
        "absences",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", PHONE, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("reason", WORDS),
        sa.Column("takes_messages", sa.Boolean(), nullable=False),
        sa.Column("sound_id", ID),
        sa.Column("seconds", sa.Double()),
        sa.Column("calendar_id", ID),
        sa.Column("uid", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox"], ["subscribers.number"], name="fk_absences_mailbox", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sound_id"], ["sounds.id"], name="fk_absences_sound_id"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_absences_mailbox", "absences", ["mailbox", "ends_at"])
    op.create_index("ix_absences_ends_at", "absences", ["ends_at"])
    op.create_index("ix_absences_sound_id", "absences", ["sound_id"])


def downgrade() -> None:
    op.execute(  # those that are over by themselves are on, as callers hear it
        "UPDATE subscribers SET voicemail_on = true WHERE voicemail_off_until <= CURRENT_TIMESTAMP"
    )
    op.execute(
        "UPDATE notices SET reason = 'voicemail-off' WHERE reason IN ('absent', 'outside-hours')"
    )  # words the version before knows nothing of
    op.create_table("absences_sounds", sa.Column("id", ID))
    op.execute("INSERT INTO absences_sounds SELECT sound_id FROM absences WHERE sound_id IS NOT NULL")
    op.drop_table("absences")
    op.execute("DELETE FROM sounds WHERE id IN (SELECT id FROM absences_sounds)")
    op.drop_table("absences_sounds")
    for name, _ in reversed(COLUMNS):
        op.drop_column("subscribers", name)
