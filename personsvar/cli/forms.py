"""What `--json` prints: the fields of each thing. docs/json.md lists them, held by a test."""

from __future__ import annotations

from datetime import datetime

from personsvar.cli.printing import Fields, stamp
from personsvar.gateways.calendar.feed_errors import in_words
from personsvar.intake import ListedRecording
from personsvar.mailbox.model.api_key import ApiKey
from personsvar.mailbox.model.availability import Absence, Availability
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Counts
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import written_hours


def subscriber_form(subscriber: Subscriber, now: datetime) -> Fields:
    return {
        "number": subscriber.number,
        "name": subscriber.name,
        "email": subscriber.email,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "has_pin": subscriber.pin is not None,
        "pin_by_operator": subscriber.pin_by_operator,
        "voicemail_on": not is_off(subscriber, now),
        "voicemail_off_until": stamp(subscriber.voicemail_off_until) if is_off(subscriber, now) else None,
        "hours": written_hours(subscriber.hours) or None,
        "always_ask_pin": subscriber.always_ask_pin,
        "oldest_first": subscriber.oldest_first,
        "call_back_from_elsewhere": subscriber.call_back_from_elsewhere,
        "say_caller": subscriber.say_caller,
        "sms": subscriber.wishes.sms,
        "mms": subscriber.wishes.mms,
        "missed_calls": subscriber.wishes.missed_calls,
        "email_copy": subscriber.wishes.email_copy,
        "transcripts": subscriber.wishes.transcripts,
        "transcript_sms": subscriber.wishes.transcript_sms,
        "transcripts_consented_to": subscriber.transcripts_consented_to,
        "quiet": None if subscriber.quiet is None else str(subscriber.quiet),
        "welcomed": subscriber.welcomed,
        "absence_until": None if subscriber.absence_until is None else subscriber.absence_until.isoformat(),
    }


def mailbox_form(
    uow: UnitOfWork, subscriber: Subscriber, availability: Availability, now: datetime
) -> Fields:
    """A subscriber with what is in the mailbox."""
    counts = uow.messages.counts(subscriber.number)
    kinds = [kind for kind in GreetingKind if uow.greetings.current(subscriber.number, kind) is not None]
    locks = [uow.locks.get(scope, subscriber.number) for scope in (LockScope.MAILBOX, LockScope.OWN_PHONE)]
    return {
        **subscriber_form(subscriber, now),
        "takes_messages": availability.takes_messages,
        "away": availability.is_away,
        "away_reason": None if availability.reason is None else str(availability.reason),
        "back_at": stamp(availability.back_at),
        **_counts(counts),
        "greetings": [str(kind) for kind in kinds],
        "locked_until": stamp(_closed_until(locks, now)),
    }


def absence_form(absence: Absence) -> Fields:
    return {
        "id": absence.id,
        "mailbox": absence.mailbox,
        "starts_at": stamp(absence.starts_at),
        "ends_at": stamp(absence.ends_at),
        "reason": None if absence.reason is None else str(absence.reason),
        "takes_messages": absence.takes_messages,
        "recording_seconds": None if absence.recording is None else round(absence.recording.seconds, 1),
        "source": "own" if absence.calendar is None else "calendar",
        "calendar": absence.calendar,
    }


def calendar_form(feed: CalendarFeed) -> Fields:
    """Without its address: whoever has it reads the calendar."""
    return {
        "id": feed.id,
        "mailbox": feed.mailbox,
        "host": feed.host,
        "word": feed.word,
        "created_at": stamp(feed.created_at),
        "fetched_at": stamp(feed.fetched_at),
        "read_at": stamp(feed.read_at),
        "next_at": stamp(feed.due_at),
        "busy_times": feed.spells,
        "unread": feed.unread,
        "failing_since": stamp(feed.failing_since),
        "failures": feed.failures,
        "trouble": None if feed.trouble is None else str(feed.trouble),
        "why": None if feed.trouble is None else in_words(feed.trouble),
        "owner_told": feed.owner_told,
    }


def charge_form(charge: CallBack) -> Fields:
    return {
        "id": charge.id,
        "mailbox": charge.mailbox,
        "called": charge.called,
        "at": stamp(charge.at),
        "price_ore": charge.price_ore,
    }


def key_form(key: ApiKey, now: datetime) -> Fields:
    """Without the key: it was shown once."""
    return {
        "id": key.id,
        "name": key.name,
        "begins": f"pv_{key.public_id}",
        "scopes": sorted(key.scopes),
        "state": str(key.state(now)),
        "created_at": stamp(key.created_at),
        "expires_at": stamp(key.expires_at),
        "revoked_at": stamp(key.revoked_at),
        "last_used_at": stamp(key.last_used_at),
        "uses": key.uses,
    }


def visual_form(number: Number, account: VisualAccount | None, *, user: str) -> Fields:
    """Without the password: nobody but the phone needs it."""
    return {
        "number": number,
        "status": "never-asked" if account is None else str(account.status),
        "dialect": None if account is None else str(account.dialect),
        "client": None if account is None else account.client,
        "port": None if account is None else account.port,
        "prefix": None if account is None else account.prefix,
        "user": user,
        "activated_at": None if account is None else stamp(account.activated_at),
        "tutorial_closed": account is not None and account.tutorial_closed,
        "asked": 0 if account is None else account.asked,
        "asked_since": None if account is None else stamp(account.asked_since),
    }


def spool_form(recording: ListedRecording) -> Fields:
    return {
        "name": recording.name,
        "state": str(recording.state),
        "age_seconds": round(recording.age_seconds),
        "bytes": recording.bytes,
        "takes": recording.takes,
    }


def _counts(counts: Counts) -> Fields:
    return {
        "new": counts.new,
        "urgent": counts.urgent,
        "heard": counts.heard,
        "saved": counts.saved,
        "deleted": counts.deleted,
    }


def _closed_until(locks: list[Lock], now: datetime) -> datetime | None:
    times = [lock.closed_until for lock in locks if lock.closed_until is not None and lock.closed_until > now]
    return max(times, default=None)
