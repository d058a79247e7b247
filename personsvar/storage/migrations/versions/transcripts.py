"""Transcripts: what messages say, in words, for who wishes it; nobody does to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
LOSES = "the transcripts of messages, and who wishes them"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text()
WISHES = ("wants_transcripts", "wants_transcript_sms")


def upgrade() -> None:
    op.create_table(
        "transcripts",
        sa.Column("id", ID, nullable=False),
        sa.Column("sound_id", ID, nullable=False),
        sa.Column("understanding", WORDS, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("engine", WORDS, nullable=False),
        sa.Column("model", WORDS, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cpu_seconds", sa.Double()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", ID),
        sa.ForeignKeyConstraint(
            ["sound_id"], ["sounds.id"], name="fk_transcripts_sound_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transcripts"),
        sa.UniqueConstraint("sound_id", name="uq_transcripts_sound_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "transcript_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_transcript_days"),
    )
    for wish in WISHES:
        op.add_column("subscribers", sa.Column(wish, sa.Boolean()))


def downgrade() -> None:
    # kinds the version before knows nothing of
    op.execute("DELETE FROM notices WHERE kind IN ('transcript-wanted', 'message-transcribed')")
    for wish in WISHES:
        op.drop_column("subscribers", wish)
    op.drop_table("transcript_days")
    op.drop_table("transcripts")
