"""Voicemail on, off, and off until a moment: set by the owner's phone, by an operator, or on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from personsvar.mailbox.model.subscriber import Subscriber

_HOUR_DIGITS = 2
_MOST_DIGITS = 4


def is_off(subscriber: Subscriber, moment: datetime) -> bool:
    """Whether voicemail was turned off at that moment, as far as is known now."""
    since, until = subscriber.voicemail_off_since, subscriber.voicemail_off_until
    begun, over = since is None or since <= moment, until is not None and until <= moment
    return not subscriber.voicemail_on and begun and not over


def turned_on(subscriber: Subscriber) -> Subscriber:
    return replace(subscriber, voicemail_on=True, voicemail_off_since=None, voicemail_off_until=None)


def turned_off(subscriber: Subscriber, now: datetime, *, until: datetime | None = None) -> Subscriber:
    """Off from now, or as long as it has been; until that moment, or until somebody turns it on."""
    since = subscriber.voicemail_off_since if is_off(subscriber, now) else now
    return replace(subscriber, voicemail_on=False, voicemail_off_since=since, voicemail_off_until=until)


def clock_of(digits: str) -> time | None:
    """`0830`, `830`, `8`: a time of day as it is typed. None: there is no such time."""
    if not digits.isdecimal() or len(digits) > _MOST_DIGITS:
        return None
    hour, minute = (digits, "0") if len(digits) <= _HOUR_DIGITS else (digits[:-2], digits[-2:])
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None
