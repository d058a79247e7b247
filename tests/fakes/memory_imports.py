"""Files of subscribers that programs sent, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from personsvar.mailbox.model.ids import ImportJobId, Sealed
from personsvar.mailbox.model.import_job import UNDER_WAY, ImportJob, ImportState
from tests.fakes.memory_tables import Ids, ImportRow, Tables


@dataclass
class MemoryImportJobs:
    tables: Tables
    next_ids: Ids

    def add(self, job: ImportJob, content: Sealed) -> ImportJob:
        added = replace(job, id=ImportJobId(self.next_ids.fresh()))
        self.tables.import_jobs[added.id] = ImportRow(added, content)
        return added

    def get(self, job: ImportJobId, *, for_change: bool = False) -> ImportJob | None:  # noqa: ARG002 - one writer at a time: every row is held
        row = self.tables.import_jobs.get(job)
        return None if row is None else row.job

    def content(self, job: ImportJobId) -> Sealed | None:
        row = self.tables.import_jobs.get(job)
        return None if row is None else row.content

    def put(self, job: ImportJob) -> None:
        row = self.tables.import_jobs[job.id]
        is_over = job.state not in (*UNDER_WAY, ImportState.CHECKED)
        self.tables.import_jobs[job.id] = replace(row, job=job, content=None if is_over else row.content)

    def is_any_waiting(self, *, now: datetime) -> bool:
        return any(self._waiting(now))

    def claim(self, *, now: datetime, until: datetime) -> ImportJob | None:
        job = next(self._waiting(now), None)
        if job is not None:
            self.hold(job.id, until=until)
        return job

    def hold(self, job: ImportJobId, *, until: datetime | None) -> None:
        self.tables.import_jobs[job] = replace(self.tables.import_jobs[job], held_until=until)

    def expire(self, *, before: datetime, limit: int) -> int:
        old = [it for it in self.tables.import_jobs.values() if it.content and it.job.created_at < before]
        for row in old[:limit]:
            expired = replace(row.job, state=ImportState.EXPIRED)
            self.tables.import_jobs[row.job.id] = replace(row, job=expired, content=None)
        return len(old[:limit])

    def purge(self, *, before: datetime, limit: int) -> int:
        old = [id_ for id_, row in self.tables.import_jobs.items() if row.job.created_at < before][:limit]
        for id_ in old:
            del self.tables.import_jobs[id_]
        return len(old)

    def _waiting(self, now: datetime) -> Iterator[ImportJob]:
        for _, row in sorted(self.tables.import_jobs.items()):
            if row.job.state in UNDER_WAY and (row.held_until is None or row.held_until < now):
                yield row.job
