"""Files of subscribers that programs sent (ports.ImportJobs)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import ImportJobId, Sealed
from personsvar.mailbox.model.import_job import ImportFormat, ImportJob, ImportState, RefusedRow
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import NOON, OpenStore
from tests.fakes.actors import ROOT

JOB = ImportJob(ROOT, ImportFormat.CSV, NOON)
CONTENT = Sealed(b"sealed")
MINUTE = timedelta(minutes=1)


def _added(store: Store, job: ImportJob = JOB) -> ImportJob:
    with store.begin() as work:
        added = work.import_jobs.add(job, CONTENT)
        work.commit()
    return added


def _put(store: Store, job: ImportJob) -> None:
    with store.begin() as work:
        work.import_jobs.put(job)
        work.commit()


def test_a_job_is_read_as_it_was_written(store: OpenStore) -> None:
    added = _added(store)
    known = replace(
        added,
        state=ImportState.CHECKED,
        rows=5,
        added=2,
        changed=1,
        refused=2,
        errors=(RefusedRow(3, "email", "this is no e-mail address"), RefusedRow(4, "", "ødelagt")),
        why="no",
        finished_at=NOON + MINUTE,
    )
    _put(store, known)
    with store.look() as work:
        assert work.import_jobs.get(added.id) == known
        assert work.import_jobs.content(added.id) == CONTENT
        assert work.import_jobs.get(ImportJobId(999)) is None
        assert work.import_jobs.content(ImportJobId(999)) is None


@pytest.mark.parametrize("state", ImportState)
def test_the_content_goes_when_it_is_over(store: OpenStore, state: ImportState) -> None:
    added = _added(store)
    _put(store, replace(added, state=state))
    is_over = state in (ImportState.APPLIED, ImportState.FAILED, ImportState.EXPIRED)
    with store.look() as work:
        assert work.import_jobs.content(added.id) == (None if is_over else CONTENT)


def test_the_oldest_under_way_is_one_worker_s_until_he_lets_go_or_his_time_is_over(store: OpenStore) -> None:
    first, second = _added(store), _added(store)
    _put(store, replace(_added(store), state=ImportState.CHECKED))

    def claimed(minutes: int) -> ImportJob | None:
        with store.begin() as work:
            now = NOON + minutes * MINUTE
            waiting = work.import_jobs.is_any_waiting(now=now)
            found = work.import_jobs.claim(now=now, until=now + 5 * MINUTE)
            work.commit()
        assert waiting == (found is not None)
        return found

    assert [claimed(0), claimed(1), claimed(2)] == [first, second, None]
    with store.begin() as work:
        work.import_jobs.hold(second.id, until=None)
        work.commit()
    assert [claimed(3), claimed(4), claimed(6)] == [second, None, first]


def test_what_nobody_applied_loses_its_content_and_old_ones_go(store: OpenStore) -> None:
    old = _added(store)
    _put(store, replace(old, state=ImportState.CHECKED))
    young = _added(store, replace(JOB, created_at=NOON + 2 * MINUTE))
    with store.begin() as work:
        gone = [work.import_jobs.expire(before=NOON + MINUTE, limit=5) for _ in range(2)]
        assert gone == [1, 0]
        expired = work.import_jobs.get(old.id)
        assert expired is not None
        assert (expired.state, work.import_jobs.content(old.id)) == (ImportState.EXPIRED, None)
        assert work.import_jobs.content(young.id) == CONTENT
        assert work.import_jobs.purge(before=NOON + MINUTE, limit=5) == 1
        assert work.import_jobs.get(young.id) == young
        work.commit()
