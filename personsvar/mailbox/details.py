"""What an operator gives of a subscriber, checked: every refusal says why."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from personsvar.mailbox.email_address import check_email
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.availability import WeeklyHours
from personsvar.mailbox.model.subscriber import Language, QuietHours, Subscriber
from personsvar.mailbox.name_letters import check_name
from personsvar.mailbox.voicemail_switch import turned_off, turned_on
from personsvar.mailbox.weekly_hours import parse_hours
from personsvar.mailbox.written_times import parse_end


@dataclass(frozen=True, slots=True)
class Switches:
    """What is on or off; None leaves it as it is."""

    voicemail_on: bool | None = None
    always_ask_pin: bool | None = None
    oldest_first: bool | None = None
    call_back_from_elsewhere: bool | None = None
    say_caller: bool | None = None
    sms: bool | None = None
    mms: bool | None = None
    missed_calls: bool | None = None
    email_copy: bool | None = None
    transcripts: bool | None = None
    transcript_sms: bool | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What an operator gives; None leaves it as it is, an empty e-mail address or empty hours remove them."""

    name: str | None = None
    email: str | None = None
    language: str | None = None
    time_zone: str | None = None
    pin: str | None = None
    switches: Switches = field(default_factory=Switches)
    quiet: str | None = None
    """Hours like `22:00-07:00`."""
    hours: str | None = None
    """When callers may leave messages, like `mon-fri 08:00-16:00`."""
    off_until: str | None = None
    """Turns voicemail off until then, like `2026-12-24T08:00`."""
    transcripts_consented_to: str | None = None
    """Where recordings may go to be written down; it has to be the place of now: `transcription.consent`."""


def detailed(subscriber: Subscriber, details: Details, now: datetime) -> Subscriber:
    """What was given, but for the PIN, checked and put in place."""
    return _turned(_described(subscriber, details), details, now)


def _described(subscriber: Subscriber, details: Details) -> Subscriber:
    return replace(
        _switched(subscriber, details.switches),
        name=subscriber.name if details.name is None else check_name(details.name),
        email=subscriber.email if details.email is None else _email_or_none(details.email),
        language=subscriber.language if details.language is None else check_language(details.language),
        time_zone=subscriber.time_zone if details.time_zone is None else check_time_zone(details.time_zone),
        quiet=subscriber.quiet if details.quiet is None else _quiet_or_none(details.quiet),
        hours=subscriber.hours if details.hours is None else _hours_or_none(details.hours),
    )


def _turned(subscriber: Subscriber, details: Details, now: datetime) -> Subscriber:
    """Voicemail on, off, or off until a moment."""
    on = details.switches.voicemail_on
    if details.off_until is not None:
        if on:
            raise MailboxError("voicemail is turned on, or off until a moment: not both")
        return turned_off(subscriber, now, until=_to_come(subscriber, details.off_until, now))
    if on is None:
        return subscriber
    return turned_on(subscriber) if on else turned_off(subscriber, now)


def _switched(subscriber: Subscriber, switches: Switches) -> Subscriber:
    given = {
        one.name: value for one in fields(switches) if (value := getattr(switches, one.name)) is not None
    }
    given.pop("voicemail_on", None)  # it has a begin, and may have an end
    wishes = {name: given.pop(name) for name in tuple(given) if hasattr(subscriber.wishes, name)}
    return replace(subscriber, **given, wishes=replace(subscriber.wishes, **wishes))


def check_language(language: str) -> Language:
    if language == "nb":
        return "nb"
    if language == "en":
        return "en"
    raise MailboxError("this is no language of ours: nb or en")


def check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise MailboxError("this is no time zone (like Europe/Oslo)") from wrong
    return name


def _email_or_none(email: str) -> str | None:
    return check_email(email) if email else None


def _to_come(subscriber: Subscriber, written: str, now: datetime) -> datetime:
    until = parse_end(subscriber, written, now)
    if until <= now:
        raise MailboxError("voicemail can be off until a time to come, and this one is over")
    return until


def _hours_or_none(hours: str) -> WeeklyHours:
    return parse_hours(hours) if hours else ()


def _quiet_or_none(hours: str) -> QuietHours | None:
    return parse_quiet(hours) if hours else None
