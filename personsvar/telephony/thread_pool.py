"""Threads that stay for the next piece of work, and are woken one at a time.

A thread started anew costs more than much of what it does in a call. The library's own executor keeps its
threads, but wakes two of them for each piece of work: the lock of its queue goes through the hands of all who
wait. Here each waits at a lock of its own, and who worked last is woken first: the caches still know it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Work = Callable[[], object]
SPARE = 16
"""So many threads wait for more work; any other that has none ends."""


class ThreadPool(Executor):
    """At most `most` threads; work given to a pool that is all busy waits for its turn."""

    def __init__(self, most: int, *, name: str, stack_bytes: int = 0) -> None:
        self._most = most
        self._name = name
        self._stack_bytes = stack_bytes
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._waiting: deque[Work] = deque()
        self._is_closed = False
        self._mutex = Lock()

    def execute(self, work: Work) -> None:
        """A thread does this work, which sees to its own errors. Raise RuntimeError when none can be had."""
        with self._mutex:
            if self._is_closed:
                raise RuntimeError(f"the pool {self._name!r} takes no more work")
            if self._idle:
                self._idle.pop().begin(work)
            elif len(self._workers) < self._most:
                self._start_worker(work)
            else:
                self._waiting.append(work)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        task: Future[T] = Future()
        self.execute(partial(_do, task, partial(fn, *args, **kwargs)))
        return task

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - the library's signature
        """Finish what was given, and cancel nothing."""
        with self._mutex:
            self._is_closed = True
            while self._idle:
                self._idle.pop().begin(None)
            left = tuple(self._workers)
        for worker in left if wait else ():
            worker.thread.join()

    def next_for(self, worker: _Worker) -> Work | None:
        """Wait for more work; None: the thread is to end."""
        with self._mutex:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_closed or len(self._idle) >= SPARE:
                return None
            self._idle.append(worker)
        return worker.wait()

    def gone(self, worker: _Worker) -> None:
        with self._mutex:
            self._workers.discard(worker)

    def _start_worker(self, work: Work) -> None:
        worker = _Worker(self, self._name, work)
        before = threading.stack_size(self._stack_bytes)  # one for the whole process: put back
        try:
            worker.thread.start()
        finally:
            threading.stack_size(before)
        self._workers.add(worker)


class _Worker:
    """One thread, and the lock it waits at."""

    def __init__(self, pool: ThreadPool, name: str, work: Work) -> None:
        self._pool = pool
        self._work: Work | None = work
        self._wake = Lock()
        self._wake.acquire()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def begin(self, work: Work | None) -> None:
        """Wake the thread with this work; it waits, and nobody else wakes it."""
        self._work = work
        self._wake.release()

    def wait(self) -> Work | None:
        self._wake.acquire()
        work, self._work = self._work, None
        return work

    def _run(self) -> None:
        work, self._work = self._work, None
        try:
            while work is not None:
                work()
                work = self._pool.next_for(self)
        finally:
            self._pool.gone(self)


def _do(task: Future[T], work: Callable[[], T]) -> None:
    try:
        value = work()
    except BaseException as wrong:  # noqa: BLE001 - whoever asks for the value gets it
        task.set_exception(wrong)
    else:
        task.set_result(value)
