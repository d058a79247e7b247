"""The tables: a row of the mailbox, the outbox, its ledger, the locks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Time,
    false,
    text,
)

from personsvar.storage.access_tables import api_keys, audit_entries, kept_requests
from personsvar.storage.columns import Flags, Id, Moment, Phone, Words
from personsvar.storage.table_parts import metadata
from personsvar.storage.table_parts import owner as _owner
from personsvar.storage.table_parts import row_id as _row_id
from personsvar.storage.tally_tables import occurrences, tallies

__all__ = [
    "api_keys",
    "audit_entries",
    "kept_requests",
    "metadata",
    "occurrences",
    "tallies",
]  # what stands elsewhere, and is found here too


def _sound() -> Column[Any]:
    return Column("sound_id", Id, ForeignKey("sounds.id"), nullable=False, index=True)


# Subscribers: one row each, with their choices, PINs and where they left off.

subscribers = Table(
    "subscribers",
    metadata,
    Column("number", Phone, primary_key=True),
    Column("name", Words, nullable=False),
    Column("email", Words),
    Column("language", Words, nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("pin", Words),
    Column("pin_by_operator", Boolean, nullable=False),
    Column("previous_pins", JSON, nullable=False),
    Column("spare_pin", Words),
    Column("spare_pin_valid_until", Moment),
    Column("pin_requests_on", Date),
    Column("pin_requests", Integer, nullable=False),
    Column("voicemail_on", Boolean, nullable=False),
    Column("voicemail_off_since", Moment),
    Column("voicemail_off_until", Moment),
    Column("hours", Words),
    Column("always_ask_pin", Boolean, nullable=False),
    Column("oldest_first", Boolean, nullable=False),
    Column("call_back_from_elsewhere", Boolean, nullable=False),
    Column("say_caller", Boolean),
    Column("wants_sms", Boolean, nullable=False),
    Column("wants_mms", Boolean, nullable=False),
    Column("wants_missed_calls", Boolean, nullable=False),
    Column("wants_email_copy", Boolean, nullable=False),
    Column("quiet_start", Time),
    Column("quiet_end", Time),
    Column("welcomed", Boolean, nullable=False),
    Column("absence_until", Date),
    Column("absence_reminder_at", Moment),
    Column("removals_look_at", Moment),
    Column("place_message", Id),
    Column("place_seconds", Double),
    Column("place_left_at", Moment),
    Column("elsewhere_at", Moment),
    Column("elsewhere_caller", Phone),
    Column("elsewhere_told", Boolean),
    Column("subscribed_at", Moment),
    Index(
        "ix_subscribers_absence_reminder_at",
        "absence_reminder_at",
        sqlite_where=text("absence_reminder_at IS NOT NULL"),
        postgresql_where=text("absence_reminder_at IS NOT NULL"),
    ),
)

# Messages: everything but their sound; counting and ordering a mailbox never leave the index.

_KNOWN_CALLER = text("caller IS NOT NULL")

messages = Table(
    "messages",
    metadata,
    _row_id(),
    _owner(),
    Column("spool_id", Words, nullable=False, unique=True),
    Column("caller", Phone),
    Column("received_at", Moment, nullable=False),
    _sound(),
    Column("seconds", Double, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("state_before", Words, nullable=False),
    Column("changed_at", Moment),
    Column("since", Moment, nullable=False),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("downloaded_at", Moment),
    Index("ix_messages_mailbox", "mailbox", "state", "urgent", "received_at", "id"),
    Index("ix_messages_since", "state", "since"),
    Index("ix_messages_state", "state", "received_at", "id"),
    Index(
        "ix_messages_caller",
        "caller",
        "received_at",
        "id",
        sqlite_where=_KNOWN_CALLER,
        postgresql_where=_KNOWN_CALLER,
    ),
    sqlite_autoincrement=True,
)
"""`since` is what retention counts from: the last change of state, or the arrival."""

# Sounds: the recordings as bytes, apart from what is said about them, so that no list ever reads them.

sounds = Table(
    "sounds",
    metadata,
    _row_id(),
    Column("alaw", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Renditions: a recording as AMR-NB, encoded once; it goes with its sound.

renditions = Table(
    "renditions",
    metadata,
    Column(
        "sound_id", Id, ForeignKey("sounds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("amr_bytes", Integer, nullable=False),
    Column("amr", LargeBinary, nullable=False),
)
"""The length stands before the bytes: SQLite reads it without going through them."""

# Greetings: every version recorded; the newest one `in_use` of a kind is what callers hear.

_UNUSED = text("unused_since IS NOT NULL")
_UNMARKED = text("NOT in_use AND unused_since IS NULL")

greetings = Table(
    "greetings",
    metadata,
    _row_id(),
    _owner(),
    Column("kind", Words, nullable=False),
    _sound(),
    Column("seconds", Double, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("unused_since", Moment),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Index("ix_greetings_mailbox", "mailbox", "kind", "id"),
    Index("ix_greetings_unused_since", "unused_since", sqlite_where=_UNUSED, postgresql_where=_UNUSED),
    Index("ix_greetings_unmarked", "id", sqlite_where=_UNMARKED, postgresql_where=_UNMARKED),
    sqlite_autoincrement=True,
)
"""`unused_since` is written by retention, which removes by it: nothing else looks at it."""

# Absences: when subscribers are away, by their own word or by a calendar's.

absences = Table(
    "absences",
    metadata,
    _row_id(),
    _owner(),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("reason", Words),
    Column("takes_messages", Boolean, nullable=False),
    Column("sound_id", Id, ForeignKey("sounds.id"), index=True),
    Column("seconds", Double),
    Column("calendar_id", Id),
    Column("uid", Words, nullable=False),
    Index("ix_absences_mailbox", "mailbox", "ends_at"),
    Index("ix_absences_ends_at", "ends_at"),
    sqlite_autoincrement=True,
)

# Calendars: the feeds that absences come from, how fetching each goes, and when it is fetched next.

calendars = Table(
    "calendars",
    metadata,
    _row_id(),
    _owner(),
    Column("address", LargeBinary, nullable=False),
    Column("host", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("word", Words, nullable=False),
    Column("time_zone", Words),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("digest", Words),
    Column("fetched_at", Moment),
    Column("read_at", Moment),
    Column("spells", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("failures", Integer, nullable=False),
    Column("trouble", Words),
    Column("owner_told", Boolean, nullable=False),
    Column("lease", Words),
    Index("ix_calendars_mailbox", "mailbox", "id"),
    Index("ix_calendars_due_at", "due_at"),
    sqlite_autoincrement=True,
)
"""`due_at` of one that is being fetched is the end of its lease."""

# The outbox: a row for each notice, from the moment it is caused until long after it was sent.

notices = Table(
    "notices",
    metadata,
    _row_id(),
    _owner("to_number"),
    Column("kind", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("dedup_key", Words, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("address", Words),
    Column("message_id", Id),
    Column("caller", Phone),
    Column("at", Moment),
    Column("seconds", Double),
    Column("urgent", Boolean, nullable=False),
    Column("new_count", Integer),
    Column("reason", Words),
    Column("calls", Integer),
    Column("joined", Words),
    Column("counted", Integer),
    Column("secret", LargeBinary),
    Column("secret_until", Moment),
    Column("status", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("held_until", Moment),
    Column("lease", Words),
    Column("finished_at", Moment),
    Column("error", Words),
    Column("owner_told", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_notices_waiting",
        "channel",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_notices_to_number", "to_number", "id"),
    Index("ix_notices_created_at", "created_at"),
    Index("ix_notices_channel", "channel", "id"),
    Index("ix_notices_kind", "kind", "id"),
    Index("ix_notices_status", "status", "id"),
    Index(
        "ix_notices_secret_until",
        "secret_until",
        sqlite_where=text("secret IS NOT NULL"),
        postgresql_where=text("secret IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`due_at` is when a worker may take it: the next try of a ready one, the end of the lease of a leased
one, nothing for one that is over. `attempts` count against the channel's limit and begin anew when it is sent
again by hand; `tries` number the ledger's attempts and never do."""

# The outbox's ledger: each try of a notice, the parts a gateway took, and what it reported of them. A
# notice that is removed takes all three with it. A receipt without a notice waits for its part.

_WAITING = text("notice_id IS NULL")


def _notice(**kind: Any) -> Column[Any]:
    return Column("notice_id", Id, ForeignKey("notices.id", ondelete="CASCADE"), **kind)


notice_attempts = Table(
    "notice_attempts",
    metadata,
    _notice(primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("gateway", Words, nullable=False),
    Column("error", Words),
)
notice_parts = Table(
    "notice_parts",
    metadata,
    _notice(primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("gateway", Words, nullable=False),
    Column("gateway_id", Words, nullable=False),
    Column("state", Words),
    Column("state_at", Moment),
    Column("detail", Words, nullable=False),
    Column("canonical_id", Words),
    Index("ix_notice_parts_gateway_id", "gateway", "gateway_id", "notice_id"),
    Index("ix_notice_parts_canonical_id", "gateway", "canonical_id", "notice_id"),
)
"""`number` is the attempt's, `state` the last thing reported of the part; `canonical_id` is the gateway's id
without what SMSCs write in several ways (`storage.parts`)."""
receipts = Table(
    "receipts",
    metadata,
    _row_id(),
    Column("gateway", Words, nullable=False),
    Column("gateway_id", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", Words, nullable=False),
    _notice(),
    Column("canonical_id", Words),
    Index("uq_receipts_matched", "notice_id", "gateway", "gateway_id", "state", unique=True),
    Index(
        "uq_receipts_waiting",
        "gateway",
        "gateway_id",
        "state",
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    Index(
        "ix_receipts_waiting_canonical_id",
        "gateway",
        "canonical_id",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    Index("ix_receipts_waiting_since", "at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    sqlite_autoincrement=True,
)
"""A gateway may use an id again after some time: a receipt is unique among those of its notice."""

# Locks: counters of wrong PINs, kept across calls.

locks = Table(
    "locks",
    metadata,
    Column("scope", Words, primary_key=True),
    Column("key", Phone, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("closures", Integer, nullable=False),
    Column("closed_until", Moment),
    Column("changed_at", Moment),
    Index("ix_locks_key", "key"),
    Index("ix_locks_changed_at", "changed_at"),
)

# Call backs: each one dialled; the answered ones are charges.

call_backs = Table(
    "call_backs",
    metadata,
    _row_id(),
    Column("mailbox", Phone, nullable=False),
    Column("called", Phone, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("price_ore", Integer, nullable=False),
    Index("ix_call_backs_mailbox", "mailbox", "at"),
    Index("ix_call_backs_answered", "answered", "at"),
    sqlite_autoincrement=True,
)
"""No key ties it to the subscribers: whoever leaves still owes what was called."""

# Calls: the log, a row a call. One is known by when it began and the switch's id, which may come again.

UNCOUNTED = "counted_as IS NULL OR counted_as <> came_of"

calls = Table(
    "calls",
    metadata,
    _row_id(),
    Column("began_at", Moment, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("caller", Phone),
    Column("mailbox", Phone, ForeignKey("subscribers.number", ondelete="CASCADE")),
    Column("came_of", Words, nullable=False),
    Column("reason", Words),
    Column("seconds", Double, nullable=False),
    Column("listened", Boolean, nullable=False),
    Column("counted_as", Words),
    Index("uq_calls_began_at", "began_at", "call_id", unique=True),
    Index("ix_calls_mailbox", "mailbox", "began_at", "id"),
    Index(
        "ix_calls_caller",
        "caller",
        "began_at",
        "id",
        sqlite_where=_KNOWN_CALLER,
        postgresql_where=_KNOWN_CALLER,
    ),
    Index("ix_calls_uncounted", "id", sqlite_where=text(UNCOUNTED), postgresql_where=text(UNCOUNTED)),
    sqlite_autoincrement=True,
)
"""`counted_as` is written by who counts (`storage.tallies`): what came of the call when it was."""

# Visual voicemail: how each subscriber's phone speaks, and what it logs in with.

visual_accounts = Table(
    "visual_accounts",
    metadata,
    Column("number", Phone, ForeignKey("subscribers.number", ondelete="CASCADE"), primary_key=True),
    Column("dialect", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("port", Integer, nullable=False),
    Column("prefix", Words, nullable=False),
    Column("client", Words, nullable=False),
    Column("password", Words),
    Column("password_sealed", LargeBinary),
    Column("activated_at", Moment),
    Column("tutorial_closed", Boolean, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_since", Moment),
    Index("ix_visual_accounts_status", "status", "dialect"),
)

# The page: codes for the log-in, who is in, and what was granted. Tokens and codes are kept as hashes.

login_codes = Table(
    "login_codes",
    metadata,
    Column("visit", Words, primary_key=True),
    _owner("number"),
    Column("code", Words, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("wrong", Integer, nullable=False),
    Index("ix_login_codes_number", "number", "asked_at"),
    Index("ix_login_codes_asked_at", "asked_at"),
)
web_sessions = Table(
    "web_sessions",
    metadata,
    _row_id(),
    _owner("number"),
    Column("token", Words, nullable=False, unique=True),
    Column("role", Words, nullable=False),
    Column("device", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_web_sessions_number", "number", "seen_at"),
    sqlite_autoincrement=True,
)
roles = Table(
    "roles",
    metadata,
    Column("number", Phone, ForeignKey("subscribers.number", ondelete="CASCADE"), primary_key=True),
    Column("role", Words, primary_key=True),
    Column("granted_at", Moment, nullable=False),
)

# Mailbox changes: which mailbox changed last, for SQLite, which tells other processes nothing. A row a
# mailbox, and one without a number that means "look at all of them". PostgreSQL has NOTIFY instead.

mailbox_changes = Table(
    "mailbox_changes",
    metadata,
    Column("mailbox", Phone, primary_key=True),
    Column("turn", Id, nullable=False),
    Index("ix_mailbox_changes_turn", "turn"),
)
"""No key ties it to the subscribers: the row without a number belongs to none."""

# Reckonings: when the clock was believed last, in one row, for whoever removes something for good.

reckonings = Table(
    "reckonings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("boot", Words, nullable=False),
    Column("running_seconds", Double, nullable=False),
    Column("go_on", Boolean, nullable=False),
)
