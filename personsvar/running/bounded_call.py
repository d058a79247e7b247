"""Calls that may never return: a database that hangs must not take those who ask about it along."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class BoundedCall(Generic[T]):
    """The work runs in a thread of its own, once at a time; who calls meanwhile waits for the same answer."""

    work: Callable[[], T]
    seconds: float
    """A caller waits no longer. The work goes on after that, too: the next caller may find its answer, and
    gets a TimeoutError at once where there is none yet."""
    fresh_seconds: float = 1.0
    """For so long an answer is given again, so that calling often costs nothing; an error never is."""
    now: Callable[[], float] = time.monotonic
    _answer: Future[T] | None = None
    _begun_at: float = 0.0
    _answered_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> T:
        """Raise TimeoutError when there is no answer in time, else what the work raised."""
        with self._lock:
            if self._answer is None or self._is_old(self._answer):
                self._answer = self._begin()
            answer = self._answer
            left = self._begun_at + self.seconds - self.now()
        return answer.result(max(left, 0.0))

    def _is_old(self, answer: Future[T]) -> bool:
        if not answer.done():
            return False
        return answer.exception() is not None or self.now() - self._answered_at > self.fresh_seconds

    def _begin(self) -> Future[T]:
        answer: Future[T] = Future()
        self._begun_at = self.now()
        threading.Thread(target=self._run, args=(answer,), name="asking", daemon=True).start()
        return answer

    def _run(self, answer: Future[T]) -> None:
        try:
            found = self.work()
        except Exception as wrong:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(wrong)
        else:
            self._answered_at = self.now()
            answer.set_result(found)


Loop = Callable[[], asyncio.AbstractEventLoop | None]
"""A loop of another thread; None before it has begun."""


def turning(loop: Loop) -> Callable[[], threading.Event]:
    """For `watchdog.Watchdog`: a loop that has not begun need not turn; one that has ended never will."""

    def ask() -> threading.Event:
        turned, running = threading.Event(), loop()
        if running is None:
            turned.set()
            return turned
        with suppress(RuntimeError):  # it is closed
            running.call_soon_threadsafe(turned.set)
        return turned

    return ask


def loop_answers(loop: asyncio.AbstractEventLoop | None, *, seconds: float) -> bool:
    """Whether an event loop of another thread does what it is asked within that time."""
    if loop is None:
        return False
    done = threading.Event()
    try:
        loop.call_soon_threadsafe(done.set)
    except RuntimeError:  # it is closed
        return False
    return done.wait(seconds)
