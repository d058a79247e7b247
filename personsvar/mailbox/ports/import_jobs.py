"""What the domain asks of the store about files of subscribers that programs sent."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.ids import ImportJobId, Sealed
from personsvar.mailbox.model.import_job import ImportJob


class ImportJobs(Protocol):
    def add(self, job: ImportJob, content: Sealed) -> ImportJob:
        """Under a fresh id."""
        ...

    def get(self, job: ImportJobId, *, for_change: bool = False) -> ImportJob | None: ...

    def content(self, job: ImportJobId) -> Sealed | None:
        """None when there is no such job, or it is over."""
        ...

    def put(self, job: ImportJob) -> None:
        """Replace the whole value; of one that is over the content is erased, of one under way it is kept."""
        ...

    def is_any_waiting(self, *, now: datetime) -> bool:
        """Whether `claim` would find one."""
        ...

    def claim(self, *, now: datetime, until: datetime) -> ImportJob | None:
        """The oldest that is under way and in nobody's hands: it is in the caller's until that moment."""
        ...

    def hold(self, job: ImportJobId, *, until: datetime | None) -> None:
        """It is in the caller's hands for longer; None: in nobody's."""
        ...

    def expire(self, *, before: datetime, limit: int) -> int:
        """Erase the content of those made before that, which are EXPIRED now; how many."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove those made before that; how many."""
        ...
