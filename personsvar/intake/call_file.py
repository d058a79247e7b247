"""A call of the call log that waits in the spool, because the database was away when it ended.

It is a header without a recording: `<id>-l.head`, `purpose=call`. Pure: values in, lines out, and back.

    began=, mailbox=, caller=      as of a recording; the last two are left out when there is none
    came-of=elsewhere              what came of it
    seconds=41.5                   how long it went on
    listened=1                     a message was played
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from personsvar.mailbox.model.call_record import OPENED, CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, SpoolId

PURPOSE = "call"
"""Of no recording, so none of `Purpose`."""
SUFFIX = "-l"
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


def file_id(record: CallRecord) -> SpoolId:
    return SpoolId(f"{record.call_id}{SUFFIX}")


def spoolable(record: CallRecord) -> CallRecord:
    """A number typed by who was not let in may be anything: it is written nowhere unseen."""
    return record if record.came_of in OPENED else replace(record, mailbox=None)


def lines_of(record: CallRecord) -> Iterator[tuple[str, str]]:
    """What stands behind the lines that every header begins with."""
    if record.mailbox is not None:
        yield "mailbox", record.mailbox
    if record.caller is not None:
        yield "caller", record.caller
    yield "came-of", record.came_of.value
    yield "seconds", f"{record.seconds:.1f}"
    yield "listened", str(int(record.listened))


def record_of(
    keys: Mapping[str, str],
    spool_id: SpoolId,
    began_at: datetime,
    *,
    mailbox: Number | None,
    caller: Number | None,
) -> CallRecord:
    """Raise ValueError where it does not say what came of it."""
    seconds = keys.get("seconds", "")
    return CallRecord(
        call_id=SpoolId(spool_id.removesuffix(SUFFIX)),
        began_at=began_at,
        caller=caller,
        mailbox=mailbox,
        came_of=CameOf(keys.get("came-of", "")),
        seconds=float(seconds) if _SECONDS.fullmatch(seconds) else 0.0,
        listened=keys.get("listened") == "1",
    )
