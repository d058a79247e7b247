"""What work costs, held so that a busy machine makes no test fail: against other work of the same moment.

Seconds of CPU are no measure: beside other work the same lines take several times as many. So work on much is
held against work on an eighth of it, each the least of several tries: what grows with its input takes eight
times as long, what grows with its square sixty-four times.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

STEP = 8
AT_MOST = 3 * STEP
AT_ONCE = 0.02
"""Who needs no more seconds for all of it is not slow, however it grows."""
TRIES, MOST_TRIES = 3, 10
GIVEN_UP_AFTER = 60
"""Seconds of CPU for all of it: what takes minutes at its size is not waited for."""


class TooSlowError(AssertionError):
    """More is told by its words."""


def grows_no_faster_than_its_input(work: Callable[[T], object], make: Callable[[int], T], size: int) -> None:
    """`make` makes an input of a size; raise TooSlowError."""
    little, much = make(size // STEP), make(size)
    costs, all_costs = inf, inf
    with _given_up_after(GIVEN_UP_AFTER):
        for tries in range(1, MOST_TRIES + 1):
            costs = min(costs, cost(lambda: work(little)))
            all_costs = min(all_costs, cost(lambda: work(much)))
            if all_costs <= AT_ONCE or (tries >= TRIES and all_costs <= costs * AT_MOST):
                return
    raise TooSlowError(f"{all_costs:.3f} s for all of it, {costs:.4f} s for an eighth")


def costs_no_more_than(times: float, work: Callable[[], object], other: Callable[[], object]) -> None:
    """So many times as much as the other; raise TooSlowError."""
    costs, others = inf, inf
    for tries in range(1, MOST_TRIES + 1):
        costs, others = min(costs, cost(work)), min(others, cost(other))
        if tries >= TRIES and costs <= others * times:
            return
    raise TooSlowError(f"{costs:.5f} s, {others:.5f} s for the other")


def cost(work: Callable[[], object]) -> float:
    """Seconds of this thread's CPU."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


@contextmanager
def _given_up_after(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"not done after {seconds} s of CPU")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
