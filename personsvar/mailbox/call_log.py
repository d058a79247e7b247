"""The call log: every call into the service, when, from where, to whose mailbox, and what came of it.

A call that leaves something, a message or a missed call, is written down with it, in the same transaction.
Any other is written down when it is over. So each has one row, also when it waited in the spool.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.takes import Kept, SpoolHeader
from personsvar.mailbox.services import Services

_OUTCOMES: dict[Kept, CameOf] = {Kept.STORED: CameOf.MESSAGE, Kept.NOT_SERVED: CameOf.NOT_SERVED}


def note_deposit(
    uow: UnitOfWork, header: SpoolHeader, kept: Kept, *, missed: MissedReason | None, ended_at: datetime
) -> None:
    """A caller's call, in the transaction of what it left; `missed`: why it left no message."""
    came_of = _OUTCOMES.get(kept, CameOf.MISSED)
    uow.call_log.add(
        CallRecord(
            call_id=header.spool_id,
            began_at=header.began_at,
            caller=header.caller,
            mailbox=None if came_of is CameOf.NOT_SERVED else header.mailbox,
            came_of=came_of,
            seconds=lasted(header.began_at, ended_at),
            reason=missed,
        )
    )


def write_down(services: Services, record: CallRecord) -> None:
    """A call that left nothing. Raise StoreUnavailableError when it could not be."""
    with services.store.begin() as uow:
        uow.call_log.add(replace(record, mailbox=_served(uow, record.mailbox)))
        uow.commit()


def lasted(began_at: datetime, ended_at: datetime) -> float:
    """In seconds; a clock may have been put back meanwhile."""
    return max(0.0, (ended_at - began_at).total_seconds())


def calls(
    services: Services, only: CallsWanted, *, behind: CallPlace | None = None, limit: int
) -> Sequence[CallRecord]:
    """A page of the log, newest first."""
    with services.store.look(may_be_late=True) as uow:
        return uow.call_log.list(only, behind=behind, limit=limit)


def all_calls(services: Services, only: CallsWanted, *, most: int) -> Iterator[CallRecord]:
    """So many, newest first; a page a transaction."""
    return page_by_page(
        services,
        lambda uow, last, limit: uow.call_log.list(only, behind=last, limit=limit),
        lambda it: CallPlace(it.began_at, it.id),
        most=most,
        may_be_late=True,
    )


def _served(uow: UnitOfWork, mailbox: Number | None) -> Number | None:
    """What was typed and is nobody's number is written down nowhere."""
    return mailbox if mailbox is not None and uow.subscribers.get(mailbox) is not None else None
