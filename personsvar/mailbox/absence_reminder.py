"""The reminder that an absence greeting is still on, each week (a setting) since it was turned on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from personsvar.mailbox.local_time import at_local, is_daytime, local_day, morning_of
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.voicemail_switch import is_off

_NOON = time(12)


def first_reminder(subscriber: Subscriber, until: date, rules: Rules, now: datetime) -> datetime | None:
    """When the owner is reminded of a greeting turned on now; None: it is over by then, or never."""
    return _after(subscriber, until, rules, local_day(subscriber, now))


def remind_of_absence(services: Services, number: Number) -> bool:
    """Whether the owner is reminded now; at night the reminder stays due."""
    now = services.clock.now()
    with services.store.begin() as uow:
        subscriber = uow.subscribers.get(number, for_change=True)
        at = None if subscriber is None else subscriber.absence_reminder_at
        if subscriber is None or at is None or at > now or not is_daytime(subscriber, now):
            return False
        reminded = _remind(NoticeWriter(uow, services.rules, now), subscriber)
        next_at = _next(subscriber, services.rules, now)
        uow.subscribers.put(replace(subscriber, absence_reminder_at=next_at))
        uow.commit()
    return reminded


def _remind(writer: NoticeWriter, subscriber: Subscriber) -> bool:
    """Only while callers hear the greeting: not after its last day, nor while voicemail is off."""
    today = local_day(subscriber, writer.now)
    if not writer.rules.absence_reminder_days or is_off(subscriber, writer.now):
        return False
    if subscriber.absence_until is None or subscriber.absence_until < today:
        return False
    last_day = at_local(subscriber, subscriber.absence_until, _NOON)
    cause = f"absence-on:{subscriber.number}:{today}"
    return writer.post(subscriber, NoticeKind.ABSENCE_ON, Facts(at=last_day), cause=cause)


def _next(subscriber: Subscriber, rules: Rules, now: datetime) -> datetime | None:
    """A week after the day it was due, or more weeks if that is over."""
    if subscriber.absence_until is None or subscriber.absence_reminder_at is None:
        return None
    day, today = local_day(subscriber, subscriber.absence_reminder_at), local_day(subscriber, now)
    step = timedelta(days=max(1, rules.absence_reminder_days))
    return _after(subscriber, subscriber.absence_until, rules, day + (today - day) // step * step)


def _after(subscriber: Subscriber, until: date, rules: Rules, day: date) -> datetime | None:
    following = day + timedelta(days=rules.absence_reminder_days)
    return morning_of(subscriber, following) if day < following <= until else None
