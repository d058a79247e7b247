"""Which call it was: an id of the switch's, and what makes sure that it is the same call."""

from __future__ import annotations

from datetime import datetime

from personsvar.mailbox.model import Number, SpoolId

_LONGEST_WRITTEN = 16
"""The plus sign and the fifteen digits of E.164: a longer number of a caller stands in no header."""


def call_key(spool_id: SpoolId, mailbox: Number, began_at: datetime) -> str:
    """What causes the notices of a call: its id may come again, with another mailbox or at another time."""
    return f"{spool_id}:{mailbox}:{began_at:%Y%m%dT%H%M%S.%f}"


def written(caller: Number | None) -> Number | None:
    """A caller as a header in the spool has it."""
    return None if caller is None or len(caller) > _LONGEST_WRITTEN else caller


def another_id(spool_id: SpoolId, number: int) -> SpoolId:
    """For the second, third… call of one id."""
    return spool_id if number == 1 else SpoolId(f"{spool_id}~{number}")
