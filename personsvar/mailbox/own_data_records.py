"""Each thing that is kept of a subscriber as a record: its fields by name, as JSON has them.

Times are ISO 8601 in UTC, numbers of phones E.164, and what is not there is null. docs/my-profile.md lists
them, held by a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from personsvar.mailbox.model.audit import AuditEntry
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import Greeting, GreetingVersion
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.lock import Lock
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.transcription.as_json import Plain, transcript_json
from personsvar.mailbox.transcription.said import DOUBT, marked, may_be_wrong
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import written_hours
from personsvar.mailbox.written_times import in_json

Record = Mapping[str, Plain | Sequence[Mapping[str, Plain]]]
"""It leaves the program as JSON: a value of its own for each would say its names a second time."""


def profile_record(owner: Subscriber, roles: AbstractSet[Role], now: datetime) -> Record:
    elsewhere = owner.elsewhere_login
    return {
        "number": owner.number,
        "name": owner.name,
        "email": owner.email,
        "subscribed_at": _at(owner.subscribed_at),
        "language": owner.language,
        "time_zone": owner.time_zone,
        "has_pin": owner.pin is not None,
        "pin_by_operator": owner.pin_by_operator,
        "voicemail_on": not is_off(owner, now),
        "voicemail_off_until": _at(owner.voicemail_off_until),
        "hours": written_hours(owner.hours) or None,
        "always_ask_pin": owner.always_ask_pin,
        "oldest_first": owner.oldest_first,
        "call_back_from_elsewhere": owner.call_back_from_elsewhere,
        "say_caller": owner.say_caller,
        "sms": owner.wishes.sms,
        "mms": owner.wishes.mms,
        "missed_calls": owner.wishes.missed_calls,
        "email_copy": owner.wishes.email_copy,
        "transcripts": owner.wishes.transcripts,
        "transcript_sms": owner.wishes.transcript_sms,
        "transcripts_consented_to": owner.transcripts_consented_to,
        "quiet": None if owner.quiet is None else str(owner.quiet),
        "welcomed": owner.welcomed,
        "absence_until": None if owner.absence_until is None else owner.absence_until.isoformat(),
        "listening_stopped_in": None if owner.place is None else owner.place.message,
        "elsewhere_at": None if elsewhere is None else _at(elsewhere.at),
        "elsewhere_caller": None if elsewhere is None else elsewhere.caller,
        "roles": ", ".join(sorted(roles)) or None,
    }


def message_record(message: Message, names: Mapping[Number, str]) -> Record:
    return {
        "id": message.id,
        "received_at": _at(message.received_at),
        "caller": message.caller,
        "caller_name": None if message.caller is None else names.get(message.caller),
        "seconds": _seconds(message.sound.seconds),
        "urgent": message.urgent,
        "state": str(message.state),
        "changed_at": _at(message.changed_at),
        "downloaded_at": _at(message.marks.downloaded_at),
        "file": message_file(message),
    }


def transcript_record(made: MessageTranscript) -> Record:
    return {"message": made.message, **transcript_json(made)}


def transcript_shown(made: MessageTranscript) -> Record:
    """The same fields; the words are marked as in the message's own text."""
    doubt = DOUBT if may_be_wrong(made) else ""
    heard = made.transcript
    return {**transcript_record(made), "text": " ".join(marked(heard)), "model": f"{heard.model}{doubt}"}


def greeting_record(version: GreetingVersion) -> Record:
    greeting = version.greeting
    return {
        "id": greeting.id,
        "kind": str(greeting.kind),
        "recorded_at": _at(greeting.recorded_at),
        "seconds": _seconds(greeting.sound.seconds),
        "in_use": version.in_use,
        "file": greeting_file(greeting),
    }


def absence_record(absence: Absence) -> Record:
    return {
        "id": absence.id,
        "starts_at": _at(absence.starts_at),
        "ends_at": _at(absence.ends_at),
        "reason": None if absence.reason is None else str(absence.reason),
        "takes_messages": absence.takes_messages,
        "calendar": absence.calendar,
        "file": None if absence.recording is None else absence_file(absence),
    }


def calendar_record(feed: CalendarFeed) -> Record:
    return {
        "id": feed.id,
        "host": feed.host,
        "word": feed.word,
        "created_at": _at(feed.created_at),
        "fetched_at": _at(feed.fetched_at),
        "appointments": feed.spells,
        "trouble": None if feed.trouble is None else str(feed.trouble),
    }


def name_record(name: CallerName) -> Record:
    return {"number": name.number, "name": name.name}


def notice_record(notice: Notice) -> Record:
    return {
        "id": notice.id,
        "created_at": _at(notice.created_at),
        "kind": str(notice.kind),
        "channel": str(notice.channel),
        "address": notice.address,
        "caller": notice.facts.caller,
        "message": notice.facts.message,
        "status": str(notice.status),
        "finished_at": _at(notice.finished_at),
    }


def call_record(call: CallRecord) -> Record:
    return {
        "began_at": _at(call.began_at),
        "caller": call.caller,
        "came_of": str(call.came_of),
        "reason": None if call.reason is None else str(call.reason),
        "seconds": _seconds(call.seconds),
        "listened": call.listened,
    }


def charge_record(call_back: CallBack) -> Record:
    return {"at": _at(call_back.at), "called": call_back.called, "price_ore": call_back.price_ore}


def visual_record(account: VisualAccount) -> Record:
    return {
        "dialect": str(account.dialect),
        "status": str(account.status),
        "client": account.client,
        "activated_at": _at(account.activated_at),
    }


def session_record(session: WebSession) -> Record:
    return {
        "device": session.device,
        "role": str(session.role),
        "began_at": _at(session.began_at),
        "seen_at": _at(session.seen_at),
    }


def lock_record(lock: Lock) -> Record:
    return {
        "way": str(lock.scope),
        "wrong_pins": lock.failures,
        "closed_until": _at(lock.closed_until),
        "changed_at": _at(lock.changed_at),
    }


def change_record(entry: AuditEntry) -> Record:
    return {
        "at": _at(entry.at),
        "by": str(entry.actor.kind),
        "action": str(entry.action),
        "detail": entry.detail,
    }


def message_file(message: Message) -> str:
    """They sort by time."""
    return f"messages/{message.received_at.astimezone(UTC):%Y-%m-%d-%H%M%S}-{message.id}.wav"


def transcript_file(message: Message) -> str:
    """Beside its recording."""
    return message_file(message).removesuffix(".wav") + ".txt"


def greeting_file(greeting: Greeting) -> str:
    return f"greetings/{greeting.kind}-{greeting.id}.wav"


def absence_file(absence: Absence) -> str:
    return f"absences/{absence.id}.wav"


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else in_json(moment)


def _seconds(seconds: float) -> float:
    return round(seconds, 1)
