"""Messages, their sounds, and greetings."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    false,
    text,
)

from personsvar.storage.columns import Flags, Id, Moment, Phone, Words
from personsvar.storage.tables.parts import KNOWN_CALLER, index_of_some, metadata, owner, row_id, sound

# Messages: everything but their sound; counting and ordering a mailbox never leave the index.

messages = Table(
    "messages",
    metadata,
    row_id(),
    owner(),
    Column("spool_id", Words, nullable=False, unique=True),
    Column("caller", Phone),
    Column("received_at", Moment, nullable=False),
    sound(),
    Column("seconds", Double, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("state_before", Words, nullable=False),
    Column("changed_at", Moment),
    Column("since", Moment, nullable=False),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("downloaded_at", Moment),
    Column("text_octets", Integer, server_default=text("0")),
    Index("ix_messages_mailbox", "mailbox", "state", "urgent", "received_at", "id"),
    Index("ix_messages_since", "state", "since"),
    Index("ix_messages_state", "state", "received_at", "id"),
    index_of_some("ix_messages_caller", "caller", "received_at", "id", of=KNOWN_CALLER),
    sqlite_autoincrement=True,
)
"""`since` is what retention counts from: the last change of state, or the arrival; but no earlier than when
the clock was last believed as that was written (`reckonings`).

`text_octets`: how long its text part is, as mail programs were told of it; none: nobody was told yet, and a
text may come (storage/mail_texts.py writes it).
"""

ELSEWHERE = text("object_name IS NOT NULL")

# Sounds: the recordings as bytes, apart from what is said about them, so that no list ever reads them.

sounds = Table(
    "sounds",
    metadata,
    row_id(),
    Column("alaw", LargeBinary, nullable=False),
    Column("key_id", Id),
    Column("waveform", LargeBinary),
    Column("object_name", Words),
    index_of_some("uq_sounds_object_name", "object_name", of=ELSEWHERE, unique=True),
    sqlite_autoincrement=True,
)
"""`key_id`: of the mailbox's key that it is sealed with (tables/keys.py); none, and the bytes are plain.

`waveform` is sealed as its sound is. Only messages have one; one from before has none either.
`object_name`: the bytes lie in the object store under it, and `alaw` is empty.
"""

# Renditions: a recording as AMR-NB, encoded once; it goes with its sound.

renditions = Table(
    "renditions",
    metadata,
    Column(
        "sound_id", Id, ForeignKey("sounds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("amr_bytes", Integer, nullable=False),
    Column("amr", LargeBinary, nullable=False),
    Column("key_id", Id),
)
"""The length stands before the bytes: SQLite reads it without going through them. It is that of the AMR."""

# Transcripts: what a recording says, in words, as an engine heard it; each goes with its recording.

transcripts = Table(
    "transcripts",
    metadata,
    row_id(),
    Column("sound_id", Id, ForeignKey("sounds.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("understanding", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("engine", Words, nullable=False),
    Column("model", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("cpu_seconds", Double),
    Column("content", LargeBinary, nullable=False),
    Column("key_id", Id),
    sqlite_autoincrement=True,
)
"""A message that is lengthened has another recording, and so none. `content` is sealed as its recording."""

# Days of transcripts: so many seconds of sound were given to the engine, for the most that is allowed a day.

transcript_days = Table(
    "transcript_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("seconds", Double, nullable=False),
)

# Greetings: every version recorded; the newest one `in_use` of a kind is what callers hear.

_UNUSED = text("unused_since IS NOT NULL")
_UNMARKED = text("NOT in_use AND unused_since IS NULL")

greetings = Table(
    "greetings",
    metadata,
    row_id(),
    owner(),
    Column("kind", Words, nullable=False),
    sound(),
    Column("seconds", Double, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("unused_since", Moment),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Index("ix_greetings_mailbox", "mailbox", "kind", "id"),
    index_of_some("ix_greetings_unused_since", "unused_since", of=_UNUSED),
    index_of_some("ix_greetings_unmarked", "id", of=_UNMARKED),
    sqlite_autoincrement=True,
)
"""`unused_since` is written by retention, which removes by it: nothing else looks at it."""
