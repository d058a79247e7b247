"""A number is taken back: what the spool still holds for its owner goes too, before somebody else has it."""

from __future__ import annotations

from contextlib import suppress

from personsvar.intake.deliver import recorded_for
from personsvar.intake.header import HeaderError, Unsorted, parse_header
from personsvar.intake.spool import Spool, SpooledCall
from personsvar.mailbox.arrival import arrive
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose
from personsvar.mailbox.services import Services


def purge(services: Services, spool: Spool, removed: Subscriber) -> int:
    """Every recording for a removed subscriber, and every half greeting; how many calls' files went.

    What was put aside as broken counts, where its header still tells whose it is.
    """
    gone = 0
    for folder in (spool, Spool(spool.broken)):
        if not folder.folder.is_dir():
            continue
        for entry in folder.entries():
            if _mailbox(services, entry, removed) == removed.number:
                folder.remove(entry)
                gone += 1
    return gone


def _mailbox(services: Services, entry: SpooledCall, removed: Subscriber) -> Number | None:
    """Whose it is; one that the dialplan recorded is sorted as if the subscriber were still there."""
    with suppress(HeaderError, FileNotFoundError):
        header = parse_header(entry.head.read_bytes())
        if isinstance(header, Unsorted):
            return _sorted(services, header, removed)
        if isinstance(header, CallRecord):
            return header.mailbox
        return None if header.purpose is Purpose.CALL_BACK else header.mailbox  # who leaves still owes it
    return None


def _sorted(services: Services, header: Unsorted, removed: Subscriber) -> Number | None:
    with services.store.look() as uow:
        arrival = arrive(
            header.setup,
            services.rules,
            lambda number: removed if number == removed.number else uow.subscribers.get(number),
        )
    return recorded_for(arrival)
