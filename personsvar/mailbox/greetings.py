"""Which greeting a caller hears (docs/call-flow.md, 2), and keeping new ones (docs/call-flow.md, 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from personsvar.mailbox.absence_reminder import first_reminder
from personsvar.mailbox.local_time import local_day
from personsvar.mailbox.model.availability import Availability
from personsvar.mailbox.model.greeting import Greeting, GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import NewSound, Sound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import is_domestic
from personsvar.mailbox.ports.repositories import Greetings
from personsvar.mailbox.services import Services


@dataclass(frozen=True, slots=True)
class OwnGreeting:
    """A recording of the subscriber's own: absence, international or personal."""

    kind: GreetingKind
    sound: Sound


@dataclass(frozen=True, slots=True)
class BuiltInAbroad:
    """The built-in English one, for a caller from another country."""

    signature: Sound | None


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """The built-in greeting: with the voice signature, or else with the number read out."""

    signature: Sound | None


GreetingHeard = OwnGreeting | BuiltInAbroad | BuiltIn


def greeting_for(
    greetings: Greetings, subscriber: Subscriber, caller: Number | None, availability: Availability
) -> GreetingHeard:
    """The first that applies: of the absence, international, personal, built-in.

    Who is away, or takes no messages, and has recorded nothing for that, is told of by the built-in one.
    """
    if availability.recording is not None:
        return OwnGreeting(GreetingKind.ABSENCE, availability.recording)
    if availability.is_away or not availability.takes_messages:
        return built_in_for(greetings, subscriber, caller)
    if not is_domestic(caller, subscriber.number):
        international = greetings.current(subscriber.number, GreetingKind.INTERNATIONAL)
        if international is not None:
            return OwnGreeting(GreetingKind.INTERNATIONAL, international.sound)
        return BuiltInAbroad(_signature(greetings, subscriber))
    personal = greetings.current(subscriber.number, GreetingKind.PERSONAL)
    if personal is not None:
        return OwnGreeting(GreetingKind.PERSONAL, personal.sound)
    return BuiltIn(_signature(greetings, subscriber))


def built_in_for(greetings: Greetings, subscriber: Subscriber, caller: Number | None) -> GreetingHeard:
    """Whose mailbox it is, for a caller who can leave no message: no recording that asks for one."""
    signature = _signature(greetings, subscriber)
    return BuiltIn(signature) if is_domestic(caller, subscriber.number) else BuiltInAbroad(signature)


def is_absent(subscriber: Subscriber, now: datetime) -> bool:
    return subscriber.absence_until is not None and local_day(subscriber, now) <= subscriber.absence_until


def _signature(greetings: Greetings, subscriber: Subscriber) -> Sound | None:
    signature = greetings.current(subscriber.number, GreetingKind.SIGNATURE)
    return None if signature is None else signature.sound


def current(services: Services, mailbox: Number, kind: GreetingKind) -> Greeting | None:
    """The greeting of this kind in use, or None."""
    with services.store.look() as uow:
        return uow.greetings.current(mailbox, kind)


def keep(services: Services, mailbox: Number, kind: GreetingKind, alaw: bytes) -> Greeting:
    """Put a new recording in use; the one before stays as a version.

    Raise UnknownSubscriberError when the subscriber is no more.
    """
    with services.store.begin(bringing=NewSound(alaw, mailbox)) as uow:
        uow.subscribers.need(
            mailbox, for_change=True
        )  # held as the greeting will hold it, before the sound does
        greeting = uow.greetings.add(mailbox, kind, uow.sounds.add(alaw, of=mailbox), services.clock.now())
        uow.commit()
    return greeting


def retire(services: Services, mailbox: Number, kind: GreetingKind) -> None:
    """Back to the built-in one; the recording stays as a version."""
    with services.store.begin() as uow:
        uow.greetings.retire(mailbox, kind)
        subscriber = uow.subscribers.get(mailbox, for_change=True)
        if subscriber is not None and kind is GreetingKind.ABSENCE:
            uow.subscribers.put(replace(subscriber, absence_until=None, absence_reminder_at=None))
        uow.commit()


def keep_absence(services: Services, mailbox: Number, alaw: bytes | None, until: date) -> None:
    """Put the absence greeting in use through `until`; None: the one there is gets another last day.

    Raise UnknownSubscriberError when the subscriber is no more.
    """
    brought = None if alaw is None else NewSound(alaw, mailbox)
    with services.store.begin(bringing=brought) as uow:
        subscriber = uow.subscribers.need(mailbox, for_change=True)
        now = services.clock.now()
        if alaw is not None:
            uow.greetings.add(mailbox, GreetingKind.ABSENCE, uow.sounds.add(alaw, of=mailbox), now)
        reminder_at = first_reminder(subscriber, until, services.rules, now)
        uow.subscribers.put(replace(subscriber, absence_until=until, absence_reminder_at=reminder_at))
        uow.commit()


_FOUR_DIGITS = 4


def next_day(ddmm: str, today: date) -> date | None:
    """The next such date from `today` on, inclusive: `2412` is Christmas Eve. None: there is no such date.

    29 February is the next one there is, at most eight years away (1896-1904, 2096-2104).
    """
    if len(ddmm) != _FOUR_DIGITS or not ddmm.isdecimal():
        return None
    day, month = int(ddmm[:2]), int(ddmm[2:])
    for year in range(today.year, today.year + 9):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate >= today:
            return candidate
    return None
