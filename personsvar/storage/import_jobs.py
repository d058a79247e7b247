"""Files of subscribers that programs sent, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, update

from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.ids import ImportJobId, Sealed
from personsvar.mailbox.model.import_job import UNDER_WAY, ImportFormat, ImportJob, ImportState, RefusedRow
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import import_jobs as jobs

_KEEPS_CONTENT = (*UNDER_WAY, ImportState.CHECKED)
_SAID = [column for column in jobs.c if column.name not in ("content", "held_until")]


class SqlImportJobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: ImportJob, content: Sealed) -> ImportJob:
        given = fresh_id(self._connection, jobs, {**_values_of(job), "content": content})
        return replace(job, id=ImportJobId(given))

    def get(self, job: ImportJobId, *, for_change: bool = False) -> ImportJob | None:
        found = select(*_SAID).where(jobs.c.id == job)
        row = self._connection.execute(found.with_for_update() if for_change else found).one_or_none()
        return None if row is None else _job_of(row)

    def content(self, job: ImportJobId) -> Sealed | None:
        found = self._connection.execute(select(jobs.c.content).where(jobs.c.id == job)).scalar_one_or_none()
        return None if found is None else Sealed(bytes(found))

    def put(self, job: ImportJob) -> None:
        values = _values_of(job)
        if job.state not in _KEEPS_CONTENT:
            values["content"] = None
        self._connection.execute(update(jobs).where(jobs.c.id == job.id).values(values))

    def is_any_waiting(self, *, now: datetime) -> bool:
        found = select(jobs.c.id).where(_is_waiting(now)).limit(1)
        return self._connection.execute(found).one_or_none() is not None

    def claim(self, *, now: datetime, until: datetime) -> ImportJob | None:
        oldest = select(*_SAID).where(_is_waiting(now)).order_by(jobs.c.id).limit(1)
        row = self._connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        self.hold(row.id, until=until)
        return _job_of(row)

    def hold(self, job: ImportJobId, *, until: datetime | None) -> None:
        self._connection.execute(update(jobs).where(jobs.c.id == job).values(held_until=until))

    def expire(self, *, before: datetime, limit: int) -> int:
        old = select(jobs.c.id).where(jobs.c.content.is_not(None), jobs.c.created_at < before)
        some = old.order_by(jobs.c.id).limit(limit).with_for_update(skip_locked=True)
        values = {"content": None, "state": ImportState.EXPIRED}
        return self._connection.execute(update(jobs).where(jobs.c.id.in_(some)).values(values)).rowcount

    def purge(self, *, before: datetime, limit: int) -> int:
        some = select(jobs.c.id).where(jobs.c.created_at < before).limit(limit)
        return self._connection.execute(
            delete(jobs).where(jobs.c.id.in_(some.with_for_update(skip_locked=True)))
        ).rowcount


def _is_waiting(now: datetime) -> ColumnElement[bool]:
    in_nobodys_hands = or_(jobs.c.held_until.is_(None), jobs.c.held_until < now)
    return and_(jobs.c.state.in_(UNDER_WAY), in_nobodys_hands)


def _values_of(job: ImportJob) -> dict[str, Any]:
    return {
        "actor_kind": job.by.kind,
        "actor_name": job.by.name,
        "format": job.format,
        "state": job.state,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "rows": job.rows,
        "added": job.added,
        "changed": job.changed,
        "refused": job.refused,
        "errors": [[error.line, error.column, error.why] for error in job.errors],
        "why": job.why,
    }


def _job_of(row: Row[Any]) -> ImportJob:
    return ImportJob(
        by=Actor(ActorKind(row.actor_kind), row.actor_name),
        format=ImportFormat(row.format),
        created_at=row.created_at,
        state=ImportState(row.state),
        rows=row.rows,
        added=row.added,
        changed=row.changed,
        refused=row.refused,
        errors=tuple(RefusedRow(line, column, why) for line, column, why in row.errors),
        why=row.why,
        finished_at=row.finished_at,
        id=ImportJobId(row.id),
    )
