"""A row of the call log: one call into the service, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import CallRecordId, Number, SpoolId
from personsvar.mailbox.model.notice import MissedReason

_NO_ID = CallRecordId(0)


class CameOf(StrEnum):
    """What came of a call."""

    MESSAGE = "message"
    MISSED = "missed"
    """It left no message; a `MissedReason` says why."""
    OWNER = "owner"
    """The owner was in the mailbox, from the own phone."""
    ELSEWHERE = "elsewhere"
    """Somebody was in the mailbox who logged in with number and PIN."""
    REFUSED = "refused"
    """A PIN was typed and opened nothing: a wrong one, or the way in was closed."""
    NO_LOG_IN = "no-log-in"
    """A log-in was asked for, and the call ended before a PIN was typed."""
    NOT_SERVED = "not-served"
    """Diverted from a number that is no subscriber of ours."""
    UNAVAILABLE = "unavailable"
    """The mailbox could not be opened: the database was away, or we failed."""


OPENED = frozenset({CameOf.OWNER, CameOf.ELSEWHERE})
"""Somebody was in the mailbox."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    call_id: SpoolId
    """The switch's unique id: it may come again, at another time."""
    began_at: datetime
    caller: Number | None
    """None: withheld or unknown."""
    mailbox: Number | None
    """None: nobody's that we serve, or nobody said whose."""
    came_of: CameOf
    seconds: float
    """How long it went on until it was certain what came of it: a goodbye behind that is left out."""
    reason: MissedReason | None = None
    listened: bool = False
    """A message was played to whoever was in the mailbox."""
    id: CallRecordId = _NO_ID
