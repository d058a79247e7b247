"""Who opened a mailbox, or tried to, as its owner is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox import call_log
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.call_log import CallsWanted
from personsvar.mailbox.services import Services

TOLD = (CameOf.OWNER, CameOf.ELSEWHERE, CameOf.REFUSED)
MOST = 10


def openings(services: Services, owner: Number) -> Sequence[CallRecord]:
    """The last ones, the newest first."""
    found = [
        record
        for came_of in TOLD
        for record in call_log.calls(services, CallsWanted(owner, came_of=came_of), limit=MOST)
    ]
    return sorted(found, key=lambda record: (record.began_at, record.id), reverse=True)[:MOST]
