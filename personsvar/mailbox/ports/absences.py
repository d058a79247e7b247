"""What the domain asks of absences: planned ones, those of calendars, and those that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number


class Absences(Protocol):
    """When subscribers are away: their own absences, and those that come from calendars."""

    def add(self, absence: Absence) -> Absence:
        """Store it under a fresh id (the one given is ignored) and return it; ids are never used again.

        Raise UnknownSubscriberError when nobody has the number.
        """
        ...

    def get(self, absence: AbsenceId) -> Absence | None: ...

    def put(self, absence: Absence) -> None:
        """Replace the whole value under its id; nothing is done when there is none.

        A recording that it had, and that nothing else is heard by, goes.
        """
        ...

    def not_over(self, mailbox: Number, *, at: datetime) -> Sequence[Absence]:
        """Those that end after that moment, begun or not, in the order they begin."""
        ...

    def replace(
        self, mailbox: Number, calendar: CalendarId, absences: Sequence[Absence], *, now: datetime
    ) -> int:
        """From now on that calendar says these, and no others; how many rows came and went.

        What it says as it did before keeps its id. Those that are over by now stay: a call that waits in
        the spool may be judged by them. Raise UnknownSubscriberError when nobody has the number.
        """
        ...

    def remove(self, absence: AbsenceId) -> None:
        """For good, with its recording."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove those that ended before that; how many, no more than `limit`."""
        ...
