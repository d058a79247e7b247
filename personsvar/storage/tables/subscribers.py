"""Subscribers: one row each, with their choices, PINs and where they left off."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Double, Index, Integer, Table, Time, text

from personsvar.storage.columns import Id, Moment, Phone, Words
from personsvar.storage.tables.metadata import metadata

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
