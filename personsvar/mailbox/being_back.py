"""Back before the time: whatever tells callers now that the subscriber is away is over.

An absence of the subscriber's own ends, the absence greeting is out of use. What a calendar says comes again
with each fetch, so of that it is written down since when it counts no more: what had begun by then. The next
appointment counts again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.greetings import is_absent
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services


def be_back(services: Services, mailbox: Number, *, by: Actor) -> None:
    """It holds from the next call on. Raise UnknownSubscriberError when the subscriber is no more."""
    now = services.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.need(mailbox, for_change=True)
        for absence in uow.absences.not_over(mailbox, at=now):
            if absence.calendar is None and absence.covers(now):
                _end(uow, absence, now)
        if is_absent(owner, now):
            uow.greetings.retire(mailbox, GreetingKind.ABSENCE)
            owner = replace(owner, absence_until=None, absence_reminder_at=None)
        uow.subscribers.put(replace(owner, back_since=now))
        audit.note(uow, now, by, AuditAction.ABSENCE_ENDED, mailbox=mailbox)
        uow.commit()


def _end(uow: UnitOfWork, absence: Absence, now: datetime) -> None:
    """It stays for calls that came while it was on, and wait in the spool."""
    if absence.starts_at < now:
        uow.absences.put(replace(absence, ends_at=now))
    else:
        uow.absences.remove(absence.id)
