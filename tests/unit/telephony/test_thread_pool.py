"""The threads that take calls and work: kept, woken one at a time, never more than agreed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from threading import Event

import pytest

from personsvar.telephony import thread_pool as crews
from personsvar.telephony.thread_pool import ThreadPool
from tests.real.spool import eventually

SECONDS = 20
"""Nothing takes as long, unless a test fails."""


@pytest.fixture
def pool() -> Iterator[ThreadPool]:
    with ThreadPool(3, name="worker") as pool:
        yield pool


def busy(pool: ThreadPool, count: int, until: Event) -> list[Future[bool]]:
    """So many are at work until then."""
    begun = threading.Barrier(count + 1)

    def work() -> bool:
        begun.wait(SECONDS)
        return until.wait(SECONDS)

    tasks = [pool.submit(work) for _ in range(count)]
    begun.wait(SECONDS)
    return tasks


def alive() -> int:
    return sum(thread.name == "worker" for thread in threading.enumerate())


def test_the_work_gives_its_value_or_its_error(pool: ThreadPool) -> None:
    assert pool.submit(divmod, 7, 2).result(SECONDS) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 7, 0).result(SECONDS)


def test_the_same_threads_do_it_all(pool: ThreadPool) -> None:
    done_by = {pool.submit(threading.current_thread).result(SECONDS) for _ in range(200)}
    assert len(done_by) <= 3
    assert all(thread.is_alive() for thread in done_by)


def test_a_busy_crew_does_what_waits_in_turn(pool: ThreadPool) -> None:
    until, done = Event(), list[int]()
    busy(pool, 3, until)
    later = [pool.submit(done.append, number) for number in range(20)]
    assert alive() == 3
    until.set()
    for task in later:
        task.result(SECONDS)
    assert sorted(done) == list(range(20))


def test_who_is_not_needed_goes_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "SPARE", 1)
    with ThreadPool(3, name="worker") as pool:
        until = Event()
        tasks = busy(pool, 3, until)
        until.set()
        for task in tasks:
            task.result(SECONDS)
        eventually(lambda: alive() == 1, within=SECONDS, what="only one that waits")
        assert pool.submit(divmod, 7, 2).result(SECONDS) == (3, 1)


def test_what_was_given_is_done_before_the_end() -> None:
    done = list[int]()
    pool = ThreadPool(1, name="worker")
    for number in range(20):
        pool.submit(done.append, number)
    pool.shutdown()
    assert done == list(range(20))
    assert alive() == 0
    with pytest.raises(RuntimeError, match="takes no more work"):
        pool.submit(done.append, 21)


def test_a_thread_that_can_not_be_had_is_told_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with ThreadPool(1, name="worker") as pool:
        with monkeypatch.context() as short:
            short.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError, match="can't start"):
                pool.execute(lambda: None)
        assert pool.submit(divmod, 7, 2).result(SECONDS) == (3, 1)
