"""How it stands with a subscriber, as the own page tells it: on, off, off until; and what callers hear.

One touch turns voicemail off, until it is turned on again or until one of a few moments people mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from personsvar.dialogue.greeting_heard import LEAVE_A_MESSAGE, NO_MESSAGE, TAKES_NONE
from personsvar.http.pages.message_shown import moment
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.page_texts import said
from personsvar.language.prompts import Catalogue, PromptId
from personsvar.language.standing import away, closed
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import local_day, local_wall
from personsvar.mailbox.model.availability import AVAILABLE, Availability
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
    MOMENT = "moment"
    """One that is given."""


ONE_TOUCH = tuple(until for until in OffUntil if until is not OffUntil.MOMENT)


class TwoEndsError(MailboxError):
    """Off until one moment by the choice, and until another by the day and time filled in."""


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


def turned(form: PageForm, owner: Subscriber, now: datetime) -> Details | None:
    """What the form asks for; None for what no form of ours does. Raise TwoEndsError.

    A day or a time that is filled in is meant, also where the choice still stands as the page had it.
    """
    on, until = form.get("on"), form.get("until")
    if on == "yes":
        return Details(switches=Switches(voicemail_on=True))
    if on != "no" or until not in {*OffUntil, None}:
        return None
    given = "T".join(it for it in (form.get("off_day"), form.get("off_at")) if it)
    if until == OffUntil.MOMENT or (given and until in (None, OffUntil.ON_AGAIN)):
        return Details(off_until=given)
    if given:
        raise TwoEndsError
    if until in (None, OffUntil.ON_AGAIN):
        return Details(switches=Switches(voicemail_on=False))
    return Details(off_until=_end(OffUntil(until), owner, now))


def _end(until: OffUntil, owner: Subscriber, now: datetime) -> str:
    """By the subscriber's own clock."""
    if until is OffUntil.HOUR:
        return (now + timedelta(hours=1)).isoformat(timespec="minutes")
    today = local_day(owner, now)
    days = 1 if until is OffUntil.TOMORROW else _WEEK - today.weekday()
    return f"{today + timedelta(days=days)}T{MORNING}"


def heard_now(found: Availability, owner: Subscriber, now: datetime, prompts: Catalogue | None) -> str:
    """What callers hear of it, in the voice's words where these are known; empty: a greeting, and no more."""
    language = owner.language
    if found.recording is not None:
        recording = said(language, "away.recording")
        return recording if found.takes_messages else f"{recording} {said(language, 'away.no_messages')}"
    if found == AVAILABLE:
        return ""
    if prompts is None:
        return _heard(found, owner, now) or said(language, "voicemail.off_means")
    spoken = " ".join(prompts.text(part, language) for part in _spoken(found, owner, now))
    return said(language, "away.spoken", words=f"… {spoken}" if found.is_away else spoken)


def _spoken(found: Availability, owner: Subscriber, now: datetime) -> Sequence[PromptId]:
    """Behind the name, as `dialogue.greeting_heard` has it."""
    local, language = local_wall(owner, now), owner.language
    if found.is_away:
        return (*away(found, local, language), LEAVE_A_MESSAGE if found.takes_messages else NO_MESSAGE)
    return (TAKES_NONE,) if found.back_at is None else closed(found, local, language)


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
