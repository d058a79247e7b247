"""The reminder that an absence greeting is still on, each week (a setting) since it was turned on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from personsvar.mailbox.local_time import at_local, is_daytime, local_day, morning_of
from personsvar.mailbox.model import Facts, NoticeKind, Number, Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

_NOON = time(12)


def first_reminder(subscriber: Subscriber, until: date, rules: Rules, now: datetime) -> datetime | None:
    """When the owner is reminded of a greeting turned on now; None: it is over by then, or never."""
    return _after(subscriber, until, rules, local_day(subscriber, now))


def due_for_absence(services: Services) -> Callable[[UnitOfWork, Number | None], Sequence[Subscriber]]:
    now = services.clock.now()
    return lambda uow, after: uow.subscribers.to_remind_of_absence(now=now, after=after)


def remind_of_absence(services: Services, number: Number) -> bool:
    """Whether the owner is told now; not at night, then it stays due."""
    now = services.clock.now()
    with services.store.begin() as uow:
        it = uow.subscribers.get(number, for_change=True)
        if it is None or it.absence_reminder_at is None or it.absence_reminder_at > now:
            return False
        if not is_daytime(it, now):
            return False
        told = _tell(NoticeWriter(uow, services.rules, now), it)
        uow.subscribers.put(replace(it, absence_reminder_at=_next(it, services.rules, now)))
        uow.commit()
    return told


def _tell(writer: NoticeWriter, it: Subscriber) -> bool:
    """Only while callers hear the greeting: not after its last day, nor while voicemail is off."""
    today = local_day(it, writer.now)
    if not writer.rules.absence_reminder_days or not it.voicemail_on:
        return False
    if it.absence_until is None or it.absence_until < today:
        return False
    last_day = at_local(it, it.absence_until, _NOON)
    cause = f"absence-on:{it.number}:{today}"
    return writer.post(it, NoticeKind.ABSENCE_ON, Facts(at=last_day), cause=cause)


def _next(it: Subscriber, rules: Rules, now: datetime) -> datetime | None:
    """A week after the day it was due, or more weeks if that is over."""
    if it.absence_until is None or it.absence_reminder_at is None:
        return None
    day, today = local_day(it, it.absence_reminder_at), local_day(it, now)
    step = max(1, rules.absence_reminder_days)
    return _after(
        it, it.absence_until, rules, day + (today - day) // timedelta(days=step) * timedelta(days=step)
    )


def _after(it: Subscriber, until: date, rules: Rules, day: date) -> datetime | None:
    following = day + timedelta(days=rules.absence_reminder_days)
    return morning_of(it, following) if day < following <= until else None
