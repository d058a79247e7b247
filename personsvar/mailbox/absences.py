"""Absences planned by hand: several ahead, each with its own recording or the built-in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.written_times import parse_begin, parse_end

MOST_PLANNED = 100
"""So many of a subscriber's own may lie ahead."""
_NO_ID = AbsenceId(0)


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """What is given of an absence that is to be."""

    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason | None = None
    takes_messages: bool = True
    alaw: bytes | None = None
    """The recording that callers hear; None: the built-in words."""


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


def plan_absence(services: Services, mailbox: Number, plan: PlannedAbsence, *, by: Actor) -> Absence:
    """Raise MailboxError when it is over, or ends before it begins, or too many lie ahead."""
    now = services.clock.now()
    if plan.ends_at <= plan.starts_at:
        raise MailboxError("an absence ends after it has begun")
    if plan.ends_at <= now:
        raise MailboxError("this absence is over already")
    with services.store.begin() as uow:
        uow.subscribers.need(mailbox, for_change=True)
        if sum(it.calendar is None for it in uow.absences.not_over(mailbox, at=now)) >= MOST_PLANNED:
            raise MailboxError(f"at most {MOST_PLANNED} absences may lie ahead")
        absence = uow.absences.add(_absence(uow, mailbox, plan))
        audit.note(uow, now, by, AuditAction.ABSENCE_PLANNED, mailbox=mailbox)
        uow.commit()
    return absence


def remove_absence(services: Services, mailbox: Number, absence: AbsenceId, *, by: Actor) -> Absence:
    """Raise MailboxError when there is none of that id in the mailbox, or it is a calendar's."""
    with services.store.begin() as uow:
        uow.subscribers.need(mailbox, for_change=True)
        found = uow.absences.get(absence)
        if found is None or found.mailbox != mailbox:
            raise MailboxError(f"there is no absence {absence}")
        if found.calendar is not None:
            raise MailboxError("this absence is a calendar's: remove it there")
        uow.absences.remove(absence)
        audit.note(uow, services.clock.now(), by, AuditAction.ABSENCE_REMOVED, mailbox=mailbox)
        uow.commit()
    return found


def absences_ahead(services: Services, mailbox: Number) -> Sequence[Absence]:
    """Those that are not over, calendars' too, in the order they begin."""
    with services.store.look() as uow:
        return uow.absences.not_over(mailbox, at=services.clock.now())


def _absence(uow: UnitOfWork, mailbox: Number, plan: PlannedAbsence) -> Absence:
    return Absence(
        id=_NO_ID,
        mailbox=mailbox,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        reason=plan.reason,
        takes_messages=plan.takes_messages,
        recording=None if plan.alaw is None else uow.sounds.add(plan.alaw),
    )
