"""Subscribers, and when callers may leave them messages."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Time,
    text,
)

from personsvar.storage.columns import Id, Moment, Phone, Words
from personsvar.storage.tables.parts import index_of_some, metadata, owner, row_id, sound

# Subscribers: one row each, with their choices, PINs and where they left off.

_REMINDED = text("absence_reminder_at IS NOT NULL")
_LOOKED_AT = text("removals_look_at IS NOT NULL")

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
    Column("back_since", Moment),
    Column("hours", Words),
    Column("always_ask_pin", Boolean, nullable=False),
    Column("oldest_first", Boolean, nullable=False),
    Column("call_back_from_elsewhere", Boolean, nullable=False),
    Column("say_caller", Boolean),
    Column("wants_sms", Boolean, nullable=False),
    Column("wants_mms", Boolean, nullable=False),
    Column("wants_missed_calls", Boolean, nullable=False),
    Column("wants_email_copy", Boolean, nullable=False),
    Column("wants_transcripts", Boolean),
    Column("wants_transcript_sms", Boolean),
    Column("transcripts_consented_to", Words),
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
    index_of_some("ix_subscribers_absence_reminder_at", "absence_reminder_at", of=_REMINDED),
    index_of_some("ix_subscribers_removals_look_at", "removals_look_at", of=_LOOKED_AT),
)

# Absences: when subscribers are away, by their own word or by a calendar's.

absences = Table(
    "absences",
    metadata,
    row_id(),
    owner(),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("reason", Words),
    Column("takes_messages", Boolean, nullable=False),
    sound(nullable=True),
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
    row_id(),
    owner(),
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

# Visual voicemail: how each subscriber's phone speaks, and what it logs in with.

visual_accounts = Table(
    "visual_accounts",
    metadata,
    owner("number", primary_key=True),
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
