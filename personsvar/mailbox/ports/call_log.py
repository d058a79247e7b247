"""The call log, as the domain asks it of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import CallRecordId, Number


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Which calls; what is None does not matter."""

    mailbox: Number | None = None
    caller: Number | None = None
    came_of: CameOf | None = None
    since: datetime | None = None
    """Begun then or later."""
    until: datetime | None = None
    """Begun before then."""


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where in the log, newest first, a page ended: a call that begins behind it is on no later one."""

    began_at: datetime
    id: CallRecordId


class CallLog(Protocol):
    def add(self, record: CallRecord) -> None:
        """Write a call down, once: one is known by its id and its beginning.

        What is written stays, but for a call that became a message behind it (its recording was longer, or
        the number it was for was added).
        """
        ...

    def list(
        self, only: CallsWanted, *, behind: CallPlace | None = None, limit: int = 100
    ) -> Sequence[CallRecord]:
        """Newest first, those behind that place."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove those begun before that; how many."""
        ...
