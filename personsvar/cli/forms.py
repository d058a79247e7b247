"""What `--json` prints: the fields of each thing. docs/json.md lists them, held by a test."""

from __future__ import annotations

from datetime import datetime

from personsvar.cli.printing import Fields, stamp
from personsvar.intake import ListedRecording
from personsvar.mailbox.model import (
    CallBack,
    Counts,
    GreetingKind,
    Lock,
    LockScope,
    Message,
    Number,
    Subscriber,
    VisualAccount,
)
from personsvar.mailbox.ports.store import UnitOfWork


def subscriber_form(it: Subscriber) -> Fields:
    return {
        "number": it.number,
        "name": it.name,
        "email": it.email,
        "language": it.language,
        "time_zone": it.time_zone,
        "has_pin": it.pin is not None,
        "pin_by_operator": it.pin_by_operator,
        "voicemail_on": it.voicemail_on,
        "always_ask_pin": it.always_ask_pin,
        "oldest_first": it.oldest_first,
        "call_back_from_elsewhere": it.call_back_from_elsewhere,
        "say_caller": it.say_caller,
        "sms": it.wishes.sms,
        "mms": it.wishes.mms,
        "missed_calls": it.wishes.missed_calls,
        "email_copy": it.wishes.email_copy,
        "quiet": None if it.quiet is None else str(it.quiet),
        "welcomed": it.welcomed,
        "absence_until": None if it.absence_until is None else it.absence_until.isoformat(),
    }


def mailbox_form(uow: UnitOfWork, it: Subscriber, now: datetime) -> Fields:
    """A subscriber with what is in the mailbox."""
    counts = uow.messages.counts(it.number)
    kinds = [kind for kind in GreetingKind if uow.greetings.current(it.number, kind) is not None]
    locks = [uow.locks.get(scope, it.number) for scope in (LockScope.MAILBOX, LockScope.OWN_PHONE)]
    return {
        **subscriber_form(it),
        **_counts(counts),
        "greetings": [str(kind) for kind in kinds],
        "locked_until": stamp(_closed_until(locks, now)),
    }


def message_form(it: Message) -> Fields:
    return {
        "id": it.id,
        "mailbox": it.mailbox,
        "caller": it.caller,
        "received_at": stamp(it.received_at),
        "seconds": round(it.sound.seconds, 1),
        "urgent": it.urgent,
        "state": str(it.state),
        "changed_at": stamp(it.changed_at),
        "spool_id": it.spool_id,
    }


def charge_form(it: CallBack) -> Fields:
    return {
        "id": it.id,
        "mailbox": it.mailbox,
        "called": it.called,
        "at": stamp(it.at),
        "price_ore": it.price_ore,
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


def spool_form(it: ListedRecording) -> Fields:
    return {
        "name": it.name,
        "state": str(it.state),
        "age_seconds": round(it.age_seconds),
        "bytes": it.bytes,
        "takes": it.takes,
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
