"""Absences planned by hand: several ahead, each with its own recording or the built-in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, GreetingId, Number
from personsvar.mailbox.model.message import NewSound, Sound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.seen_versions import must_be_as_seen, version_of_shown
from personsvar.mailbox.services import Services
from personsvar.mailbox.written_times import parse_begin, parse_end

MOST_PLANNED = 100
"""So many of a subscriber's own may lie ahead."""
_NO_ID = AbsenceId(0)


class PlanFault(StrEnum):
    """What is wrong with what somebody plans."""

    BACKWARDS = "backwards"
    OVER = "over"
    TOO_MANY = "too-many"
    NO_GREETING = "no-greeting"
    NOT_THERE = "not-there"
    CALENDARS = "calendars"


class PlanRefusedError(MailboxError):
    """It can't be planned so, and nothing is changed."""

    def __init__(self, fault: PlanFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """What is given of an absence that is to be. Callers hear the built-in words, unless one of these is."""

    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason | None = None
    takes_messages: bool = True
    alaw: bytes | None = None
    """A new recording."""
    greeting: GreetingId | None = None
    """The recording of an absence greeting: a version of it, in use or not."""
    keeps_recording: bool = False
    """Of one that is changed: what callers hear stays."""


def planned(
    subscriber: Subscriber,
    now: datetime,
    *,
    begin: str | None,
    end: str,
    reason: AbsenceReason | None = None,
    takes_messages: bool = True,
    alaw: bytes | None = None,
) -> PlannedAbsence:
    """From what an operator wrote; without a begin it has begun. Raise MailboxError for what is no time."""
    starts_at = now if begin is None else parse_begin(subscriber, begin, now)
    ends_at = parse_end(subscriber, end, now)
    return PlannedAbsence(starts_at, ends_at, reason, takes_messages, alaw)


def absence_version(absence: Absence) -> str:
    """The same for the same absence: who changes one may say which version he saw."""
    return version_of_shown(absence)


def plan_absence(services: Services, mailbox: Number, plan: PlannedAbsence, *, by: Actor) -> Absence:
    """Raise MailboxError when it is over, or ends before it begins, or too many lie ahead."""
    now = services.clock.now()
    _check_times(plan, now)
    with services.store.begin(bringing=_new_sound(plan, mailbox)) as uow:
        uow.subscribers.need(mailbox, for_change=True)
        if sum(it.calendar is None for it in uow.absences.not_over(mailbox, at=now)) >= MOST_PLANNED:
            raise PlanRefusedError(PlanFault.TOO_MANY, f"at most {MOST_PLANNED} absences may lie ahead")
        absence = uow.absences.add(_absence(uow, mailbox, plan, None))
        audit.note(uow, now, by, AuditAction.ABSENCE_PLANNED, mailbox=mailbox)
        uow.commit()
    return absence


def change_absence(
    services: Services,
    mailbox: Number,
    which: AbsenceId,
    plan: PlannedAbsence,
    *,
    by: Actor,
    as_seen: str | None = None,
) -> Absence:
    """It is as planned from now on, under its id. Raise MailboxError when it can't be, or is none of these.

    `as_seen` is the version that is to be changed: raise StaleError when it is another by now.
    """
    now = services.clock.now()
    _check_times(plan, now)
    with services.store.begin(bringing=_new_sound(plan, mailbox)) as uow:
        uow.subscribers.need(mailbox, for_change=True)
        found = _own(uow, mailbox, which)
        if found.ends_at <= now:
            raise PlanRefusedError(PlanFault.OVER, "this absence is over already")
        must_be_as_seen(absence_version(found), as_seen)
        changed = replace(_absence(uow, mailbox, plan, found.recording), id=found.id)
        if changed != found:
            uow.absences.put(changed)
            audit.note(uow, now, by, AuditAction.ABSENCE_CHANGED, mailbox=mailbox)
        uow.commit()
    return changed


def remove_absence(
    services: Services, mailbox: Number, absence: AbsenceId, *, by: Actor, as_seen: str | None = None
) -> Absence:
    """Raise MailboxError when there is none of that id in the mailbox, or it is a calendar's."""
    with services.store.begin() as uow:
        uow.subscribers.need(mailbox, for_change=True)
        found = _own(uow, mailbox, absence)
        must_be_as_seen(absence_version(found), as_seen)
        uow.absences.remove(absence)
        audit.note(uow, services.clock.now(), by, AuditAction.ABSENCE_REMOVED, mailbox=mailbox)
        uow.commit()
    return found


def absences_ahead(services: Services, mailbox: Number) -> Sequence[Absence]:
    """Those that are not over, calendars' too, in the order they begin."""
    with services.store.look() as uow:
        return uow.absences.not_over(mailbox, at=services.clock.now())


def absence_ahead(services: Services, mailbox: Number, which: AbsenceId) -> Absence | None:
    """One of those."""
    return next((it for it in absences_ahead(services, mailbox) if it.id == which), None)


def _check_times(plan: PlannedAbsence, now: datetime) -> None:
    if plan.ends_at <= plan.starts_at:
        raise PlanRefusedError(PlanFault.BACKWARDS, "an absence ends after it has begun")
    if plan.ends_at <= now:
        raise PlanRefusedError(PlanFault.OVER, "this absence is over already")


def _own(uow: UnitOfWork, mailbox: Number, which: AbsenceId) -> Absence:
    found = uow.absences.get(which)
    if found is None or found.mailbox != mailbox:
        raise PlanRefusedError(PlanFault.NOT_THERE, f"there is no absence {which}")
    if found.calendar is not None:
        raise PlanRefusedError(PlanFault.CALENDARS, "this absence is a calendar's: change it there")
    return found


def _absence(uow: UnitOfWork, mailbox: Number, plan: PlannedAbsence, before: Sound | None) -> Absence:
    return Absence(
        id=_NO_ID,
        mailbox=mailbox,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        reason=plan.reason,
        takes_messages=plan.takes_messages,
        recording=before if plan.keeps_recording else _recording(uow, mailbox, plan),
    )


def _new_sound(plan: PlannedAbsence, mailbox: Number) -> NewSound | None:
    return None if plan.alaw is None or plan.keeps_recording else NewSound(plan.alaw, mailbox)


def _recording(uow: UnitOfWork, mailbox: Number, plan: PlannedAbsence) -> Sound | None:
    if plan.alaw is not None:
        return uow.sounds.add(plan.alaw, of=mailbox)
    if plan.greeting is None:
        return None
    versions = uow.greetings.listed(mailbox, (GreetingKind.ABSENCE,))
    chosen = next((it.greeting for it in versions if it.greeting.id == plan.greeting), None)
    if chosen is None:
        raise PlanRefusedError(PlanFault.NO_GREETING, f"there is no absence greeting {plan.greeting}")
    return chosen.sound
