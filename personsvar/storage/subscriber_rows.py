"""A subscriber as a row, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from personsvar.mailbox.model.ids import PinHash
from personsvar.mailbox.model.subscriber import (
    ElsewhereLogin,
    Place,
    QuietHours,
    SparePin,
    Subscriber,
    Wishes,
)
from personsvar.mailbox.weekly_hours import parse_hours, written_hours


def subscriber_of(row: Row[Any]) -> Subscriber:
    return Subscriber(
        number=row.number,
        name=row.name,
        email=row.email,
        language=row.language,
        time_zone=row.time_zone,
        pin=row.pin,
        pin_by_operator=row.pin_by_operator,
        previous_pins=tuple(PinHash(old) for old in row.previous_pins),
        spare_pin=_spare_pin(row),
        pin_requests_on=row.pin_requests_on,
        pin_requests=row.pin_requests,
        voicemail_on=row.voicemail_on,
        voicemail_off_since=row.voicemail_off_since,
        voicemail_off_until=row.voicemail_off_until,
        back_since=row.back_since,
        hours=parse_hours(row.hours) if row.hours else (),
        always_ask_pin=row.always_ask_pin,
        oldest_first=row.oldest_first,
        call_back_from_elsewhere=row.call_back_from_elsewhere,
        say_caller=bool(row.say_caller),
        wishes=_wishes(row),
        transcripts_consented_to=row.transcripts_consented_to,
        quiet=None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end),
        welcomed=row.welcomed,
        subscribed_at=row.subscribed_at,
        absence_until=row.absence_until,
        absence_reminder_at=row.absence_reminder_at,
        removals_look_at=row.removals_look_at,
        place=_place(row),
        elsewhere_login=_elsewhere_login(row),
    )


def values_of(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "number": subscriber.number,
        "name": subscriber.name,
        "email": subscriber.email,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "pin": subscriber.pin,
        "pin_by_operator": subscriber.pin_by_operator,
        "previous_pins": list(subscriber.previous_pins),
        "pin_requests_on": subscriber.pin_requests_on,
        "pin_requests": subscriber.pin_requests,
        "voicemail_on": subscriber.voicemail_on,
        "voicemail_off_since": subscriber.voicemail_off_since,
        "voicemail_off_until": subscriber.voicemail_off_until,
        "back_since": subscriber.back_since,
        "hours": written_hours(subscriber.hours) or None,
        "always_ask_pin": subscriber.always_ask_pin,
        "oldest_first": subscriber.oldest_first,
        "call_back_from_elsewhere": subscriber.call_back_from_elsewhere,
        "say_caller": subscriber.say_caller,
        "welcomed": subscriber.welcomed,
        "transcripts_consented_to": subscriber.transcripts_consented_to,
        "subscribed_at": subscriber.subscribed_at,
        "quiet_start": subscriber.quiet.start if subscriber.quiet else None,
        "quiet_end": subscriber.quiet.end if subscriber.quiet else None,
        "absence_until": subscriber.absence_until,
        "absence_reminder_at": subscriber.absence_reminder_at,
        "removals_look_at": subscriber.removals_look_at,
        **_wishes_values(subscriber.wishes),
        **_passing_values(subscriber),
    }


def _wishes_values(wishes: Wishes) -> dict[str, Any]:
    return {
        "wants_sms": wishes.sms,
        "wants_mms": wishes.mms,
        "wants_missed_calls": wishes.missed_calls,
        "wants_email_copy": wishes.email_copy,
        "wants_transcripts": wishes.transcripts,
        "wants_transcript_sms": wishes.transcript_sms,
    }


def _wishes(row: Row[Any]) -> Wishes:
    return Wishes(
        sms=row.wants_sms,
        mms=row.wants_mms,
        missed_calls=row.wants_missed_calls,
        email_copy=row.wants_email_copy,
        transcripts=bool(row.wants_transcripts),
        transcript_sms=bool(row.wants_transcript_sms),
    )


def _passing_values(subscriber: Subscriber) -> dict[str, Any]:
    """What comes and goes: the spare PIN, the place in the listening, the log-in from elsewhere."""
    spare, place, login = subscriber.spare_pin, subscriber.place, subscriber.elsewhere_login
    return {
        "spare_pin": spare.hash if spare else None,
        "spare_pin_valid_until": spare.valid_until if spare else None,
        "place_message": place.message if place else None,
        "place_seconds": place.seconds if place else None,
        "place_left_at": place.left_at if place else None,
        "elsewhere_at": login.at if login else None,
        "elsewhere_caller": login.caller if login else None,
        "elsewhere_told": login.acknowledged if login else None,
    }


def _spare_pin(row: Row[Any]) -> SparePin | None:
    return None if row.spare_pin is None else SparePin(row.spare_pin, row.spare_pin_valid_until)


def _place(row: Row[Any]) -> Place | None:
    if row.place_message is None:
        return None
    return Place(row.place_message, row.place_seconds, row.place_left_at)


def _elsewhere_login(row: Row[Any]) -> ElsewhereLogin | None:
    if row.elsewhere_at is None:
        return None
    return ElsewhereLogin(row.elsewhere_at, row.elsewhere_caller, row.elsewhere_told)
