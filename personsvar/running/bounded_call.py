"""Asking what may never answer: a database that hangs must not take those who ask about it along."""

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
    """A question put in a thread of its own, one at a time; who asks meanwhile waits for the same answer."""

    question: Callable[[], T]
    seconds: float
    """How long its answer may take. The question goes on after that, too: who asks next may find its answer,
    and is told at once where there is none yet."""
    fresh_seconds: float = 1.0
    """An answer is told again for so long: asking often costs nothing. Trouble is not."""
    now: Callable[[], float] = time.monotonic
    _answer: Future[T] | None = None
    _put_at: float = 0.0
    _at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> T:
        """Raise TimeoutError when there is no answer in time, else what the question raised."""
        with self._lock:
            if self._answer is None or self._is_old(self._answer):
                self._answer = self._put()
            answer = self._answer
            left = self._put_at + self.seconds - self.now()
        return answer.result(max(left, 0.0))

    def _is_old(self, answer: Future[T]) -> bool:
        if not answer.done():
            return False
        return answer.exception() is not None or self.now() - self._at > self.fresh_seconds

    def _put(self) -> Future[T]:
        answer: Future[T] = Future()
        self._put_at = self.now()
        threading.Thread(target=self._find, args=(answer,), name="asking", daemon=True).start()
        return answer

    def _find(self, answer: Future[T]) -> None:
        try:
            found = self.question()
        except Exception as wrong:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(wrong)
        else:
            self._at = self.now()
            answer.set_result(found)


Loop = Callable[[], asyncio.AbstractEventLoop | None]
"""A loop of another thread; None before it has begun."""


def turning(loop: Loop) -> Callable[[], threading.Event]:
    """For `watchdog.Watchdog`: a loop that has not begun need not turn; one that has ended never will."""

    def ask() -> threading.Event:
        turned, it = threading.Event(), loop()
        if it is None:
            turned.set()
            return turned
        with suppress(RuntimeError):  # it is closed
            it.call_soon_threadsafe(turned.set)
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
