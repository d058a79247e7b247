"""Files of subscribers that programs send: looked through line by line first, then, if told so, taken in.

Whoever sends one sees what would come of it, and what will not do, before anything is changed. PINs may
stand in it: so it is kept sealed, until it was taken in or a day is over. The work is done beside the
requests. What a process did not end another goes on with, at most `AT_ONCE` rows again from where it was: a
row that is taken in twice changes nothing the second time.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError, NotReadyError, SealBrokenError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import ImportJobId, Number
from personsvar.mailbox.model.import_job import ImportFormat, ImportJob, ImportState, RefusedRow
from personsvar.mailbox.services import Services
from personsvar.mailbox.subscriber_file import GivenRow, check_row, csv_rows, take_row
from personsvar.mailbox.subscriber_lines import json_rows

KEPT = timedelta(hours=24)
"""How long it may be applied."""
REMEMBERED = timedelta(days=30)
"""How long can be looked up what came of it."""
AT_ONCE = 50
"""Rows between two moments in which it is written down how far it is."""
MOST_ERRORS = 1000
SEALED = (
    "what was sent can't be opened: it was sealed with another PERSONSVAR_SECRET_KEY than the notifier "
    "has now; send it again"
)
_HELD = timedelta(minutes=5)
"""So many rows take no longer, though each with a PIN takes a tenth of a second and more."""


def begin_import(services: Services, text: str, format_: ImportFormat, *, by: Actor) -> ImportJob:
    sealed, now = services.vault.seal(text), services.clock.now()
    with services.store.begin() as uow:
        job = uow.import_jobs.add(ImportJob(by, format_, now), sealed)
        uow.commit()
    return job


def find_import(services: Services, job: ImportJobId) -> ImportJob | None:
    with services.store.look() as uow:
        return uow.import_jobs.get(job)


def apply_import(services: Services, which: ImportJobId, *, by: Actor) -> ImportJob | None:
    """It is taken in from now on; None: there is none. Raise NotReadyError when it is not CHECKED."""
    now = services.clock.now()
    with services.store.begin() as uow:
        job = uow.import_jobs.get(which, for_change=True)
        if job is None:
            return None
        if job.state is not ImportState.CHECKED:
            raise NotReadyError(f"import {which} is {job.state}: what is checked can be applied, once")
        job = replace(_counted_anew(job), by=by, state=ImportState.APPLYING)
        uow.import_jobs.put(job)
        audit.note(uow, now, by, AuditAction.IMPORT_APPLIED, detail=f"import {which}")
        uow.commit()
    return job


def work_on_imports(services: Services) -> int:
    """One job is checked, or taken in, to its end; how many that were."""
    now = services.clock.now()
    with services.store.look() as uow:
        if not uow.import_jobs.is_any_waiting(now=now):
            return 0
    with services.store.begin() as uow:
        job = uow.import_jobs.claim(now=now, until=now + _HELD)
        content = None if job is None else uow.import_jobs.content(job.id)
        uow.commit()
    if job is None or content is None:
        return 0
    try:
        text = services.vault.open(content)
    except SealBrokenError:  # nor would it be opened the next time
        _end(services, replace(job, state=ImportState.FAILED, why=SEALED))
    else:
        _work(services, job, text)
    return 1


def _work(services: Services, job: ImportJob, text: str) -> None:
    is_applied = job.state is ImportState.APPLYING
    # what was taken in is behind us; to check begins anew, since rows depend on those before them
    job, done = (job, job.rows) if is_applied else (_counted_anew(job), 0)
    seen: set[Number] = set()
    try:
        for place, row in enumerate(_rows(job, text)):
            if place < done:
                continue
            came_of = take_row(services, row, by=job.by) if is_applied else check_row(services, row, seen)
            job = _counted(job, came_of)
            if job.rows % AT_ONCE == 0:
                _write_down(services, job)
        ended = ImportState.APPLIED if is_applied else ImportState.CHECKED
        job = replace(job, state=ended)
    except MailboxError as wrong:
        job = replace(job, state=ImportState.FAILED, why=str(wrong))
    _end(services, job)


def _end(services: Services, job: ImportJob) -> None:
    _write_down(services, replace(job, finished_at=services.clock.now()), is_over=True)


def _rows(job: ImportJob, text: str) -> Iterator[GivenRow]:
    lines = io.StringIO(text, newline="")
    return csv_rows(lines) if job.format is ImportFormat.CSV else json_rows(lines)


def _write_down(services: Services, job: ImportJob, *, is_over: bool = False) -> None:
    with services.store.begin() as uow:
        uow.import_jobs.put(job)
        uow.import_jobs.hold(job.id, until=None if is_over else services.clock.now() + _HELD)
        uow.commit()


def _counted(job: ImportJob, came_of: bool | RefusedRow) -> ImportJob:
    job = replace(job, rows=job.rows + 1)
    if isinstance(came_of, RefusedRow):
        return replace(job, refused=job.refused + 1, errors=(*job.errors, came_of)[:MOST_ERRORS])
    return replace(job, added=job.added + came_of, changed=job.changed + (not came_of))


def _counted_anew(job: ImportJob) -> ImportJob:
    return replace(job, rows=0, added=0, changed=0, refused=0, errors=(), finished_at=None)
