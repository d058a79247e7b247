"""How it stands with a subscriber, as the own page tells it: on, off, off until; and what callers hear.

One touch turns voicemail off, until it is turned on again or until one of a few moments people mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from personsvar.http.pages.message_shown import moment
from personsvar.http.pages.page_texts import said
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.model.availability import Availability
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.voicemail_switch import is_off

MORNING = "08:00"
_WEEK = 7


class OffUntil(StrEnum):
    """Until when it is turned off; in words, an option on the page."""

    ON_AGAIN = "on-again"
    HOUR = "hour"
    TOMORROW = "tomorrow"
    MONDAY = "monday"


@dataclass(frozen=True, slots=True)
class ShownAvailability:
    is_on: bool
    title: str
    means: str


def shown_availability(found: Availability, owner: Subscriber, now: datetime) -> ShownAvailability:
    language, is_on = owner.language, not is_off(owner, now)
    if is_on:
        means = _heard(found, owner, now) or said(language, "voicemail.on_means")
        return ShownAvailability(is_on, said(language, "voicemail.on"), means)
    means = said(language, "voicemail.off_means")
    if owner.voicemail_off_until is None:
        return ShownAvailability(is_on, said(language, "voicemail.off"), means)
    until = moment(owner.voicemail_off_until, owner, now)
    return ShownAvailability(is_on, said(language, "voicemail.off_until", until=until), means)


def turned(on: str | None, until: str | None, owner: Subscriber, now: datetime) -> Details | None:
    """What the form asks for; None for what no form of ours does."""
    if on == "yes":
        return Details(switches=Switches(voicemail_on=True))
    if on != "no" or until not in {*OffUntil, None}:
        return None
    if until in (None, OffUntil.ON_AGAIN):
        return Details(switches=Switches(voicemail_on=False))
    return Details(off_until=_end(OffUntil(until), owner, now))


def _end(until: OffUntil, owner: Subscriber, now: datetime) -> str:
    """By the subscriber's own clock."""
    if until is OffUntil.HOUR:
        return (now + timedelta(hours=1)).isoformat(timespec="minutes")
    today = now.astimezone(ZoneInfo(owner.time_zone)).date()
    days = 1 if until is OffUntil.TOMORROW else _WEEK - today.weekday()
    return f"{today + timedelta(days=days)}T{MORNING}"


def _heard(found: Availability, owner: Subscriber, now: datetime) -> str:
    """What callers are told of an absence, or of hours that are closed; empty where there is nothing."""
    language, words = owner.language, []
    if found.is_away:
        reason = said(language, f"away.{found.reason or 'none'}")
        back = (
            ""
            if found.back_at is None
            else said(language, "away.until", until=moment(found.back_at, owner, now))
        )
        words.append(said(language, "away.heard", reason=reason, until=back))
    if not found.takes_messages:
        words.append(said(language, "away.no_messages"))
    return " ".join(words)
