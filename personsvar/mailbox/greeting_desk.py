"""Greetings as programs and pages handle them: every version with its sound, put in use and taken out of it.

What is uploaded is held to the rules of the phone: somebody speaks in it, it is no longer than a greeting may
be, and it holds no key tones, which could dial for a caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from personsvar.mailbox import audit
from personsvar.mailbox.absence_reminder import first_reminder
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import local_day
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.greeting import Greeting, GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import GreetingId, Number
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.greetings import make_room

FURTHEST_DAYS = 8 * 366
"""An absence lasts no longer: on the phone 29 February is eight years away at most."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What somebody uploaded, made into what callers would hear."""

    alaw: bytes = field(repr=False)
    holds_speech: bool
    holds_keys: bool
    is_too_long: bool


def refuse_unless_fit(recording: NewRecording, rules: Rules) -> None:
    """Raise MailboxError, with why callers don't get to hear it."""
    if recording.is_too_long:
        raise MailboxError(f"it is longer than {rules.max_greeting_seconds:g} s")
    if recording.holds_keys:
        raise MailboxError("it holds tones of a keypad, which could dial for a caller")
    if not recording.alaw or not recording.holds_speech:
        raise MailboxError("nothing is said in it")


def versions(services: Services, mailbox: Number) -> Sequence[GreetingVersion]:
    """All of a mailbox, the oldest first."""
    with services.store.look() as uow:
        return uow.greetings.listed(mailbox, tuple(GreetingKind))


def version(services: Services, mailbox: Number, which: GreetingId) -> GreetingVersion | None:
    return next((it for it in versions(services, mailbox) if it.greeting.id == which), None)


def put(
    services: Services,
    mailbox: Number,
    kind: GreetingKind,
    recording: NewRecording,
    *,
    use: bool,
    until: date | None,
    by: Actor,
) -> GreetingVersion:
    """Keep it as a version; `use`: callers hear it from now, an absence greeting through the day `until`.

    Raise MailboxError when the rules say no.
    """
    refuse_unless_fit(recording, services.rules)
    now = services.clock.now()
    with services.store.begin(bringing=NewSound(recording.alaw, mailbox)) as uow:
        owner = uow.subscribers.need(mailbox, for_change=True)
        if use:
            _be_absent(uow, services, owner, kind, until)
        sound = uow.sounds.add(recording.alaw, of=mailbox)
        greeting = uow.greetings.add(mailbox, kind, sound, now, in_use=use)
        make_room(uow.greetings, mailbox, kind, newest=greeting.id)
        audit.note(uow, now, by, AuditAction.GREETING_ADDED, mailbox=mailbox, detail=_named(greeting))
        uow.commit()
    return GreetingVersion(greeting, use)


def choose(
    services: Services, mailbox: Number, which: GreetingId, *, until: date | None, by: Actor
) -> GreetingVersion | None:
    """Callers hear that version from now, an earlier one too; None: it is gone."""
    now = services.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.need(mailbox, for_change=True)
        found = _version(uow, mailbox, which)
        if found is None:
            return None
        _be_absent(uow, services, owner, found.greeting.kind, until)
        if not found.in_use:
            uow.greetings.use(found.greeting)
            detail = _named(found.greeting)
            audit.note(uow, now, by, AuditAction.GREETING_CHOSEN, mailbox=mailbox, detail=detail)
        uow.commit()
    return replace(found, in_use=True)


def back_to_built_in(services: Services, mailbox: Number, kind: GreetingKind, *, by: Actor) -> None:
    """No recording of that kind is heard any more; the versions stay."""
    with services.store.begin() as uow:
        owner = uow.subscribers.need(mailbox, for_change=True)
        if uow.greetings.current(mailbox, kind) is not None:
            uow.greetings.retire(mailbox, kind)
            detail, now = f"{kind}: built-in", services.clock.now()
            audit.note(uow, now, by, AuditAction.GREETING_CHOSEN, mailbox=mailbox, detail=detail)
        _end_absence(uow, owner, kind)
        uow.commit()


def remove(services: Services, mailbox: Number, which: GreetingId, *, by: Actor) -> bool:
    """For good; if callers heard it, they hear the built-in one. False: it is gone already."""
    with services.store.begin() as uow:
        owner = uow.subscribers.need(mailbox, for_change=True)
        found = _version(uow, mailbox, which)
        if found is None:
            return False
        uow.greetings.remove(found.greeting)
        if found.in_use:
            _end_absence(uow, owner, found.greeting.kind)
        now, detail = services.clock.now(), _named(found.greeting)
        audit.note(uow, now, by, AuditAction.GREETING_REMOVED, mailbox=mailbox, detail=detail)
        uow.commit()
    return True


def _version(uow: UnitOfWork, mailbox: Number, which: GreetingId) -> GreetingVersion | None:
    listed = uow.greetings.listed(mailbox, tuple(GreetingKind))
    return next((it for it in listed if it.greeting.id == which), None)


def _be_absent(
    uow: UnitOfWork, services: Services, owner: Subscriber, kind: GreetingKind, until: date | None
) -> None:
    """An absence greeting is heard through a last day: the one given, or the one there is."""
    if kind is not GreetingKind.ABSENCE:
        if until is not None:
            raise MailboxError("only an absence greeting has a last day")
        return
    now = services.clock.now()
    today = local_day(owner, now)
    last = until or owner.absence_until
    if last is None or last < today:
        raise MailboxError("an absence greeting needs its last day, from today on")
    if last > today + timedelta(days=FURTHEST_DAYS):
        raise MailboxError("that last day is more than eight years away")
    reminder_at = first_reminder(owner, last, services.rules, now)
    uow.subscribers.put(replace(owner, absence_until=last, absence_reminder_at=reminder_at))


def _end_absence(uow: UnitOfWork, owner: Subscriber, kind: GreetingKind) -> None:
    if kind is GreetingKind.ABSENCE and owner.absence_until is not None:
        uow.subscribers.put(replace(owner, absence_until=None, absence_reminder_at=None))


def _named(greeting: Greeting) -> str:
    return f"{greeting.kind}: version {greeting.id}"
